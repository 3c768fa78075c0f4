package dev.coord.world;

import dev.coord.Term;
import java.util.List;

/** Hears what changes in a world. */
@FunctionalInterface
public interface WorldListener {
    /**
     * Told of each commit that concerns it, once, in order, one at a time on a thread of the world's own, across leaders. A
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
     */
    record Event(long seqno, Term term, List<WorldChange> changes) {}
}
