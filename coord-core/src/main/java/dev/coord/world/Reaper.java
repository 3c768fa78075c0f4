package dev.coord.world;

import dev.coord.CoordException;
import dev.coord.ParticipantId;
import dev.coord.time.NanoClock;
import dev.coord.work.Workers;
import dev.coord.world.Lifetimes.Timed;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes, for a leader, the objects whose time to live is over or whose owner has ended: by submissions like any other, which look
 * once more, in their turn, whether that is still so. Its thread does nothing as long as no object's lifetime is limited.
 */
final class Reaper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Reaper.class);
    private static final long INTERVAL_MILLIS = 50;
    /** Of one commit: no operation may be too large. */
    private static final int MAX_AT_ONCE = 500;

    private static final long AFTER_REFUSAL = Duration.ofSeconds(10).toNanos();

    private final String group;
    private final ParticipantId self;
    private final Lifetimes lifetimes;
    private final NanoClock clock;
    private final Function<Set<ParticipantId>, Set<ParticipantId>> ended;
    private final Function<Submission, CompletableFuture<WorldResult>> engine;
    private final ScheduledExecutorService timer;
    /** Owners whose objects could not be deleted, and when that was. */
    private final Map<ParticipantId, Long> refused = new HashMap<>();

    private boolean scheduled;

    /**
     * @param ended which of some participants have ended for good; a doubt means that they have not
     * @param engine commits
     */
    Reaper(
            String group,
            ParticipantId self,
            NanoClock clock,
            Function<Set<ParticipantId>, Set<ParticipantId>> ended,
            Function<Submission, CompletableFuture<WorldResult>> engine,
            Workers workers) {
        this.group = group;
        this.self = self;
        this.lifetimes = new Lifetimes(clock);
        this.clock = clock;
        this.ended = ended;
        this.engine = engine;
        this.timer = new WorldTimer("coord-world-lifetimes-" + group, workers);
    }

    /** The world is as {@code snapshot} when this participant begins to lead. */
    void begin(Snapshot snapshot) {
        lifetimes.begin(snapshot);
        schedule();
    }

    /** These were committed. */
    void committed(List<LogEntry> entries) {
        lifetimes.committed(entries);
        schedule();
    }

    private synchronized void schedule() {
        if (scheduled || lifetimes.isEmpty()) {
            return;
        }
        try {
            var unused = timer.schedule(this::reap, INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
            scheduled = true;
        } catch (RejectedExecutionException e) {
            LOG.trace("Group {}: this participant no longer leads", group, e);
        }
    }

    private void reap() {
        try {
            reapTimed();
            reapOwned();
        } catch (CoordException e) {
            // The leadership has ended, or the store does not answer.
            LOG.debug("Group {}: could not look for objects that have ended; trying again", group, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            synchronized (this) {
                scheduled = false;
            }
            schedule();
        }
    }

    private void reapTimed() throws InterruptedException {
        List<Timed> over = lifetimes.over(MAX_AT_ONCE);
        if (over.isEmpty()) {
            return;
        }
        try {
            if (!submitted("expire", state -> expire(state, over))) {
                // One of them may be what makes it too much.
                for (Timed one : over) {
                    if (over.size() == 1 || !submitted("expire", state -> expire(state, List.of(one)))) {
                        lifetimes.postpone(one, AFTER_REFUSAL);
                    }
                }
            }
        } finally {
            // Those of which nobody knows whether they were deleted; the others are no longer waited for.
            over.forEach(one -> lifetimes.postpone(one, 0));
        }
    }

    private static WorldResult expire(TransactionState state, List<Timed> over) {
        for (Timed one : over) {
            boolean same = state.object(one.key())
                    .filter(object -> object.modSeqno() == one.modSeqno())
                    .isPresent();
            if (same) {
                var unused = state.deleteObject(one.key());
            }
        }
        return WorldResult.ofFound(true);
    }

    private void reapOwned() throws InterruptedException {
        Set<ParticipantId> owners = lifetimes.owners();
        if (owners.isEmpty()) {
            refused.clear();
            return;
        }
        for (ParticipantId owner : ended.apply(owners)) {
            Long before = refused.get(owner);
            if (before != null && clock.nanoTime() - before < AFTER_REFUSAL) {
                continue;
            }
            List<String> keys = lifetimes.ownedBy(owner, MAX_AT_ONCE);
            if (submitted("end_ephemeral", state -> end(state, owner, keys))) {
                LOG.info("Group {}: {} has ended, and with it {} of its objects", group, owner, keys.size());
            } else {
                refused.put(owner, clock.nanoTime());
                for (String key : keys) {
                    boolean unused = submitted("end_ephemeral", state -> end(state, owner, List.of(key)));
                }
            }
        }
    }

    private static WorldResult end(TransactionState state, ParticipantId owner, List<String> keys) {
        for (String key : keys) {
            boolean same = state.object(key)
                    .filter(object ->
                            object.lifetime().owner().filter(owner::equals).isPresent())
                    .isPresent();
            if (same) {
                var unused = state.deleteObject(key);
            }
        }
        return WorldResult.ofFound(true);
    }

    /** Has it committed; says whether it was, or else warns. */
    private boolean submitted(String type, Submission.Work work) throws InterruptedException {
        var submission =
                new Submission(UUID.randomUUID().toString(), type, self, false, false, work, new CompletableFuture<>());
        try {
            var unused = engine.apply(submission).get();
            return true;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof WorldException refusal) {
                LOG.warn("Group {}: objects whose time is over could not be deleted: {}", group, refusal.getMessage());
                return false;
            }
            throw Failures.thrown(e.getCause());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
