package dev.coord.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Set;

/** See {@link Dialect#MARIADB}. Its errors are told apart by their codes: one SQL state has many of them. */
final class MariaDbDialect implements Dialect {
    /** What a row can have in columns of this type, all together and in bytes, leaves no room for longer ones. */
    private static final int LONGEST_VARCHAR = 4000;

    private static final int LONGEST_VARBINARY = 1000;

    /** Of all that migrate tables of this library in a database; it ends with the connection at the latest. */
    private static final String SCHEMA_LOCK = "CONCAT('coord-schema-', MD5(DATABASE()))";

    /** Longer than any statement may take. */
    private static final int FOR_EVER_SECONDS = 86_400;

    /** A race of two first inserts, a deadlock, also that of two nodes of a Galera cluster, a row that changed meanwhile. */
    private static final Set<Integer> PASSING = Set.of(1062, 1213, 1020);

    /** A server that is read-only, a replica for instance. */
    private static final Set<Integer> READ_ONLY = Set.of(1290, 1792, 1836);

    /**
     * Others with which it cannot be asked now: no disk, memory or connection is left; it ends; it is no part of its cluster; the
     * row stayed locked; the outcome of a commit is not known; the machine is shut out for a time; the statement was cancelled, after its timeout or by an administrator.
     */
    private static final Set<Integer> UNAVAILABLE = Set.of(
            1021, 1037, 1038, 1040, 1041, 1047, 1053, 1114, 1129, 1180, 1203, 1205, 1206, 1226, 1317, 1927, 1969);

    /** The class of states of a connection that failed. */
    private static final String CONNECTION = "08";

    @Override
    public String text(int characters) {
        return characters > LONGEST_VARCHAR ? "MEDIUMTEXT" : "VARCHAR(" + characters + ")";
    }

    @Override
    public String binary(int bytes) {
        return bytes > LONGEST_VARBINARY ? "MEDIUMBLOB" : "VARBINARY(" + bytes + ")";
    }

    /** In UTC. A TIMESTAMP would be converted by the time zone of the connection. */
    @Override
    public String timestamp() {
        return "DATETIME(6)";
    }

    /** Text is compared by its code points, blanks at the end included. */
    @Override
    public String tableOptions() {
        return " ENGINE=InnoDB ROW_FORMAT=DYNAMIC DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin";
    }

    @Override
    public Instant readTime(ResultSet row, String column) throws SQLException {
        return row.getObject(column, LocalDateTime.class).toInstant(ZoneOffset.UTC);
    }

    @Override
    public void writeTime(PreparedStatement statement, int index, Instant time) throws SQLException {
        statement.setObject(index, LocalDateTime.ofInstant(time.truncatedTo(ChronoUnit.MICROS), ZoneOffset.UTC));
    }

    @Override
    public Failure judge(SQLException failure) {
        int code = failure.getErrorCode();
        if (PASSING.contains(code)) {
            return Failure.PASSING;
        }
        String state = failure.getSQLState();
        boolean unavailable = UNAVAILABLE.contains(code)
                || READ_ONLY.contains(code)
                || (state != null && state.startsWith(CONNECTION));
        return unavailable ? Failure.UNAVAILABLE : Failure.LASTING;
    }

    @Override
    public boolean isReadOnly(SQLException failure) {
        return READ_ONLY.contains(failure.getErrorCode());
    }

    @Override
    public boolean hasSchema(Connection connection) throws SQLException {
        return number(
                        connection,
                        "SELECT COUNT(*) FROM information_schema.tables"
                                + " WHERE table_schema = DATABASE() AND table_name = 'coord_schema'")
                > 0;
    }

    @Override
    public void lockSchema(Connection connection) throws SQLException {
        if (number(connection, "SELECT GET_LOCK(" + SCHEMA_LOCK + ", " + FOR_EVER_SECONDS + ")") != 1) {
            throw new SQLException("The database did not give the lock for its tables", "HY000", 1205);
        }
    }

    @Override
    public void unlockSchema(Connection connection) throws SQLException {
        // What makes tables is committed already, and the next one has to see their version.
        connection.commit();
        number(connection, "SELECT RELEASE_LOCK(" + SCHEMA_LOCK + ")");
    }

    /**
     * The number of the server, which replication requires to be another one on each server. A server that took over has another
     * one than the row.
     */
    @Override
    public long timeline(Connection connection) throws SQLException {
        return number(connection, "SELECT @@server_id");
    }

    @Override
    public long timelinesSince(long before, long now) {
        return before == now ? 0 : 1;
    }

    @Override
    public boolean countsTimelines() {
        return false;
    }

    /** That is not known: which server was the first is not told by its number. */
    @Override
    public long timelinesBefore(long now) {
        return 0;
    }

    static long number(Connection connection, String sql) throws SQLException {
        // Prepared, so that the tables have the names that the pool gives them.
        try (PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
