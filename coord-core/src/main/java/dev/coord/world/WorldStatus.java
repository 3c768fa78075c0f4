package dev.coord.world;

/**
 * How far a world is in one participant.
 *
 * @param seqno the last commit that can be read here
 * @param knownSeqno the last commit that this participant knows to exist
 * @param queue how many operations wait here to be applied, if this participant leads
 */
public record WorldStatus(long seqno, long knownSeqno, int queue) {
    /** How many commits that are known to exist cannot be read here yet. */
    public long lag() {
        return Math.max(0, knownSeqno - seqno);
    }
}
