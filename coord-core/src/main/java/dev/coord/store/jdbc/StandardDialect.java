package dev.coord.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * What H2 and PostgreSQL have in common: timestamps with a time zone, tables made in transactions, timelines that count up.
 */
abstract class StandardDialect implements Dialect {
    @Override
    public final String timestamp() {
        return "TIMESTAMP(6) WITH TIME ZONE";
    }

    @Override
    public final String tableOptions() {
        return "";
    }

    @Override
    public final Instant readTime(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    @Override
    public final void writeTime(PreparedStatement statement, int index, Instant time) throws SQLException {
        statement.setObject(index, time.atOffset(ZoneOffset.UTC));
    }

    @Override
    public final void unlockSchema(Connection connection) {
        // The end of the transaction does.
    }

    @Override
    public final long timelinesBefore(long now) {
        return timelinesSince(FIRST_TIMELINE, now);
    }

    @Override
    public final boolean countsTimelines() {
        return true;
    }

    @Override
    public final long timelinesSince(long before, long now) {
        return Math.max(0, now - before);
    }
}
