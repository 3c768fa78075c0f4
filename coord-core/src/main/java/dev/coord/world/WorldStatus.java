package dev.coord.world;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How far a world is in one participant.
 *
 * @param seqno the last commit that can be read here
 * @param knownSeqno the last commit that this participant knows to exist
 * @param queue how many operations wait here to be applied, if this participant leads
 * @param behind for how long a commit has been known to exist that cannot be read here; zero if there is none
 * @param stuck the types of operations that do not end, even though they were interrupted, and hold threads of this process
 * @param resets how often the world in the store was found to be another one than the one that was read before, because commits
 *     were lost
 * @param lastReset what that was like the last time
 * @param resultWindow for how long back it is known here, at least, which operations happened: submitted again within that time, they
 *     are recognised
 */
public record WorldStatus(
        long seqno,
        long knownSeqno,
        int queue,
        Duration behind,
        List<String> stuck,
        long resets,
        Optional<WorldReset> lastReset,
        Duration resultWindow) {
    public WorldStatus {
        stuck = List.copyOf(stuck);
    }

    /** The same of a world of which nothing was ever lost. */
    public WorldStatus(long seqno, long knownSeqno, int queue, Duration behind, List<String> stuck) {
        this(seqno, knownSeqno, queue, behind, stuck, 0, Optional.empty(), Duration.ZERO);
    }

    /** How many commits that are known to exist cannot be read here yet. */
    public long lag() {
        return Math.max(0, knownSeqno - seqno);
    }
}
