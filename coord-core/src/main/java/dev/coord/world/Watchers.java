package dev.coord.world;

import dev.coord.Registration;
import dev.coord.StoreException;
import dev.coord.time.Deadline;
import dev.coord.work.Listeners;
import dev.coord.world.Snapshot.ObjectEntry;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what changed, on a thread of its own, which is there from the first of them on. */
final class Watchers implements Runnable {
    private static final Duration PAUSE = Duration.ofMillis(100);
    /** A snapshot shares most with the next one, but not all. */
    private static final long LEAST_STEP_BYTES = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);
    private final long maxWaitingBytes;

    /**
     * What happened up to a snapshot; without entries: look what is different.
     *
     * @param back the commit that the world went back to, an older one having been put in its place; or else {@link #NOT_BACK}
     * @param resets how often it has gone back until then
     */
    private record Step(List<LogEntry> entries, Snapshot after, long back, long resets) {
        static final long NOT_BACK = Long.MAX_VALUE;

        long bytes() {
            return LEAST_STEP_BYTES
                    + entries.stream().mapToLong(LogEntry::bytes).sum();
        }
    }

    /** The log, for those who are behind; null from it: it does not go back so far. */
    private volatile @Nullable LongFunction<WorldLoader.@Nullable Tail> log;
    /** Some are behind. */
    private boolean catchingUp;

    private final Listeners<Watcher> watchers = new Listeners<>(LOG, "a commit");
    private final Deque<Step> waiting = new ArrayDeque<>();
    private long waitingBytes;
    private Snapshot told = Snapshot.EMPTY;
    private long published;
    private long resets;
    /** One that missed something has dealt with what it was told before. */
    private boolean refreshing;

    private @Nullable Runnable start;
    private boolean started;
    private boolean closed;

    /** @param maxWaitingBytes how much listeners may be behind; those that are further behind hear of what is different instead */
    Watchers(long maxWaitingBytes) {
        this.maxWaitingBytes = maxWaitingBytes;
    }

    /** Tells {@code listener} of what is published from now on. */
    synchronized Registration add(String prefix, WorldListener listener) {
        return add(WorldWatch.of(prefix), listener);
    }

    /** Tells {@code listener} of what it wants to hear. */
    synchronized Registration add(WorldWatch watch, WorldListener listener) {
        if (start != null && !started && !waiting.isEmpty()) {
            // Nobody is to be told of it.
            told = waiting.removeLast().after();
            waiting.clear();
            waitingBytes = 0;
        }
        Mailbox mailbox = watch.executor()
                .map(executor -> new Mailbox(listener, executor, maxWaitingBytes, this::refresh))
                .orElse(null);
        var watcher = new Watcher(watch, listener, published, resets, mailbox);
        Registration added = watchers.add(watcher);
        catchingUp |= watcher.isBehind();
        startIfNeeded();
        notifyAll();
        return () -> {
            added.close();
            watcher.close();
        };
    }

    private synchronized void refresh() {
        refreshing = true;
        notifyAll();
    }

    /** From now on {@code entriesAfter} reads the log. */
    synchronized void readLogWith(LongFunction<WorldLoader.@Nullable Tail> entriesAfter) {
        log = entriesAfter;
        notifyAll();
    }

    /** {@code starting} starts the thread that {@link #run runs} this, as soon as there is a listener. */
    synchronized void startWith(Runnable starting) {
        start = starting;
        startIfNeeded();
    }

    private void startIfNeeded() {
        Runnable starting = start;
        if (starting != null && !started && !watchers.isEmpty()) {
            started = true;
            starting.run();
        }
    }

    /** The world went on by {@code entries}; empty if they are not known one by one. */
    synchronized void publish(List<LogEntry> entries, Snapshot after) {
        publish(entries, after, after.seqno() < published ? after.seqno() : Step.NOT_BACK);
    }

    /** Another world is in the place of the one before: commits with the same numbers can be others. */
    synchronized void publishReset(Snapshot after) {
        publish(List.of(), after, 0);
    }

    private void publish(List<LogEntry> entries, Snapshot after, long wentBackTo) {
        long back = wentBackTo;
        published = after.seqno();
        if (back != Step.NOT_BACK) {
            resets++;
        }
        var step = new Step(entries, after, back, resets);
        if (watchers.isEmpty() || waitingBytes + step.bytes() > maxWaitingBytes) {
            if (!watchers.isEmpty() && waiting.size() > 1) {
                LOG.warn(
                        "Listeners are more than {} bytes of commits behind: they hear of what is different in the end,"
                                + " and not of each commit",
                        maxWaitingBytes);
            }
            if (watchers.isEmpty()) {
                // Nobody has heard of what there was before.
                back = Step.NOT_BACK;
            } else {
                for (Step left : waiting) {
                    back = Math.min(back, left.back());
                }
            }
            waiting.clear();
            waitingBytes = 0;
            step = new Step(List.of(), after, back, resets);
        }
        waiting.add(step);
        waitingBytes += step.bytes();
        notifyAll();
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    @Override
    public void run() {
        for (Step step = next(); step != null; step = next()) {
            if (!watchers.isEmpty()) {
                tell(step);
            }
            told = step.after();
            catchUp();
        }
    }

    /** Tells those who are behind of some more of what they have not heard. */
    private void catchUp() {
        LongFunction<WorldLoader.@Nullable Tail> reader = log;
        boolean[] more = {false};
        watchers.tell(watcher -> {
            try {
                if (watcher.isBehind() && watcher.isReady()) {
                    watcher.goOn();
                    catchUp(watcher, reader);
                }
            } finally {
                // One that is stopped says when it is ready.
                more[0] |= watcher.isBehind() && !watcher.isStopped();
            }
        });
        if (more[0]) {
            synchronized (this) {
                catchingUp = true;
            }
        }
    }

    private void catchUp(Watcher watcher, @Nullable LongFunction<WorldLoader.@Nullable Tail> reader) {
        if (watcher.needsFresh()) {
            watcher.tellFresh(told, differences(Snapshot.EMPTY, told));
            return;
        }
        if (reader == null) {
            return;
        }
        WorldLoader.Tail tail;
        try {
            tail = reader.apply(watcher.position());
        } catch (StoreException e) {
            LOG.debug("{} cannot be told of the commits after {} yet", watcher, watcher.position(), e);
            pause();
            return;
        }
        if (tail == null || (tail.entries().isEmpty() && watcher.position() < told.seqno())) {
            watcher.tellFresh(told, differences(Snapshot.EMPTY, told));
            return;
        }
        // What it throws costs it one commit alone, as with those that happen.
        Throwable failed = null;
        for (LogEntry entry : tail.entries()) {
            if (entry.seqno() > told.seqno() || watcher.isStopped()) {
                break;
            }
            try {
                watcher.tellPast(entry);
            } catch (RuntimeException | Error e) {
                failed = failed == null ? e : failed;
            }
        }
        watcher.caughtUp(told.seqno());
        if (failed instanceof Error error) {
            throw error;
        } else if (failed != null) {
            throw Failures.thrown(failed);
        }
    }

    private synchronized void pause() {
        try {
            boolean unused = Deadline.in(PAUSE).await(this, () -> closed);
        } catch (InterruptedException e) {
            LOG.trace("A listener left its interrupt behind", e);
        }
    }

    private synchronized @Nullable Step next() {
        while (waiting.isEmpty() && !closed && !refreshing && !isCatchingUp()) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.trace("A listener left its interrupt behind", e);
            }
        }
        if (closed) {
            return null;
        }
        catchingUp = false;
        refreshing = false;
        if (waiting.isEmpty()) {
            return new Step(List.of(), told, Step.NOT_BACK, 0);
        }
        Step step = waiting.remove();
        waitingBytes -= step.bytes();
        return step;
    }

    private boolean isCatchingUp() {
        return catchingUp && log != null;
    }

    @SuppressWarnings("ReferenceEquality") // The same snapshot: nothing has happened.
    private void tell(Step step) {
        boolean contiguous = !step.entries().isEmpty() && step.entries().get(0).seqno() == told.seqno() + 1;
        Snapshot after = step.after();
        if (contiguous) {
            Snapshot before = told;
            for (LogEntry entry : step.entries()) {
                before = tell(entry, before);
            }
        } else if (after != told) {
            List<WorldChange> differences = differences(told, after);
            Snapshot before = told;
            watchers.tell(watcher -> {
                boolean concerned = watcher.isConcerned(step.resets(), step.back());
                if (watcher.isStopped()) {
                    if (concerned) {
                        watcher.missedAll();
                    }
                } else if (concerned) {
                    // It has heard of commits that are no longer there; those of the same numbers are others.
                    watcher.tellFresh(after, differences(Snapshot.EMPTY, after));
                } else if (watcher.resumes()) {
                    watcher.skipped(after.seqno());
                } else {
                    watcher.tell(after.seqno(), after.term(), differences, before::object);
                }
            });
        }
    }

    /** Tells of a commit on top of {@code before}; returns what it made of that, if anybody wants to know. */
    private Snapshot tell(LogEntry entry, Snapshot before) {
        boolean[] previous = {false};
        watchers.tell(watcher -> {
            previous[0] |= watcher.wantsPrevious();
            if (!watcher.isBehind()) {
                watcher.tell(entry.seqno(), entry.term(), entry.changes(), before::object);
            }
        });
        return previous[0] ? before.after(entry) : before;
    }

    /** The changes that make {@code after} of {@code before}. */
    static List<WorldChange> differences(Snapshot before, Snapshot after) {
        var changes = new ArrayList<WorldChange>();
        for (GraphQuad quad : before.bySubject()) {
            if (!after.bySubject().contains(quad)) {
                changes.add(new QuadDeleted(quad));
            }
        }
        for (String key : before.objects().keySet()) {
            if (after.object(key) == null) {
                changes.add(new ObjectDeleted(key));
            }
        }
        for (Map.Entry<String, ObjectEntry> entry : after.objects().entrySet()) {
            if (!entry.getValue().equals(before.object(entry.getKey()))) {
                ObjectEntry now = entry.getValue();
                changes.add(new ObjectSet(entry.getKey(), now.root(), now.rev(), now.modSeqno(), now.lifetime()));
            }
        }
        for (GraphQuad quad : after.bySubject()) {
            if (!before.bySubject().contains(quad)) {
                changes.add(new QuadSet(quad));
            }
        }
        return changes;
    }
}
