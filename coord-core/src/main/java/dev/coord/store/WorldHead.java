package dev.coord.store;

import dev.coord.Term;

/**
 * How far a world is.
 *
 * @param term the one that may commit
 * @param seqno the last commit's; 0 before the first
 * @param truncatedSeqno the log has all entries after this one
 * @param checkpointSeqno the rows of objects and quads have all entries up to this one; 0 where nothing is said of it
 */
public record WorldHead(Term term, long seqno, long truncatedSeqno, long checkpointSeqno) {
    /** Nothing was ever committed. */
    public static final WorldHead NONE = new WorldHead(Term.NONE, 0, 0, 0);
}
