package dev.coord.store.jdbc;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** The nanoseconds since 1970 of the records, as SQL timestamps with microseconds. For people only. */
final class Timestamps {
    private Timestamps() {}

    static long toNanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }

    static long read(ResultSet row, String column) throws SQLException {
        return toNanos(row.getObject(column, OffsetDateTime.class).toInstant());
    }

    static void write(PreparedStatement statement, int index, long nanos) throws SQLException {
        statement.setObject(index, Instant.ofEpochSecond(0, nanos).atOffset(ZoneOffset.UTC));
    }
}
