package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** PostgreSQL: advisory locks, and LISTEN. */
final class PostgresqlKind implements DatabaseKind {
    private static final int OLDEST = 12;
    /** No right to do it, and no such schema. */
    private static final Set<String> NOT_ALLOWED = Set.of("42501", "3F000");

    /** What says that of several hosts one that only reads may be used, if there is no other one. */
    private static final Pattern PREFERENCE = Pattern.compile("[?&]targetServerType=(?!primary(&|$)|any(&|$))");

    private static final String TOKEN = "pg-";
    private static final int HEX = 16;
    private static final String HELD = """
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND classid::bigint = ? AND objid::bigint = ?""";
    private static final String OWN = HELD + " AND pid = pg_backend_pid()";
    private static final long LOW_BITS = 0xFFFF_FFFFL;

    @Override
    public boolean isNamedBy(String url) {
        return url.contains(":postgresql:");
    }

    @Override
    public String versions() {
        return "PostgreSQL " + OLDEST + " or later";
    }

    @Override
    public String driver() {
        return "org.postgresql:postgresql for PostgreSQL";
    }

    @Override
    public Dialect dialect() {
        return Dialect.POSTGRESQL;
    }

    /** With several, the driver would spend all of the time for a connection on one that accepts it and does not answer. */
    @Override
    public List<String> urls(String url) {
        return PREFERENCE.matcher(url).find() ? List.of(url) : DatabaseKinds.eachHost(url);
    }

    /** Prepared statements would be kept, and a pooler in transaction mode would mix them up with those of others. */
    @Override
    public Properties properties(boolean plain) {
        var properties = new Properties();
        if (plain) {
            properties.setProperty("prepareThreshold", "0");
        }
        String seconds = Long.toString(CONNECT.toSeconds());
        properties.setProperty("connectTimeout", seconds);
        properties.setProperty("loginTimeout", seconds);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "coord");
        // One that can be written to, and no standby.
        properties.setProperty("targetServerType", "primary");
        return properties;
    }

    @Override
    public void check(Connection connection, DatabaseSettings settings) throws SQLException {
        DatabaseKinds.check(connection, this, "PostgreSQL", OLDEST, 0, settings);
    }

    /**
     * Without a session the server is told so in each transaction, see {@link #transactionSettings}: a pooler in transaction mode
     * would hand on what is set otherwise to anybody.
     */
    @Override
    public void begin(Connection connection, DatabaseSettings settings, Duration timeout) throws SQLException {
        if (!settings.session()) {
            return;
        }
        try (var statement = connection.createStatement()) {
            // The keepalives let the server notice that this machine is gone, and free what it holds.
            statement.execute(String.join("; ", limits("SET ", settings, timeout)) + "; SET tcp_keepalives_idle = 2"
                    + "; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 3"
                    // They are silent while something that was said before waits for its receipt.
                    + "; SET tcp_user_timeout = 5000"
                    + "; SET default_transaction_isolation = 'read committed'");
        }
    }

    @Override
    public String transactionSettings(DatabaseSettings settings, Duration timeout) {
        return settings.session()
                ? ""
                : "SET TRANSACTION ISOLATION LEVEL READ COMMITTED; "
                        + String.join("; ", limits("SET LOCAL ", settings, timeout));
    }

    private static List<String> limits(String set, DatabaseSettings settings, Duration timeout) {
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

    @Override
    public void beginLong(Connection connection, Duration thinking, boolean reads) throws SQLException {
        connection.setAutoCommit(false);
        try (var statement = connection.createStatement()) {
            statement.execute("SET LOCAL idle_in_transaction_session_timeout = " + thinking.toMillis()
                    // Who is gone leaves nothing locked.
                    + "; SET LOCAL tcp_keepalives_idle = 10; SET LOCAL tcp_keepalives_interval = 5"
                    + "; SET LOCAL tcp_keepalives_count = 3; SET LOCAL tcp_user_timeout = 30000"
                    + (reads ? "; SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY" : ""));
        }
    }

    @Override
    public @Nullable InvalidSettingsException refusal(DatabaseSettings settings, SQLException failure) {
        String state = failure.getSQLState() == null ? "" : failure.getSQLState();
        return switch (state) {
            case "28P01", "28000" -> DatabaseKinds.notLetIn(settings, failure);
            case "3D000" -> DatabaseKinds.noDatabase(settings, failure);
            default -> null;
        };
    }

    @Override
    public boolean isNotAllowed(SQLException failure) {
        return failure.getSQLState() != null && NOT_ALLOWED.contains(failure.getSQLState());
    }

    @Override
    public boolean makeSchema(Connection connection, String name) throws SQLException {
        Dialect.POSTGRESQL.lockSchema(connection);
        boolean there;
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT 1 FROM pg_namespace WHERE nspname = ?")) {
            statement.setString(1, name);
            try (var rows = statement.executeQuery()) {
                there = rows.next();
            }
        }
        if (!there) {
            try (var statement = connection.createStatement()) {
                statement.execute("CREATE SCHEMA \"" + name + "\"");
            }
        }
        return !there;
    }

    @Override
    public News news(DatabaseSettings settings) {
        return new PostgresqlNews(settings);
    }

    @Override
    public long backend(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Advisory locks stack: it is taken once, and what counts is what the server says. */
    @Override
    public String takeLifeLock(Connection connection) throws SQLException {
        long key = UUID.randomUUID().getMostSignificantBits();
        try (PreparedStatement statement = connection.prepareStatement("SELECT pg_advisory_lock(?)")) {
            statement.setLong(1, key);
            statement.execute();
        }
        String digits = Long.toHexString(key);
        return TOKEN + "0".repeat(HEX - digits.length()) + digits;
    }

    @Override
    public boolean holdsLifeLock(Connection connection, String token) throws SQLException {
        return count(connection, OWN, token) == 1;
    }

    @Override
    public boolean isOver(Connection any, String token) throws SQLException {
        return isToken(token) && count(any, HELD, token) == 0;
    }

    @Override
    public boolean isToken(String text) {
        return text.matches(TOKEN + "[0-9a-f]{16}");
    }

    private static long count(Connection connection, String sql, String token) throws SQLException {
        long key = Long.parseUnsignedLong(token.substring(TOKEN.length()), HEX);
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, key >>> Integer.SIZE);
            statement.setLong(2, key & LOW_BITS);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }
}
