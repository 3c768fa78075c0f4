package dev.coord.store.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;

/** See {@link Dialect#POSTGRESQL}. */
final class PostgresqlDialect extends StandardDialect {
    /** Of all that migrate tables of this library in a database, in whatever schema: "coord" in ASCII. */
    private static final String LOCK_SCHEMA = "SELECT pg_advisory_xact_lock(427020448356)";

    /**
     * The name of the file that is written to begins with the timeline. What {@code pg_control_checkpoint()} says is older for a
     * while after a promotion: the checkpoint that follows it has to be over.
     */
    private static final String TIMELINE =
            "SELECT ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint";

    /** A deadlock, a conflict of two serializable transactions, a race of two inserts. */
    private static final Set<String> PASSING = Set.of("40001", "40P01", "23505");

    private static final String READ_ONLY = "25006";

    /**
     * Other states in which it cannot be asked now: it cancelled the statement after its timeout, or for an administrator; the row
     * stayed locked; it is read-only, a standby for instance; the transaction was idle for too long.
     */
    private static final Set<String> UNAVAILABLE = Set.of("57014", "55P03", READ_ONLY, "25P03", "57P05");

    /** Classes of such states: the connection, what it lacks (memory, disk, connections), its operator, the system. */
    private static final Set<String> UNAVAILABLE_CLASSES = Set.of("08", "53", "57", "58");

    @Override
    public String text(int characters) {
        return "VARCHAR(" + characters + ") COLLATE \"C\"";
    }

    @Override
    public String binary(int bytes) {
        return "BYTEA";
    }

    @Override
    public Failure judge(SQLException failure) {
        String state = failure.getSQLState();
        if (state == null) {
            return Failure.LASTING;
        }
        if (PASSING.contains(state)) {
            return Failure.PASSING;
        }
        boolean unavailable = UNAVAILABLE.contains(state)
                || (state.length() == 5 && UNAVAILABLE_CLASSES.contains(state.substring(0, 2)));
        return unavailable ? Failure.UNAVAILABLE : Failure.LASTING;
    }

    @Override
    public boolean isReadOnly(SQLException failure) {
        return READ_ONLY.equals(failure.getSQLState());
    }

    /** In the schemas that names without one are looked up in, as all statements of this library are. */
    @Override
    public boolean hasSchema(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT to_regclass('coord_schema') IS NOT NULL");
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getBoolean(1);
        }
    }

    @Override
    public void lockSchema(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(LOCK_SCHEMA);
        }
    }

    @Override
    public long timeline(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TIMELINE)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
