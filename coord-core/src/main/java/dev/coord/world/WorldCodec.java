package dev.coord.world;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import dev.coord.ParticipantId;
import dev.coord.StoreException;
import dev.coord.Term;
import dev.coord.proto.WorldChangeRecord;
import dev.coord.proto.WorldChangeRecord.ChangeCase;
import dev.coord.proto.WorldChangeRecord.ObjectPut;
import dev.coord.proto.WorldChangeRecord.ObjectRemoved;
import dev.coord.proto.WorldChangeRecord.ObjectRenamed;
import dev.coord.proto.WorldEntryRecord;
import dev.coord.proto.WorldLifetime;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldResultRecord;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredQuad;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** What a world consists of, as it is kept and sent, and back. */
final class WorldCodec {
    private WorldCodec() {}

    static StoredEntry encoded(LogEntry entry) {
        Instant at = entry.committedAt();
        var message = WorldEntryRecord.newBuilder()
                .setSeqno(entry.seqno())
                .setTerm(entry.term().value())
                .setOpId(entry.operationId())
                .setType(entry.type())
                .setSender(entry.sender())
                .setResult(message(entry.result()))
                .setCommittedAtNanos(TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano())
                .setFingerprint(entry.fingerprint())
                .setPreviousTerm(entry.previousTerm().value());
        entry.changes().forEach(change -> message.addChanges(message(change)));
        return new StoredEntry(message.build().toByteArray());
    }

    /** @throws StoreException if it is not what {@link #encoded} makes */
    static LogEntry decoded(StoredEntry stored) {
        try {
            WorldEntryRecord entry = WorldEntryRecord.parseFrom(stored.encoded());
            return new LogEntry(
                    entry.getSeqno(),
                    new Term(entry.getTerm()),
                    entry.getOpId(),
                    entry.getType(),
                    entry.getSender(),
                    entry.getChangesList().stream().map(WorldCodec::change).toList(),
                    result(entry.getResult()),
                    Instant.ofEpochSecond(0, entry.getCommittedAtNanos()),
                    entry.getFingerprint(),
                    new Term(entry.getPreviousTerm()));
        } catch (InvalidProtocolBufferException e) {
            throw new StoreException("An entry of the world's log cannot be read: " + e.getMessage(), e);
        }
    }

    static WorldResultRecord message(WorldResult result) {
        var message = WorldResultRecord.newBuilder()
                .setSeqno(result.seqno())
                .setTerm(result.term().value())
                .setValue(UnsafeByteOperations.unsafeWrap(result.rawValue()))
                .setRev(result.rev())
                .setFound(result.found());
        result.batch().forEach(one -> message.addBatch(message(one)));
        return message.build();
    }

    static WorldResult result(WorldResultRecord result) {
        return new WorldResult(
                result.getSeqno(),
                new Term(result.getTerm()),
                result.getValue().toByteArray(),
                result.getRev(),
                result.getFound(),
                result.getBatchList().stream().map(WorldCodec::result).toList());
    }

    private static WorldChangeRecord message(WorldChange change) {
        var message = WorldChangeRecord.newBuilder();
        if (change instanceof ObjectSet set) {
            message.setObjectPut(ObjectPut.newBuilder()
                    .setKey(set.key())
                    .setRoot(message(set.root()))
                    .setRev(set.rev())
                    .setModSeqno(set.modSeqno())
                    .setTtlMillis(set.lifetime().ttlMillis())
                    .setOwner(set.lifetime().ownerValue()));
        } else if (change instanceof ObjectDeleted deleted) {
            message.setObjectRemoved(ObjectRemoved.newBuilder().setKey(deleted.key()));
        } else if (change instanceof WorldChange.ObjectRenamed renamed) {
            message.setObjectRenamed(ObjectRenamed.newBuilder()
                    .setFrom(renamed.from())
                    .setTo(renamed.to())
                    .setRoot(message(renamed.root()))
                    .setRev(renamed.rev())
                    .setModSeqno(renamed.modSeqno())
                    .setTtlMillis(renamed.lifetime().ttlMillis())
                    .setOwner(renamed.lifetime().ownerValue()));
        } else if (change instanceof QuadSet set) {
            message.setQuadSet(message(set.quad()));
        } else if (change instanceof QuadDeleted deleted) {
            message.setQuadDeleted(message(deleted.quad()));
        }
        return message.build();
    }

    private static WorldChange change(WorldChangeRecord change) {
        return switch (change.getChangeCase()) {
            case OBJECT_PUT -> {
                ObjectPut put = change.getObjectPut();
                yield new ObjectSet(
                        put.getKey(),
                        ref(put.getRoot()),
                        put.getRev(),
                        put.getModSeqno(),
                        ObjectLifetime.of(put.getTtlMillis(), put.getOwner()));
            }
            case OBJECT_REMOVED -> new ObjectDeleted(change.getObjectRemoved().getKey());
            case OBJECT_RENAMED -> {
                ObjectRenamed renamed = change.getObjectRenamed();
                yield new WorldChange.ObjectRenamed(
                        renamed.getFrom(),
                        renamed.getTo(),
                        ref(renamed.getRoot()),
                        renamed.getRev(),
                        renamed.getModSeqno(),
                        ObjectLifetime.of(renamed.getTtlMillis(), renamed.getOwner()));
            }
            case QUAD_SET -> new QuadSet(quad(change.getQuadSet()));
            case QUAD_DELETED -> new QuadDeleted(quad(change.getQuadDeleted()));
            case CHANGE_NOT_SET ->
                throw new IllegalArgumentException("The world has a change that this version of coord does not know ("
                        + ChangeCase.CHANGE_NOT_SET + "): update this process");
        };
    }

    static WorldLifetime message(ObjectLifetime lifetime) {
        return WorldLifetime.newBuilder()
                .setTtlMillis(lifetime.ttlMillis())
                .setOwner(lifetime.ownerValue())
                .build();
    }

    /** @throws InvalidOperationException if it cannot be one */
    static ObjectLifetime lifetime(WorldLifetime lifetime, ParticipantId sender) {
        return ObjectLifetime.of(
                lifetime.getTtlMillis(), lifetime.getOwnedBySender() ? sender.value() : lifetime.getOwner());
    }

    static dev.coord.proto.WorldCondition message(WorldCondition condition) {
        var message = dev.coord.proto.WorldCondition.newBuilder().setKey(condition.key());
        switch (condition.expected()) {
            case ABSENT -> message.setPresent(false);
            case PRESENT -> message.setPresent(true);
            case REV -> message.setRev(condition.number());
            case MOD_SEQNO -> message.setModSeqno(condition.number());
        }
        return message.build();
    }

    /** @throws InvalidOperationException if it is none that this version of coord knows */
    static WorldCondition condition(dev.coord.proto.WorldCondition condition) {
        String key = condition.getKey();
        return switch (condition.getExpectedCase()) {
            case PRESENT -> condition.getPresent() ? WorldCondition.present(key) : WorldCondition.absent(key);
            case REV -> WorldCondition.rev(key, condition.getRev());
            case MOD_SEQNO -> WorldCondition.modSeqno(key, condition.getModSeqno());
            case EXPECTED_NOT_SET ->
                throw new InvalidOperationException(
                        WorldKeys.shortened(key), "It has a condition that this version of coord does not know");
        };
    }

    static WorldRef message(ObjectRef ref) {
        BlockRef stored = ref.stored();
        return WorldRef.newBuilder()
                .setBucket(stored.bucket())
                .setAddress(UnsafeByteOperations.unsafeWrap(stored.address()))
                .build();
    }

    /** @throws InvalidOperationException if it cannot be one */
    static ObjectRef ref(WorldRef ref) {
        return ObjectRef.of(new BlockRef(ref.getBucket(), ref.getAddress().toByteArray()));
    }

    static WorldQuad message(GraphQuad quad) {
        StoredQuad stored = quad.stored();
        return WorldQuad.newBuilder()
                .setSubject(stored.subject())
                .setPredicate(stored.predicate())
                .setObject(stored.object())
                .setLabel(stored.label())
                .build();
    }

    /** @throws InvalidOperationException if it cannot be one */
    static GraphQuad quad(WorldQuad quad) {
        return GraphQuad.of(new StoredQuad(quad.getSubject(), quad.getPredicate(), quad.getObject(), quad.getLabel()));
    }
}
