package dev.coord.store.jdbc;

import dev.coord.store.CommitSignal.Topic;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/** How the processes that share a database hear of each other's commits. */
interface News {
    /** Told in the transaction that changes something: others hear of it when, and only if, that is committed. */
    void announce(Connection connection, Set<Topic> changed) throws SQLException;

    /** Begins to listen on a connection, which stays open. */
    void listen(Connection session) throws SQLException;

    /**
     * What was committed, as soon as something is, or nothing after about {@code max}.
     *
     * @param pause waits
     */
    Set<Topic> await(Connection session, Duration max, Pause pause) throws SQLException, InterruptedException;

    /** Waits, and at once goes on when the session is closed. */
    @FunctionalInterface
    interface Pause {
        void of(Duration time) throws InterruptedException;
    }
}
