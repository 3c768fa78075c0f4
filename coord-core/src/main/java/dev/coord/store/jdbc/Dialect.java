package dev.coord.store.jdbc;

import java.sql.Connection;
import java.sql.SQLException;

/** What databases do differently: the names of types, what an error means, and who may change the tables. */
public interface Dialect {
    /** H2 2.x, embedded. */
    Dialect H2 = new H2Dialect();

    /** PostgreSQL 12 or later. */
    Dialect POSTGRESQL = new PostgresqlDialect();

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

    /** What {@code failure} says about another attempt. */
    Failure judge(SQLException failure);

    /** Whether the table with the version of the schema is there. */
    boolean hasSchema(Connection connection) throws SQLException;

    /** Has everybody else who calls this wait until the caller's transaction ends. */
    void lockSchema(Connection connection) throws SQLException;

    /**
     * A number that is raised whenever the database may have gone back to an older state, as it may when a standby takes its place
     * that did not have the last commits yet. {@link #FIRST_TIMELINE} for one that cannot.
     */
    long timeline(Connection connection) throws SQLException;
}
