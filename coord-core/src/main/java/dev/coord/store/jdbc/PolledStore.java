package dev.coord.store.jdbc;

import dev.coord.store.CommitSignal;
import dev.coord.store.LeaseStore;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.time.NanoClock;
import dev.coord.work.Workers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A {@link JdbcStore} that every process uses directly. The database tells nobody of other processes' commits, so waiters are
 * woken at a fixed interval, and at once by commits of this process.
 */
public final class PolledStore implements Store {
    private static final Set<CommitSignal.Topic> ALL = EnumSet.allOf(CommitSignal.Topic.class);

    private final SignalBoard board = new SignalBoard();
    private final JdbcStore jdbc;
    private final Workers workers = new Workers(NanoClock.system());
    private final ScheduledExecutorService poll;

    /**
     * @param jdbc makes the JDBC store, given who is to be told of its commits
     * @param interval how often waiters are woken
     */
    public PolledStore(Function<Consumer<Set<CommitSignal.Topic>>, JdbcStore> jdbc, Duration interval) {
        this.jdbc = jdbc.apply(board::publish);
        this.jdbc.migrate();
        this.poll = Executors.newSingleThreadScheduledExecutor(work -> Workers.daemon("coord-store-poll", work));
        var unused = poll.scheduleWithFixedDelay(
                workers.task("coord-store-poll", () -> board.publish(ALL)),
                interval.toNanos(),
                interval.toNanos(),
                TimeUnit.NANOSECONDS);
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

    @Override
    public List<String> problems() {
        return workers.problems();
    }

    @Override
    public void close() {
        workers.close();
        poll.shutdownNow();
    }
}
