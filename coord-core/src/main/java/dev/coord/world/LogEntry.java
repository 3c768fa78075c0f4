package dev.coord.world;

import dev.coord.Term;
import java.time.Instant;
import java.util.List;

/**
 * One entry of a world's change log: what one operation did.
 *
 * @param seqno its number: one more than that of the entry before
 * @param term of the leader who committed it
 * @param operationId as its submitter gave it
 * @param type of the operation, or the kind of the write
 * @param sender the participant that submitted it
 * @param changes what it changed; an operation can change nothing
 * @param result what its submitter was answered
 * @param committedAt for people
 * @param fingerprint of what was submitted, which tells it from something else with the same id; 0 if nobody can repeat it
 * @param previousTerm that of the entry before; {@link Term#NONE} if whoever wrote this did not know
 */
public record LogEntry(
        long seqno,
        Term term,
        String operationId,
        String type,
        String sender,
        List<WorldChange> changes,
        WorldResult result,
        Instant committedAt,
        long fingerprint,
        Term previousTerm) {
    /** About how much memory it takes. */
    long bytes() {
        long bytes = 200 + result.bytes();
        for (WorldChange change : changes) {
            bytes += 100 + ChangeSize.of(change);
        }
        return bytes;
    }
}
