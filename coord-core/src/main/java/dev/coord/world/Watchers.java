package dev.coord.world;

import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.work.Listeners;
import dev.coord.world.Snapshot.ObjectEntry;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners what changed, on a thread of its own, which is there from the first of them on. */
final class Watchers implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Watchers.class);
    /** Listeners that are further behind hear of what is different instead. */
    private static final int MAX_WAITING = 10_000;

    /** What happened up to a snapshot; without entries: look what is different. */
    private record Step(List<LogEntry> entries, Snapshot after) {}

    private record Watcher(String prefix, long after, WorldListener listener) {
        @Override
        public String toString() {
            return listener + " for '" + prefix + "'";
        }
    }

    private final Listeners<Watcher> watchers = new Listeners<>(LOG, "a commit");
    private final Deque<Step> waiting = new ArrayDeque<>();
    private Snapshot told = Snapshot.EMPTY;
    private long published;
    private @Nullable Runnable start;
    private boolean started;
    private boolean closed;

    /** Tells {@code listener} of what is published from now on. */
    synchronized Registration add(String prefix, WorldListener listener) {
        if (start != null && !started && !waiting.isEmpty()) {
            // Nobody is to be told of it.
            told = waiting.removeLast().after();
            waiting.clear();
        }
        Registration added = watchers.add(new Watcher(prefix, published, listener));
        startIfNeeded();
        return added;
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
        published = after.seqno();
        if (watchers.isEmpty() || waiting.size() >= MAX_WAITING) {
            waiting.clear();
            waiting.add(new Step(List.of(), after));
        } else {
            waiting.add(new Step(entries, after));
        }
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
        }
    }

    private synchronized @Nullable Step next() {
        while (waiting.isEmpty() && !closed) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.trace("A listener left its interrupt behind", e);
            }
        }
        return closed ? null : waiting.remove();
    }

    private void tell(Step step) {
        boolean contiguous = !step.entries().isEmpty() && step.entries().get(0).seqno() == told.seqno() + 1;
        if (contiguous) {
            step.entries().forEach(entry -> tell(entry.seqno(), entry.term(), entry.changes()));
        } else {
            Snapshot after = step.after();
            tell(after.seqno(), after.term(), differences(told, after));
        }
    }

    private void tell(long seqno, Term term, List<WorldChange> changes) {
        watchers.tell(watcher -> {
            List<WorldChange> own = changes.stream()
                    .filter(change -> change.concerns(watcher.prefix()))
                    .toList();
            if (seqno > watcher.after() && !own.isEmpty()) {
                watcher.listener().changed(new WorldListener.Event(seqno, term, own));
            }
        });
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
