package dev.coord.world;

import dev.coord.Leadership;
import dev.coord.StoreException;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldAnswer;
import dev.coord.store.WorldWriter;
import dev.coord.time.NanoClock;
import dev.coord.work.SharedTimer;
import dev.coord.work.Workers;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a leader's log short, on a thread of its own while there is something to do: has the rows of objects and quads follow, and removes the entries that
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
    private final long maxLogBytes;
    private final NanoClock clock = NanoClock.system();
    private final ExecutorService work;
    private final Runnable looking;
    private final Runnable keeping;
    /** What is not final here belongs to the thread that keeps house while this is set, and to the timer's otherwise. */
    private final AtomicBoolean busy = new AtomicBoolean();

    /** Doing much at once would delay the commits, and the renewals. */
    private final StepSize checkpointChanges = new StepSize(LEAST_CHANGES, MOST_CHANGES);

    private volatile boolean closed;
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
        this.maxLogBytes = settings.maxLogBytes();
        String name = "coord-world-housekeeper-" + leadership.group();
        this.work = Workers.onDemand(task -> Workers.daemon(name, task));
        this.looking = workers.task(name, this::look);
        this.keeping = workers.task(name, this::keepHouse);
    }

    void start(SharedTimer timer) {
        timer.every(INTERVAL, looking);
    }

    private void look() {
        if (closed || busy.get()) {
            return;
        }
        removable = Math.max(removable, retention.removable(replica.seqno(), clock.nanoTime()));
        removable = Math.max(removable, replica.results().excess(maxLogBytes));
        if (isCheckpointDue(replica.seqno()) || truncated < removable) {
            busy.set(true);
            try {
                work.execute(keeping);
            } catch (RejectedExecutionException e) {
                LOG.trace("Group {}: the leadership has ended", leadership.group(), e);
            }
        }
    }

    private void keepHouse() {
        try {
            checkpoint();
            truncate();
            failing = false;
        } catch (StoreException e) {
            if (!failing && !closed) {
                LOG.warn("Group {}: could not tidy the world up; trying again: {}", leadership.group(), e.getMessage());
            }
            failing = true;
        } catch (RuntimeException | Error e) {
            LOG.error("Group {}: tidying the world up failed; trying again", leadership.group(), e);
        } finally {
            busy.set(false);
        }
    }

    private boolean isCheckpointDue(long seqno) {
        return seqno > checkpoint
                && (seqno - checkpoint >= CHECKPOINT_COMMITS || clock.nanoTime() - checkpointAt > CHECKPOINT_NANOS);
    }

    private void checkpoint() {
        long seqno = replica.seqno();
        boolean due = clock.nanoTime() - checkpointAt > CHECKPOINT_NANOS;
        while (!closed && seqno > checkpoint && (due || seqno - checkpoint >= CHECKPOINT_COMMITS)) {
            long began = clock.nanoTime();
            checkpoint = store.checkpoint(leadership.group(), checkpointChanges.get());
            checkpointAt = clock.nanoTime();
            checkpointChanges.took(checkpointAt - began);
        }
    }

    private void truncate() {
        var writer = new WorldWriter(leadership.group(), leadership.participant(), leadership.term());
        while (truncated < removable && !closed) {
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
        closed = true;
        work.shutdown();
    }
}
