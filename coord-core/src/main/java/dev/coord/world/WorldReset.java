package dev.coord.world;

import dev.coord.Term;
import java.time.Instant;

/**
 * What a participant found when the world in the store was no longer the one that it had read: an older database was put in its
 * place, or a standby was promoted that did not have the last commits.
 *
 * @param at when it had read the world anew; for people
 * @param seqno the last commit that it had before
 * @param term of that commit
 * @param newSeqno the last commit of what is there instead
 * @param newTerm the term of what is there instead
 * @param lost how many operations, at least, it knew to be committed that are not in it: they did not happen
 */
public record WorldReset(Instant at, long seqno, Term term, long newSeqno, Term newTerm, int lost) {
    /** The same in words, without the time. */
    public String message() {
        return "this copy had commit " + seqno + " of term " + term + ", and the store has commit " + newSeqno
                + " of term " + newTerm + " instead; at least " + lost + " operations that were committed are lost";
    }
}
