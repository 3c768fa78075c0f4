package dev.coord.store.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;

/** What databases do differently: the names of types, what an error means, and who may change the tables. */
public interface Dialect {
    /** H2 2.x, embedded. */
    Dialect H2 = new H2Dialect();

    /** PostgreSQL 12 or later. */
    Dialect POSTGRESQL = new PostgresqlDialect();

    /** MariaDB 10.6 or later. */
    Dialect MARIADB = new MariaDbDialect();

    /** The timeline of a database that never went back. */
    long FIRST_TIMELINE = 1;

    /** What an error says about another attempt. */
    enum Failure {
        /** The same transaction may succeed at once: a deadlock, a lock timeout, a race of two first inserts. */
        PASSING,
        /** The database cannot be asked now, or gave no answer; whether the transaction was committed is not known. */
        UNAVAILABLE,
        /** Another attempt would fail in the same way. */
        LASTING
    }

    /** Text of at most {@code characters}, which is compared by its code points, not by a language's rules. */
    String text(int characters);

    /** At most {@code bytes}, which are compared one by one, without a sign. */
    String binary(int bytes);

    /** A point in time with microseconds. */
    String timestamp();

    /** What follows the columns of a table. */
    String tableOptions();

    /** A {@link #timestamp}, for people only. */
    Instant readTime(ResultSet row, String column) throws SQLException;

    /** Sets a parameter for a {@link #timestamp}. */
    void writeTime(PreparedStatement statement, int index, Instant time) throws SQLException;

    /** What {@code failure} says about another attempt. */
    Failure judge(SQLException failure);

    /** Whether the server refused to write because it only reads by now, and another one writes perhaps. */
    boolean isReadOnly(SQLException failure);

    /** Whether the table with the version of the schema is there. */
    boolean hasSchema(Connection connection) throws SQLException;

    /** Has everybody else who calls this wait until the caller calls {@link #unlockSchema}, or its transaction ends. */
    void lockSchema(Connection connection) throws SQLException;

    /** Lets the next one go on, where the end of the transaction does not; it is committed then. */
    void unlockSchema(Connection connection) throws SQLException;

    /**
     * A number that is another one whenever the database may have gone back to an older state, as it may when a standby takes its
     * place that did not have the last commits yet. {@link #FIRST_TIMELINE} for one that cannot.
     */
    long timeline(Connection connection) throws SQLException;

    /** How many timelines ended before {@code now}, whose terms may be lost even where there is no row. */
    long timelinesBefore(long now);

    /** How many timelines at most began since {@code before} was the {@link #timeline}. */
    long timelinesSince(long before, long now);

    /** Whether {@link #timelinesSince} says how many, and not only that there was one at least. */
    boolean countsTimelines();
}
