package dev.coord.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** See {@link Dialect#H2}. */
final class H2Dialect extends StandardDialect {
    @Override
    public String text(int characters) {
        return "VARCHAR(" + characters + ")";
    }

    @Override
    public String binary(int bytes) {
        return "VARBINARY(" + bytes + ")";
    }

    /** Class 40 is a deadlock, class 08 a lost connection, 23505 a race of two inserts, HYT00 a lock timeout. */
    @Override
    public Failure judge(SQLException failure) {
        String state = failure.getSQLState();
        boolean passing = state != null
                && (state.startsWith("40") || state.startsWith("08") || state.equals("23505") || state.equals("HYT00"));
        return passing ? Failure.PASSING : Failure.LASTING;
    }

    /** There is no other server. */
    @Override
    public boolean isReadOnly(SQLException failure) {
        return false;
    }

    @Override
    public boolean hasSchema(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES"
                        + " WHERE TABLE_SCHEMA = CURRENT_SCHEMA AND TABLE_NAME = 'COORD_SCHEMA'");
                var rows = statement.executeQuery()) {
            rows.next();
            return rows.getInt(1) > 0;
        }
    }

    /** One process at a time has an embedded database open, and one thread makes its tables. */
    @Override
    public void lockSchema(Connection connection) {}

    @Override
    public long timeline(Connection connection) {
        return FIRST_TIMELINE;
    }
}
