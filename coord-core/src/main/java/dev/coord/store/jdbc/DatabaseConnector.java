package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
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
     * A new connection, each statement of which ends within {@code timeout}.
     *
     * @throws InvalidSettingsException if no attempt will ever succeed
     */
    Connection connect(Duration timeout) throws SQLException {
        var properties = new Properties();
        // A name of the URL comes first.
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
            prepare(connection, timeout);
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

    private void prepare(Connection connection, Duration timeout) throws SQLException {
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
        long millis = timeout.toMillis();
        // The keepalives let the server notice that this machine is gone, and free what it holds.
        String set = "SET statement_timeout = " + millis + "; SET lock_timeout = " + Math.max(1, millis / 2)
                + "; SET idle_in_transaction_session_timeout = " + 2 * millis
                + "; SET tcp_keepalives_idle = 2; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"
                + "; SET default_transaction_isolation = 'read committed'";
        if (!settings.schemaName().isEmpty()) {
            set += "; SET search_path = \"" + settings.schemaName() + "\"";
        }
        try (var statement = connection.createStatement()) {
            statement.execute(set);
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
