package dev.coord.store.jdbc;

import dev.coord.store.CommitSignal;
import dev.coord.store.ForwardingStore;
import dev.coord.time.NanoClock;
import dev.coord.work.Workers;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A store that every process uses directly, whose database tells nobody of other processes' commits: waiters are woken at a fixed
 * interval, and at once by commits of this process.
 */
public final class PolledStore extends ForwardingStore {
    private static final Set<CommitSignal.Topic> ALL = EnumSet.allOf(CommitSignal.Topic.class);

    private final Workers workers = new Workers(NanoClock.system());
    private final ScheduledExecutorService poll;

    /**
     * @param store whose waiters are woken; closed with this store
     * @param interval how often waiters are woken
     */
    public PolledStore(DirectStore store, Duration interval) {
        super(store);
        this.poll = Workers.timer("coord-store-poll");
        var unused = poll.scheduleWithFixedDelay(
                workers.task("coord-store-poll", () -> store.publish(ALL)),
                interval.toNanos(),
                interval.toNanos(),
                TimeUnit.NANOSECONDS);
    }

    @Override
    public List<String> problems() {
        return workers.problems();
    }

    @Override
    public void close() {
        workers.close();
        poll.shutdownNow();
        super.close();
    }
}
