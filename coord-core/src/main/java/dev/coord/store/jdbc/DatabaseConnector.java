package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import dev.coord.time.NanoClock;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Makes connections to an external database, none of which waits for ever. */
final class DatabaseConnector {
    /** How much later than the server the client gives up: it is the server's answer that tells why. */
    private static final Duration CLIENT_GRACE = Duration.ofMillis(150);

    private final DatabaseSettings settings;
    private final DatabaseKind kind;
    private final NanoClock clock = NanoClock.system();
    /** A host that takes longer to fail than this gives no answer, and is tried last. */
    private static final Duration SILENT = DatabaseKind.CONNECT.dividedBy(4);

    /**
     * The hosts, in the order in which they are tried: first the one that was used last. So all connections go to one as long as it
     * can be used, and not to two servers that both take writes.
     */
    private volatile List<String> hosts;

    /** @throws InvalidSettingsException if the URL is of no database that can be used */
    DatabaseConnector(DatabaseSettings settings) {
        this.settings = settings;
        this.kind = DatabaseKinds.of(settings);
        this.hosts = kind.urls(settings.url());
    }

    /** What the database is. */
    DatabaseKind kind() {
        return kind;
    }

    /**
     * A new connection, each statement of which ends within {@code timeout}.
     *
     * @throws InvalidSettingsException if no attempt will ever succeed
     */
    Connection connect(Duration timeout) throws SQLException {
        Connection connection = open(timeout, !settings.session());
        boolean done = false;
        try {
            kind.begin(connection, settings, timeout);
            done = true;
            return connection;
        } catch (SQLException e) {
            throw judged(e);
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /** What each transaction on a {@link #connect connection} begins with; empty if nothing is needed. */
    String transactionSettings(Duration timeout) {
        return kind.transactionSettings(settings, timeout);
    }

    /**
     * A new connection for which the server keeps nothing: no settings, and no prepared statements. What takes longer than {@code
     * timeout} fails here.
     *
     * @throws InvalidSettingsException if no attempt will ever succeed
     */
    Connection connectPlainly(Duration timeout) throws SQLException {
        return open(timeout, true);
    }

    private Connection open(Duration timeout, boolean plain) throws SQLException {
        var failure = new SQLTransientConnectionException("No host of the URL can be used", "08001");
        InvalidSettingsException refusal = null;
        boolean all = true;
        for (String url : hosts) {
            long began = clock.nanoTime();
            try {
                Connection opened = open(url, timeout, plain);
                move(url, true);
                return opened;
            } catch (InvalidSettingsException e) {
                refusal = e;
            } catch (SQLException e) {
                InvalidSettingsException why = kind.refusal(settings, e);
                refusal = why == null ? refusal : why;
                all &= why != null;
                failure.addSuppressed(e);
            }
            if (clock.since(began).compareTo(SILENT) > 0) {
                move(url, false);
            }
        }
        if (refusal != null && all) {
            throw refusal;
        }
        throw failure.getSuppressed().length == 1 ? (SQLException) failure.getSuppressed()[0] : failure;
    }

    /** Puts {@code url} first, or last. */
    private synchronized void move(String url, boolean first) {
        var moved = new ArrayList<>(hosts);
        moved.remove(url);
        moved.add(first ? 0 : moved.size(), url);
        hosts = List.copyOf(moved);
    }

    private Connection open(String url, Duration timeout, boolean plain) throws SQLException {
        // What the URL says comes first.
        Properties properties = kind.properties(plain);
        if (!settings.username().isEmpty()) {
            properties.setProperty("user", settings.username());
        }
        if (!settings.password().isEmpty()) {
            properties.setProperty("password", settings.password());
        }
        Connection connection = driver(url).connect(url, properties);
        if (connection == null) {
            throw DatabaseKinds.noDriver(settings, List.of(kind));
        }
        boolean done = false;
        try {
            connection.setNetworkTimeout(
                    Runnable::run, Math.toIntExact(timeout.plus(CLIENT_GRACE).toMillis()));
            kind.check(connection, settings);
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private Driver driver(String url) {
        try {
            return DriverManager.getDriver(url);
        } catch (SQLException e) {
            throw DatabaseKinds.noDriver(settings, List.of(kind));
        }
    }

    /** {@code failure}, unless no later attempt will succeed. */
    private SQLException judged(SQLException failure) {
        InvalidSettingsException refusal = kind.refusal(settings, failure);
        if (refusal != null) {
            throw refusal;
        }
        return failure;
    }
}
