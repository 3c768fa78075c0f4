package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Makes connections to an external database, none of which waits for ever. */
final class DatabaseConnector {
    private static final int OLDEST_POSTGRESQL = 12;
    /** In whole seconds: the driver knows no others. Reaching a server takes longer than asking one. */
    private static final String CONNECT_SECONDS = "2";
    /** How much later than the server the client gives up: it is the server's answer that tells why. */
    private static final Duration CLIENT_GRACE = Duration.ofMillis(150);

    private final DatabaseSettings settings;

    DatabaseConnector(DatabaseSettings settings) {
        this.settings = settings;
    }

    /**
     * A new connection, each statement of which ends within {@code timeout}. Without a session the server is told so in each
     * transaction, see {@link #transactionSettings}: a pooler in transaction mode would hand on what is set otherwise to anybody.
     *
     * @throws InvalidSettingsException if no attempt will ever succeed
     */
    Connection connect(Duration timeout) throws SQLException {
        if (!settings.session()) {
            return connectPlainly(timeout);
        }
        Connection connection = open(timeout, new Properties());
        boolean done = false;
        try (var statement = connection.createStatement()) {
            // The keepalives let the server notice that this machine is gone, and free what it holds.
            statement.execute(String.join("; ", limits("SET ", timeout)) + "; SET tcp_keepalives_idle = 2"
                    + "; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"
                    // They are silent while something that was said before waits for its receipt.
                    + "; SET tcp_user_timeout = 5000"
                    + "; SET default_transaction_isolation = 'read committed'");
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    /** What each transaction on a {@link #connect connection} begins with; empty if nothing is needed. */
    String transactionSettings(Duration timeout) {
        return settings.session()
                ? ""
                : "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; " + String.join("; ", limits("SET LOCAL ", timeout));
    }

    private List<String> limits(String set, Duration timeout) {
        long millis = timeout.toMillis();
        var all = new ArrayList<>(List.of(
                set + "statement_timeout = " + millis,
                set + "lock_timeout = " + Math.max(1, millis / 2),
                set + "idle_in_transaction_session_timeout = " + 2 * millis));
        if (!settings.schemaName().isEmpty()) {
            all.add(set + "search_path = \"" + settings.schemaName() + "\"");
        }
        return all;
    }

    /**
     * A new connection for which the server keeps nothing: no settings, and no prepared statements, which a pooler in transaction
     * mode would mix up with those of others. What takes longer than {@code timeout} fails here.
     *
     * @throws InvalidSettingsException if no attempt will ever succeed
     */
    Connection connectPlainly(Duration timeout) throws SQLException {
        var properties = new Properties();
        properties.setProperty("prepareThreshold", "0");
        return open(timeout, properties);
    }

    private Connection open(Duration timeout, Properties properties) throws SQLException {
        // What the URL says comes first.
        if (!settings.username().isEmpty()) {
            properties.setProperty("user", settings.username());
        }
        if (!settings.password().isEmpty()) {
            properties.setProperty("password", settings.password());
        }
        properties.setProperty("connectTimeout", CONNECT_SECONDS);
        properties.setProperty("loginTimeout", CONNECT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "coord");
        // Of several hosts the one that can be written to: the driver would take the first that answers, a standby
        // perhaps.
        properties.setProperty("targetServerType", "primary");
        Driver driver = driver();
        Connection connection;
        try {
            connection = driver.connect(settings.url(), properties);
        } catch (SQLException e) {
            throw judged(e);
        }
        if (connection == null) {
            throw noDriver();
        }
        boolean done = false;
        try {
            check(connection, timeout);
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.close();
            }
        }
    }

    private Driver driver() {
        try {
            return DriverManager.getDriver(settings.url());
        } catch (SQLException e) {
            throw noDriver();
        }
    }

    private InvalidSettingsException noDriver() {
        return new InvalidSettingsException(
                "No JDBC driver that this application has knows the URL of the store's database, '" + settings.place()
                        + "': add the driver to the application, org.postgresql:postgresql for PostgreSQL, or correct the URL",
                "store.url");
    }

    private void check(Connection connection, Duration timeout) throws SQLException {
        connection.setNetworkTimeout(
                Runnable::run, Math.toIntExact(timeout.plus(CLIENT_GRACE).toMillis()));
        var server = connection.getMetaData();
        if (!server.getDatabaseProductName().equals("PostgreSQL")) {
            throw new InvalidSettingsException(
                    "The store's database must be PostgreSQL, and '" + settings.place() + "' is "
                            + server.getDatabaseProductName(),
                    "store.url");
        }
        if (server.getDatabaseMajorVersion() < OLDEST_POSTGRESQL) {
            throw new InvalidSettingsException(
                    "The store's database must be PostgreSQL " + OLDEST_POSTGRESQL + " or later, and '"
                            + settings.place() + "' is version " + server.getDatabaseProductVersion(),
                    "store.url");
        }
    }

    /** {@code failure}, unless no later attempt will succeed. */
    private SQLException judged(SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        switch (state) {
            case "28P01", "28000" ->
                throw new InvalidSettingsException(
                        "The store's database '" + settings.place() + "' does not let "
                                + (settings.username().isEmpty()
                                        ? "the user of the URL"
                                        : "'" + settings.username() + "'")
                                + " in: " + failure.getMessage(),
                        "store.username",
                        "store.password");
            case "3D000" ->
                throw new InvalidSettingsException(
                        "There is no database '" + settings.place() + "': " + failure.getMessage(), "store.url");
            default -> {
                return failure;
            }
        }
    }
}
