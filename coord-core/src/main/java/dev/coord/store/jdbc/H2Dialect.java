package dev.coord.store.jdbc;

import java.sql.SQLException;

/** See {@link Dialect#H2}. */
final class H2Dialect implements Dialect {
    @Override
    public String text(int characters) {
        return "VARCHAR(" + characters + ")";
    }

    @Override
    public String binary(int bytes) {
        return "VARBINARY(" + bytes + ")";
    }

    @Override
    public String timestamp() {
        return "TIMESTAMP(6) WITH TIME ZONE";
    }

    /** Class 40 is a deadlock, class 08 a lost connection, 23505 a race of two inserts, HYT00 a lock timeout. */
    @Override
    public boolean mayPass(SQLException failure) {
        String state = failure.getSQLState();
        return state != null
                && (state.startsWith("40") || state.startsWith("08") || state.equals("23505") || state.equals("HYT00"));
    }
}
