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
 */
public record LogEntry(
        long seqno,
        Term term,
        String operationId,
        String type,
        String sender,
        List<WorldChange> changes,
        WorldResult result,
        Instant committedAt) {}
