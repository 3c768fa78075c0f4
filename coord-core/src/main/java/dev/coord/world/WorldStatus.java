package dev.coord.world;

import java.time.Duration;
import java.util.List;

/**
 * How far a world is in one participant.
 *
 * @param seqno the last commit that can be read here
 * @param knownSeqno the last commit that this participant knows to exist
 * @param queue how many operations wait here to be applied, if this participant leads
 * @param behind for how long a commit has been known to exist that cannot be read here; zero if there is none
 * @param stuck the types of operations that do not end, even though they were interrupted, and hold threads of this process
 */
public record WorldStatus(long seqno, long knownSeqno, int queue, Duration behind, List<String> stuck) {
    public WorldStatus {
        stuck = List.copyOf(stuck);
    }

    /** How many commits that are known to exist cannot be read here yet. */
    public long lag() {
        return Math.max(0, knownSeqno - seqno);
    }
}
