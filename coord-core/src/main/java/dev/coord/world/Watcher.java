package dev.coord.world;

import dev.coord.Term;
import dev.coord.world.Snapshot.ObjectEntry;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectRenamed;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldListener.Before;
import dev.coord.world.WorldListener.Event;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One listener, and what it was told. For the thread that tells. */
final class Watcher {
    private final WorldWatch watch;
    private final WorldListener listener;
    /** What this has heard is all of the world up to here. */
    private long position;

    private boolean behind;
    /** Too much waits for it: it hears of nothing until it has dealt with that. */
    private boolean stopped;
    /** What it missed is not to be had one by one. */
    private boolean needsFresh;

    private final @Nullable Mailbox mailbox;
    /** The last reset of the world that is none to it: what it knows is what came after. */
    private final long resets;
    /** While it is behind: objects that it has heard of. */
    private final Map<String, ObjectEntry> heard = new HashMap<>();

    /**
     * @param published the last commit that the others were, or will be, told of
     * @param resets how often the world went back until then
     * @param mailbox through which it is told; null: at once, on the thread that tells
     */
    Watcher(WorldWatch watch, WorldListener listener, long published, long resets, @Nullable Mailbox mailbox) {
        this.watch = watch;
        this.listener = listener;
        this.position = watch.after().orElse(published);
        this.behind = position < published;
        // Whoever knows a later commit than there is knows it from a world that is gone.
        this.resets = position > published ? 0 : resets;
        this.mailbox = mailbox;
    }

    /** Whether the world going back, for the {@code number}th time, to {@code back} takes something away that it knows of. */
    boolean isConcerned(long number, long back) {
        return number > resets && position > back;
    }

    /** Whether it is to hear of something: it has dealt with what it missed something after. */
    boolean isReady() {
        return !stopped || mailbox == null || mailbox.isIdle();
    }

    /** It is ready, and hears again. */
    void goOn() {
        stopped = false;
    }

    boolean isStopped() {
        return stopped;
    }

    /** Whether only all that is there helps. */
    boolean needsFresh() {
        return needsFresh;
    }

    /** While it is stopped: what it knows is no longer so. */
    void missedAll() {
        needsFresh = true;
    }

    private void deliver(Event event) {
        Mailbox box = mailbox;
        if (box == null) {
            listener.changed(event);
            return;
        }
        try {
            if (!box.offer(event)) {
                missed(box.take(true), event);
            }
        } catch (RejectedExecutionException e) {
            missed(box.take(false), event);
            throw e;
        }
    }

    private void missed(List<Event> taken, Event last) {
        needsFresh = !resumes() || last.fresh() || taken.stream().anyMatch(Event::fresh);
        // Each of them is a commit of its own, or a fresh start.
        position = (taken.isEmpty() ? last : taken.get(0)).seqno() - 1;
        behind = true;
        stopped = true;
        heard.clear();
    }

    void close() {
        if (mailbox != null) {
            mailbox.close();
        }
    }

    /** Whether it is to hear of each commit, as long as the log has them. */
    boolean resumes() {
        return watch.after().isPresent();
    }

    boolean wantsPrevious() {
        return watch.previous();
    }

    /** The last commit that it needs not hear of. */
    long position() {
        return position;
    }

    /** Whether it hears of commits that are over, and not yet of those that happen. */
    boolean isBehind() {
        return behind;
    }

    /** The world went on to {@code seqno} in a way that nobody knows in detail. */
    void skipped(long seqno) {
        behind = position < seqno;
    }

    /** It has heard of all up to {@code seqno}. */
    void caughtUp(long seqno) {
        if (position >= seqno) {
            behind = false;
            heard.clear();
        }
    }

    /** Tells it of what has happened, if that is new to it and concerns it. */
    void tell(long seqno, Term term, List<WorldChange> changes, Function<String, @Nullable ObjectEntry> before) {
        if (seqno <= position) {
            return;
        }
        List<WorldChange> own = own(changes);
        Map<String, Before> previous = own.isEmpty() || !watch.previous() ? Map.of() : previous(own, before);
        // First, so that what it throws does not make it hear of this again.
        position = seqno;
        if (!own.isEmpty()) {
            deliver(new Event(seqno, term, own, false, previous));
        }
    }

    /** Tells it of a commit that is over. */
    void tellPast(LogEntry entry) {
        try {
            tell(entry.seqno(), entry.term(), entry.changes(), heard::get);
        } finally {
            if (watch.previous() && !stopped) {
                entry.changes().forEach(this::remember);
            }
        }
    }

    /** Tells it of all that is there. */
    void tellFresh(Snapshot now, List<WorldChange> all) {
        position = now.seqno();
        needsFresh = false;
        caughtUp(position);
        deliver(new Event(now.seqno(), now.term(), own(all), true, Map.of()));
    }

    private List<WorldChange> own(List<WorldChange> changes) {
        return changes.stream()
                .filter(change -> change.concerns(watch.prefix()))
                .toList();
    }

    private static Map<String, Before> previous(
            List<WorldChange> changes, Function<String, @Nullable ObjectEntry> before) {
        Map<String, Before> previous = new HashMap<>();
        for (WorldChange change : changes) {
            String key = change instanceof ObjectSet set
                    ? set.key()
                    : change instanceof ObjectDeleted deleted
                            ? deleted.key()
                            : change instanceof ObjectRenamed renamed ? renamed.from() : "";
            ObjectEntry was = before.apply(key);
            if (was != null) {
                previous.put(key, Before.of(was));
            }
        }
        return Map.copyOf(previous);
    }

    private void remember(WorldChange change) {
        if (!change.concerns(watch.prefix())) {
            return;
        }
        if (change instanceof ObjectSet set) {
            heard.put(set.key(), Snapshot.entry(set));
        } else if (change instanceof ObjectDeleted deleted) {
            heard.remove(deleted.key());
        } else if (change instanceof ObjectRenamed renamed) {
            heard.remove(renamed.from());
            heard.put(
                    renamed.to(),
                    new ObjectEntry(renamed.root(), renamed.rev(), renamed.modSeqno(), renamed.lifetime()));
        }
    }

    @Override
    public String toString() {
        return listener + " for '" + watch.prefix() + "'";
    }
}
