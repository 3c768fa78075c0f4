package dev.coord.world;

import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.store.WorldHead;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.work.Listeners;
import dev.coord.world.Snapshot.ObjectEntry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One participant's copy of a world. As long as it follows, it goes on by the log; while this participant leads, by what its
 * engine commits. Becoming leader takes no more than the entries that are missing, whatever the size of the world.
 */
final class Replica {
    private static final Logger LOG = LoggerFactory.getLogger(Replica.class);

    private final WorldLoader loader;
    private final Blocks blocks;
    private final Results results;
    private final Watchers watchers;
    private final Listeners<LongConsumer> listeners = new Listeners<>(LOG, "a new sequence number");
    private final Object advancing = new Object();
    private @Nullable Object writer;
    /** Reading the world anew has begun and not ended: what is known of the log is not of {@link #snapshot}. */
    private boolean reload;
    /** That of the store's head when the last entry here was found to be in its log, too. Whoever goes another way raises it. */
    private volatile Term checked = Term.NONE;
    /** A world that is not there any more, until what is there instead was read. */
    private @Nullable Gone gone;

    private final AtomicLong resets = new AtomicLong();
    private volatile @Nullable WorldReset lastReset;
    private volatile Runnable toFollow = () -> {};
    private volatile @Nullable Snapshot snapshot;
    /** By the commit that is waited for. */
    private final NavigableMap<Long, CompletableFuture<Long>> waiting = new TreeMap<>();

    private record Gone(long seqno, Term term, List<Results.Kept> operations) {}

    /** @param resultBytes how much of what operations returned is kept in memory */
    Replica(WorldLoader loader, Blocks blocks, Watchers watchers, long resultBytes) {
        this.results = new Results(loader::entry, resultBytes, NanoClock.system());
        this.loader = loader;
        this.blocks = blocks;
        this.watchers = watchers;
    }

    Blocks blocks() {
        return blocks;
    }

    Results results() {
        return results;
    }

    Watchers watchers() {
        return watchers;
    }

    /** The world as it is here; null before it was read for the first time. */
    @Nullable
    Snapshot snapshotOrNull() {
        return snapshot;
    }

    /** The world as it is here, which must have been read. */
    Snapshot snapshot() {
        Snapshot now = snapshot;
        if (now == null) {
            throw new IllegalStateException("The world was not read yet");
        }
        return now;
    }

    /** The last commit that this copy has; 0 before it was read. */
    long seqno() {
        Snapshot now = snapshot;
        return now == null ? 0 : now.seqno();
    }

    /** The same; negative before it was read. */
    long readSeqno() {
        Snapshot now = snapshot;
        return now == null ? -1 : now.seqno();
    }

    SnapshotView view() {
        return new SnapshotView(snapshot(), blocks, this::awaitRev);
    }

    /** Whether it is as far as {@code head}, and on the way there. */
    boolean isAt(WorldHead head) {
        return head.seqno() == seqno() && head.term().equals(checked);
    }

    /** How often the world in the store was found to be another one than the one that was read before. */
    long resets() {
        return resets.get();
    }

    /** What that was like the last time; null if it never was so. */
    @Nullable
    WorldReset lastReset() {
        return lastReset;
    }

    /** Whether an engine makes it go on. */
    boolean isLed() {
        synchronized (advancing) {
            return writer != null;
        }
    }

    /** Goes on by the log as far as it goes, unless an engine writes. */
    void follow() {
        synchronized (advancing) {
            if (writer == null) {
                catchUp();
            }
        }
    }

    /** Goes on by the log as far as it goes; from now on only {@code engine} makes it go on. */
    void lead(Object engine) {
        synchronized (advancing) {
            catchUp();
            writer = engine;
        }
    }

    /** {@code engine} will not publish anything more: back to the log. */
    void endLeading(Object engine) {
        synchronized (advancing) {
            if (writer != engine) {
                return;
            }
            writer = null;
        }
        toFollow.run();
    }

    /** {@code told} when no engine makes this go on any more; must be quick. */
    void whenToFollow(Runnable told) {
        toFollow = told;
    }

    /** What {@code engine} committed; says whether it is still the one that does. */
    boolean publish(Object engine, List<LogEntry> entries, Snapshot after) {
        synchronized (advancing) {
            if (writer != engine) {
                return false;
            }
            publish(entries, after);
            return true;
        }
    }

    private void catchUp() {
        Snapshot now = snapshot;
        if (now == null || reload) {
            now = load();
        }
        while (true) {
            WorldLoader.Tail tail = loader.entriesAfter(now.seqno());
            if (tail != null && wentAnotherWay(now, tail) && gone == null) {
                gone = new Gone(now.seqno(), now.term(), results.all());
            }
            if (tail == null || gone != null) {
                now = load();
                continue;
            }
            checked = tail.headTerm();
            results.truncate(tail.truncatedSeqno());
            for (LogEntry entry : tail.entries()) {
                now = now.after(entry);
            }
            if (!tail.entries().isEmpty()) {
                publish(tail.entries(), now);
            }
            if (tail.isLast()) {
                return;
            }
        }
    }

    /** Whether the world in the store is not the one that this is a copy of: an older file was put in its place, for instance. */
    private boolean wentAnotherWay(Snapshot now, WorldLoader.Tail tail) {
        Term last = results.lastTerm();
        Term before =
                tail.entries().isEmpty() ? Term.NONE : tail.entries().get(0).previousTerm();
        boolean back = tail.headSeqno() < now.seqno() || tail.headTerm().compareTo(now.term()) < 0;
        boolean other = !last.equals(Term.NONE) && !before.equals(Term.NONE) && !last.equals(before);
        boolean replaced = back || other || (!tail.headTerm().equals(checked) && !isLastEntryThere(now));
        if (replaced) {
            LOG.error(
                    "The world in the store is not the one that was read before: it is at commit {} of term {}, and this copy"
                            + " has commit {} of term {}, which is not there. Was an older database put in its place, or a"
                            + " standby promoted that did not have the last commits? They are lost. The world is read anew.",
                    tail.headSeqno(),
                    tail.headTerm(),
                    now.seqno(),
                    now.term());
        }
        return replaced;
    }

    /** If it was truncated, nobody can say. */
    private boolean isLastEntryThere(Snapshot now) {
        LogEntry there = now.seqno() == 0 ? null : loader.entry(now.seqno());
        Results.Last last = results.last();
        return there == null || (last != null && last.is(there));
    }

    private Snapshot load() {
        // First: if the store fails now, the next try must not go on from a world that is no longer there.
        reload = true;
        checked = Term.NONE;
        results.clear();
        Snapshot loaded = loader.load(results::add);
        results.loaded(loaded.seqno());
        Gone before = gone;
        if (before == null) {
            publish(List.of(), loaded);
        } else {
            tellReset(before, loaded);
            show(loaded);
            watchers.publishReset(loaded);
            tellListeners(loaded);
            gone = null;
        }
        reload = false;
        return loaded;
    }

    private void tellReset(Gone before, Snapshot loaded) {
        var reset = new WorldReset(
                InstantSource.system().instant(),
                before.seqno(),
                before.term(),
                loaded.seqno(),
                loaded.term(),
                results.missing(before.operations()));
        lastReset = reset;
        resets.incrementAndGet();
        LOG.warn("The world was read anew: {}", reset.message());
    }

    private void publish(List<LogEntry> entries, Snapshot after) {
        entries.forEach(results::add);
        show(after);
        watchers.publish(entries, after);
        tellListeners(after);
    }

    private void show(Snapshot after) {
        synchronized (this) {
            snapshot = after;
            notifyAll();
        }
        reached().forEach(future -> future.complete(after.seqno()));
    }

    private void tellListeners(Snapshot after) {
        listeners.tell(listener -> listener.accept(after.seqno()));
    }

    /** Tells {@code listener}, which must be quick, of each new sequence number. */
    Registration onAdvance(LongConsumer listener) {
        return listeners.add(listener);
    }

    /** Waits until this copy has commit {@code seqno}, at most for {@code timeout}; says whether it has. */
    synchronized boolean awaitSeqno(long seqno, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout);
        while (snapshot == null || seqno() < seqno) {
            if (!awaitAdvance(deadline)) {
                return false;
            }
        }
        return true;
    }

    /** Completes, on a thread that must not be blocked, when this copy has commit {@code seqno}. */
    CompletableFuture<Long> reached(long seqno) {
        synchronized (this) {
            if (snapshot == null || seqno() < seqno) {
                // A copy: whoever gives up gives up for itself alone.
                return waiting.computeIfAbsent(seqno, awaited -> new CompletableFuture<>())
                        .copy();
            }
        }
        return CompletableFuture.completedFuture(seqno());
    }

    private synchronized List<CompletableFuture<Long>> reached() {
        var reached = waiting.headMap(seqno(), true);
        var all = List.copyOf(reached.values());
        reached.clear();
        return all;
    }

    private synchronized boolean awaitRev(String key, long rev, Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout);
        while (true) {
            ObjectEntry entry = snapshot().object(key);
            if (entry == null) {
                return false;
            }
            if (entry.rev() >= rev) {
                return true;
            }
            if (!awaitAdvance(deadline)) {
                return false;
            }
        }
    }

    private boolean awaitAdvance(Deadline deadline) throws InterruptedException {
        if (deadline.isOver()) {
            return false;
        }
        BlockingCalls.check(
                "This waits for a commit that this participant has not read yet",
                "Call it on a thread that may wait, or World.watch() to be told");
        return deadline.awaitNotification(this);
    }
}
