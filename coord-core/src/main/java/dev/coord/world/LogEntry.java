package dev.coord.world;

import dev.coord.proto.WorldEntry;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
        long term,
        String operationId,
        String type,
        String sender,
        List<WorldChange> changes,
        WorldResult result,
        Instant committedAt) {
    WorldEntry toProto() {
        var entry = WorldEntry.newBuilder()
                .setSeqno(seqno)
                .setTerm(term)
                .setOpId(operationId)
                .setType(type)
                .setSender(sender)
                .setResult(result.toProto())
                .setCommittedAtNanos(TimeUnit.SECONDS.toNanos(committedAt.getEpochSecond()) + committedAt.getNano());
        changes.forEach(change -> entry.addChanges(change.toProto()));
        return entry.build();
    }

    static LogEntry fromProto(WorldEntry entry) {
        return new LogEntry(
                entry.getSeqno(),
                entry.getTerm(),
                entry.getOpId(),
                entry.getType(),
                entry.getSender(),
                entry.getChangesList().stream().map(WorldChange::fromProto).toList(),
                WorldResult.fromProto(entry.getResult()),
                Instant.ofEpochSecond(0, entry.getCommittedAtNanos()));
    }
}
