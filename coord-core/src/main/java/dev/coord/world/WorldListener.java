package dev.coord.world;

import dev.coord.Term;
import dev.coord.world.Snapshot.ObjectEntry;
import java.util.List;
import java.util.Map;

/** Hears what changes in a world. */
@FunctionalInterface
public interface WorldListener {
    /**
     * Told of each commit that concerns it, once, in order, one at a time on a thread of the world's own, or on {@linkplain WorldWatch#on
     * an executor}, across leaders. A
     * process that was cut off for long, or whose listeners are too slow, hears of many commits in one event: what is different
     * then, with nothing left out. What it throws is logged.
     */
    void changed(Event event);

    /**
     * What happened.
     *
     * @param seqno of the commit, or of the last one if there were several
     * @param term of the leader who committed it
     * @param changes those that concern the listener
     * @param fresh whether the listener has missed commits: the log does not go back to the one that it was to begin {@link
     *     WorldWatch#after(long) after}, it was too slow on an executor of {@linkplain WorldWatch#on its own}, or commits were lost. {@code
     *     changes} has all objects and quads that are there now, and whatever is not among them is not there
     * @param previous for a listener that {@link WorldWatch#withPrevious() wants} it, what was there before the commit, or the commits, by the
     *     keys of the objects that were changed, renamed or deleted; what is not in it was not there. Of commits that were over when
     *     the listener began, it has only what one of the commits since {@link WorldWatch#after(long)} had made
     */
    record Event(long seqno, Term term, List<WorldChange> changes, boolean fresh, Map<String, Before> previous) {
        /** One commit, or several in one. */
        public Event(long seqno, Term term, List<WorldChange> changes) {
            this(seqno, term, changes, false, Map.of());
        }
    }

    /** An object as it was. */
    record Before(ObjectRef root, long rev, long modSeqno, ObjectLifetime lifetime) {
        static Before of(ObjectEntry entry) {
            return new Before(entry.root(), entry.rev(), entry.modSeqno(), entry.lifetime());
        }
    }
}
