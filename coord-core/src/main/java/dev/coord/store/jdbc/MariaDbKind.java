package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** MariaDB: locks by name, and a question at an interval. A schema is a database there. */
final class MariaDbKind implements DatabaseKind {
    private static final int OLDEST_MAJOR = 10;
    private static final int OLDEST_MINOR = 6;

    /** What the driver would do after a connection failed: connect again, without a word, and so without the life lock. */
    private static final Pattern FAILOVER = Pattern.compile("^jdbc:mariadb:([^:/]+):?//", Pattern.CASE_INSENSITIVE);

    /** A machine that is gone says no farewell; whoever lives asks more often. */
    private static final Duration SILENT = Duration.ofSeconds(60);

    /** A wrong password, a user that is not known from that machine. */
    private static final Set<Integer> NOT_LET_IN = Set.of(1045, 1698, 1130, 1044);

    private static final int NO_DATABASE = 1049;

    /** No right to make a table, or a database. */
    private static final Set<Integer> NOT_ALLOWED = Set.of(1142, 1044);

    private static final String TOKEN = "my-";
    private static final String LOCK = "coord-life-";
    private static final int SERVER = TOKEN.length();
    private static final int SERVER_LENGTH = 8;
    private static final int NAME = SERVER + SERVER_LENGTH + 1;

    /** Of the server that holds the lock: its replicas, and other nodes of its cluster, know nothing of it. */
    private static final String SELF =
            "LEFT(MD5(CONCAT_WS('/', @@hostname, @@port, @@server_id, @@datadir)), " + SERVER_LENGTH + ")";

    @Override
    public boolean isNamedBy(String url) {
        return url.contains(":mariadb:");
    }

    @Override
    public String versions() {
        return "MariaDB " + OLDEST_MAJOR + "." + OLDEST_MINOR + " or later";
    }

    @Override
    public String driver() {
        return "org.mariadb.jdbc:mariadb-java-client for MariaDB";
    }

    @Override
    public Dialect dialect() {
        return Dialect.MARIADB;
    }

    /** What an application may say for itself, and coord would count, or commit, wrongly with. */
    private static final Pattern OF_THE_APPLICATION = Pattern.compile(
            "(?<=[?&])(useBulkStmts|useBulkStmtsForInserts|useAffectedRows|autocommit)=[^&]*&?",
            Pattern.CASE_INSENSITIVE);

    /** One for each host: the driver would take the first that answers, a replica perhaps. */
    @Override
    public List<String> urls(String url) {
        Matcher mode = FAILOVER.matcher(url);
        if (mode.find()) {
            throw new InvalidSettingsException(
                    "The URL of the store's database has the failover mode '" + mode.group(1)
                            + "', in which the driver connects again without a word, and loses the life lock of the process:"
                            + " leave the mode out, and list the hosts, as in jdbc:mariadb://host1,host2/database. The one that"
                            + " can be written to is used",
                    "store.url");
        }
        return DatabaseKinds.eachHost(url).stream()
                .map(host -> OF_THE_APPLICATION.matcher(host).replaceAll(""))
                .toList();
    }

    @Override
    public Properties properties(boolean plain) {
        var properties = new Properties();
        String millis = Long.toString(CONNECT.toMillis());
        properties.setProperty("connectTimeout", millis);
        properties.setProperty("socketTimeout", millis);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("allowLocalInfile", "false");
        // An update of a row to what it is counts.
        properties.setProperty("useAffectedRows", "false");
        // A batch says of each row whether there was one.
        properties.setProperty("useBulkStmts", "false");
        properties.setProperty("useBulkStmtsForInserts", "false");
        return properties;
    }

    @Override
    public void check(Connection connection, DatabaseSettings settings) throws SQLException {
        DatabaseKinds.check(connection, this, "MariaDB", OLDEST_MAJOR, OLDEST_MINOR, settings);
        // It is a number, or a word in later versions.
        if (MariaDbDialect.number(connection, "SELECT @@global.read_only NOT IN ('0', 'OFF')") != 0) {
            throw new SQLException("'" + settings.place() + "' is read-only, a replica perhaps", "25006", 1290);
        }
    }

    @Override
    public void begin(Connection connection, DatabaseSettings settings, Duration timeout) throws SQLException {
        if (!settings.schemaName().isEmpty()) {
            use(connection, settings);
        } else if (MariaDbDialect.number(connection, "SELECT DATABASE() IS NULL") != 0) {
            throw new InvalidSettingsException(
                    "The URL of the store's database, '" + settings.place()
                            + "', names no database, as jdbc:mariadb://host/database does",
                    "store.url",
                    "store.schema-name");
        }
        connection.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        long millis = timeout.toMillis();
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION max_statement_time = " + millis / 1000.0
                    + ", SESSION innodb_lock_wait_timeout = "
                    + Math.max(1, timeout.dividedBy(2).toSeconds())
                    + ", SESSION idle_transaction_timeout = " + (2 * millis + 999) / 1000
                    + ", SESSION wait_timeout = " + Math.max(SILENT.toSeconds(), 2 * timeout.toSeconds())
                    // Nothing is cut that is too long.
                    + ", SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION'");
        }
    }

    /** The database is made where it is first used: a connection that is to use another one cannot begin otherwise. */
    private static void use(Connection connection, DatabaseSettings settings) throws SQLException {
        String name = settings.schemaName();
        try {
            connection.setCatalog(name);
        } catch (SQLException e) {
            if (e.getErrorCode() != NO_DATABASE || settings.tables() == DatabaseSettings.Tables.VALIDATE) {
                throw e;
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE IF NOT EXISTS `" + name + "`");
            }
            connection.setCatalog(name);
        }
    }

    @Override
    public void beginLong(Connection connection, Duration thinking, boolean reads) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION idle_transaction_timeout = " + thinking.toSeconds()
                    // Who is gone leaves nothing locked.
                    + ", SESSION wait_timeout = " + thinking.toSeconds());
            connection.setTransactionIsolation(
                    reads ? Connection.TRANSACTION_REPEATABLE_READ : Connection.TRANSACTION_READ_COMMITTED);
            connection.setAutoCommit(false);
            if (reads) {
                statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY");
            }
        }
    }

    @Override
    public @Nullable InvalidSettingsException refusal(DatabaseSettings settings, SQLException failure) {
        int code = failure.getErrorCode();
        if (NOT_LET_IN.contains(code)) {
            return DatabaseKinds.notLetIn(settings, failure);
        }
        return code == NO_DATABASE ? DatabaseKinds.noDatabase(settings, failure) : null;
    }

    @Override
    public boolean isNotAllowed(SQLException failure) {
        return NOT_ALLOWED.contains(failure.getErrorCode());
    }

    /** It was made by whoever connected first. */
    @Override
    public boolean makeSchema(Connection connection, String name) {
        return false;
    }

    @Override
    public News news(DatabaseSettings settings) {
        return new PolledNews(settings);
    }

    @Override
    public long backend(Connection connection) throws SQLException {
        return MariaDbDialect.number(connection, "SELECT CONNECTION_ID()");
    }

    /** Such locks stack: it is taken once, and what counts is what the server says. */
    @Override
    public String takeLifeLock(Connection connection) throws SQLException {
        String name = UUID.randomUUID().toString();
        try (PreparedStatement statement = connection.prepareStatement("SELECT " + SELF + ", GET_LOCK(?, 0)")) {
            statement.setString(1, LOCK + name);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return TOKEN + rows.getString(1) + "-" + name;
            }
        }
    }

    @Override
    public boolean holdsLifeLock(Connection connection, String token) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT IS_USED_LOCK(?) = CONNECTION_ID()")) {
            statement.setString(1, lock(token));
            return isTrue(statement);
        }
    }

    @Override
    public boolean isOver(Connection any, String token) throws SQLException {
        if (!isToken(token)) {
            return false;
        }
        try (PreparedStatement statement = any.prepareStatement("SELECT " + SELF + " = ? AND IS_FREE_LOCK(?)")) {
            statement.setString(1, token.substring(SERVER, SERVER + SERVER_LENGTH));
            statement.setString(2, lock(token));
            return isTrue(statement);
        }
    }

    @Override
    public boolean isToken(String text) {
        return text.matches(TOKEN + "[0-9a-f]{8}-[0-9a-f-]{36}");
    }

    private static String lock(String token) {
        return LOCK + token.substring(NAME);
    }

    private static boolean isTrue(PreparedStatement statement) throws SQLException {
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getBoolean(1);
        }
    }
}
