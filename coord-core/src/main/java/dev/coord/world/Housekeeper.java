package dev.coord.world;

import dev.coord.Leadership;
import dev.coord.StoreException;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldAnswer;
import dev.coord.store.WorldWriter;
import dev.coord.time.NanoClock;
import dev.coord.work.Workers;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a leader's log short, on a thread of its own: has the rows of objects and quads follow, and removes the entries that
 * nobody needs any more. Nothing that was committed depends on it.
 */
final class Housekeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeper.class);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    /** A world that is written to rarely has a checkpoint after this time, one that is busy after so many commits. */
    private static final long CHECKPOINT_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long CHECKPOINT_COMMITS = 2000;
    private static final int LEAST_CHANGES = 50;
    private static final int MOST_CHANGES = 2000;

    private final Leadership leadership;
    private final Replica replica;
    private final WorldStore store;
    private final Retention retention;
    private final NanoClock clock = NanoClock.system();
    private final ScheduledExecutorService timer;
    /** Doing much at once would delay the commits, and the renewals. */
    private final StepSize checkpointChanges = new StepSize(LEAST_CHANGES, MOST_CHANGES);

    private long checkpoint;
    private long checkpointAt = clock.nanoTime();
    private long removable;
    private long truncated;
    private boolean failing;

    Housekeeper(Leadership leadership, Replica replica, WorldStore store, WorldSettings settings, Workers workers) {
        this.leadership = leadership;
        this.replica = replica;
        this.store = store;
        this.retention = new Retention(
                settings.resultRetention(), settings.submitTimeout().multipliedBy(2), settings.maxResults());
        this.timer = new WorldTimer("coord-world-housekeeper-" + leadership.group(), workers);
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(
                this::keepHouse, INTERVAL.toNanos(), INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void keepHouse() {
        try {
            checkpoint();
            truncate();
            failing = false;
        } catch (StoreException e) {
            if (!failing && !timer.isShutdown()) {
                LOG.warn("Group {}: could not tidy the world up; trying again: {}", leadership.group(), e.getMessage());
            }
            failing = true;
        } catch (RuntimeException | Error e) {
            LOG.error("Group {}: tidying the world up failed; trying again", leadership.group(), e);
        }
    }

    private void checkpoint() {
        long seqno = replica.seqno();
        boolean due = clock.nanoTime() - checkpointAt > CHECKPOINT_NANOS;
        while (!timer.isShutdown() && seqno > checkpoint && (due || seqno - checkpoint >= CHECKPOINT_COMMITS)) {
            long began = clock.nanoTime();
            checkpoint = store.checkpoint(leadership.group(), checkpointChanges.get());
            checkpointAt = clock.nanoTime();
            checkpointChanges.took(checkpointAt - began);
        }
    }

    private void truncate() {
        var writer = new WorldWriter(leadership.group(), leadership.participant(), leadership.term());
        removable = Math.max(removable, retention.removable(replica.seqno(), clock.nanoTime()));
        while (truncated < removable && !timer.isShutdown()) {
            long before = truncated;
            WorldAnswer answer = store.truncate(writer, removable);
            truncated = answer.head().truncatedSeqno();
            if (!answer.accepted() || truncated <= before) {
                return;
            }
            replica.results().truncate(truncated);
        }
    }

    @Override
    public void close() {
        timer.shutdown();
    }
}
