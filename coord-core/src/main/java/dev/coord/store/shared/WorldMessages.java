package dev.coord.store.shared;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.coord.ParticipantId;
import dev.coord.Term;
import dev.coord.proto.WorldHeadRecord;
import dev.coord.proto.WorldObject;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldStoredBlock;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldWriter;
import java.util.List;

/** What a store of worlds takes and gives, as messages and back. */
final class WorldMessages {
    private WorldMessages() {}

    /** @throws IllegalArgumentException if it names no participant, or no term */
    static WorldWriter writer(String group, String participant, long term) {
        return new WorldWriter(group, new ParticipantId(participant), new Term(term));
    }

    static WorldHeadRecord message(WorldHead head) {
        return WorldHeadRecord.newBuilder()
                .setTerm(head.term().value())
                .setSeqno(head.seqno())
                .setTruncatedSeqno(head.truncatedSeqno())
                .setCheckpointSeqno(head.checkpointSeqno())
                .build();
    }

    static WorldHead head(WorldHeadRecord head) {
        return new WorldHead(
                new Term(head.getTerm()), head.getSeqno(), head.getTruncatedSeqno(), head.getCheckpointSeqno());
    }

    static List<ByteString> messages(List<StoredEntry> entries) {
        return entries.stream()
                .map(entry -> UnsafeByteOperations.unsafeWrap(entry.encoded()))
                .toList();
    }

    static List<StoredEntry> entries(List<ByteString> entries) {
        return entries.stream()
                .map(entry -> new StoredEntry(entry.toByteArray()))
                .toList();
    }

    static WorldRef message(BlockRef ref) {
        return WorldRef.newBuilder()
                .setBucket(ref.bucket())
                .setAddress(UnsafeByteOperations.unsafeWrap(ref.address()))
                .build();
    }

    static BlockRef ref(WorldRef ref) {
        return new BlockRef(ref.getBucket(), ref.getAddress().toByteArray());
    }

    static WorldStoredBlock message(StoredBlock block) {
        return WorldStoredBlock.newBuilder()
                .setRef(message(block.ref()))
                .setContent(UnsafeByteOperations.unsafeWrap(block.content()))
                .build();
    }

    static StoredBlock block(WorldStoredBlock block) {
        return new StoredBlock(ref(block.getRef()), block.getContent().toByteArray());
    }

    static WorldObject message(StoredObject object) {
        return WorldObject.newBuilder()
                .setKey(object.key())
                .setRoot(message(object.root()))
                .setRev(object.rev())
                .setModSeqno(object.modSeqno())
                .setTtlMillis(object.ttlMillis())
                .setOwner(object.owner())
                .build();
    }

    static StoredObject object(WorldObject object) {
        return new StoredObject(
                object.getKey(),
                ref(object.getRoot()),
                object.getRev(),
                object.getModSeqno(),
                object.getTtlMillis(),
                object.getOwner());
    }

    static WorldQuad message(StoredQuad quad) {
        return WorldQuad.newBuilder()
                .setSubject(quad.subject())
                .setPredicate(quad.predicate())
                .setObject(quad.object())
                .setLabel(quad.label())
                .build();
    }

    static StoredQuad quad(WorldQuad quad) {
        return new StoredQuad(quad.getSubject(), quad.getPredicate(), quad.getObject(), quad.getLabel());
    }
}
