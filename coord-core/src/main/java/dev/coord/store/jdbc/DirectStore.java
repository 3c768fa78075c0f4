package dev.coord.store.jdbc;

import dev.coord.store.CommitSignal;
import dev.coord.store.LeaseStore;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** A {@link JdbcStore} that this process uses directly. Waiters are woken by its own commits, and by whoever tells of others. */
public final class DirectStore implements Store {
    private final SignalBoard board = new SignalBoard();
    private final JdbcStore jdbc;
    private final Runnable closeDatabase;

    /**
     * Makes the tables, or brings them up to date.
     *
     * @param jdbc makes the JDBC store, given who is to be told of its commits
     * @param closeDatabase gives back what the JDBC store's connections hold
     */
    public DirectStore(Function<Consumer<Set<CommitSignal.Topic>>, JdbcStore> jdbc, Runnable closeDatabase) {
        this.jdbc = jdbc.apply(board::publish);
        this.jdbc.migrate();
        this.closeDatabase = closeDatabase;
    }

    @Override
    public LeaseStore leases() {
        return jdbc;
    }

    @Override
    public ParticipantStore participants() {
        return jdbc;
    }

    @Override
    public WorldStore world() {
        return jdbc;
    }

    @Override
    public CommitSignal signal() {
        return board;
    }

    /** Wakes the waiters of this process: something about {@code topics} may have changed. */
    void publish(Collection<CommitSignal.Topic> topics) {
        board.publish(topics);
    }

    @Override
    public void close() {
        closeDatabase.run();
    }
}
