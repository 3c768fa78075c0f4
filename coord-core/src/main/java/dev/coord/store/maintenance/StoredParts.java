package dev.coord.store.maintenance;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import dev.coord.proto.StoreResponse;
import dev.coord.proto.WorldObject;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldStoredBlock;
import dev.coord.store.BlockRef;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.StoredObject;
import dev.coord.store.StoredQuad;
import java.util.List;

/** Parts of a world as messages: a backup has what a store answers. */
final class StoredParts {
    private StoredParts() {}

    static StoreResponse ofEntries(List<StoredEntry> entries) {
        var part = StoreResponse.newBuilder();
        entries.forEach(entry -> part.addWorldEntries(UnsafeByteOperations.unsafeWrap(entry.encoded())));
        return part.build();
    }

    static StoreResponse ofObjects(List<StoredObject> objects) {
        var part = StoreResponse.newBuilder();
        objects.forEach(object -> part.addWorldObjects(WorldObject.newBuilder()
                .setKey(object.key())
                .setRoot(message(object.root()))
                .setRev(object.rev())
                .setModSeqno(object.modSeqno())
                .setTtlMillis(object.ttlMillis())
                .setOwner(object.owner())));
        return part.build();
    }

    static StoreResponse ofQuads(List<StoredQuad> quads) {
        var part = StoreResponse.newBuilder();
        quads.forEach(quad -> part.addWorldQuads(WorldQuad.newBuilder()
                .setSubject(quad.subject())
                .setPredicate(quad.predicate())
                .setObject(quad.object())
                .setLabel(quad.label())));
        return part.build();
    }

    static StoreResponse ofBlock(BlockRef ref, byte[] content) {
        return StoreResponse.newBuilder()
                .addWorldBlocks(WorldStoredBlock.newBuilder()
                        .setRef(message(ref))
                        .setContent(UnsafeByteOperations.unsafeWrap(content)))
                .build();
    }

    private static WorldRef message(BlockRef ref) {
        return WorldRef.newBuilder()
                .setBucket(ref.bucket())
                .setAddress(UnsafeByteOperations.unsafeWrap(ref.address()))
                .build();
    }

    static List<StoredEntry> entries(StoreResponse part) {
        return part.getWorldEntriesList().stream()
                .map(ByteString::toByteArray)
                .map(StoredEntry::new)
                .toList();
    }

    static List<StoredObject> objects(StoreResponse part) {
        return part.getWorldObjectsList().stream()
                .map(object -> new StoredObject(
                        object.getKey(),
                        ref(object.getRoot()),
                        object.getRev(),
                        object.getModSeqno(),
                        object.getTtlMillis(),
                        object.getOwner()))
                .toList();
    }

    static List<StoredQuad> quads(StoreResponse part) {
        return part.getWorldQuadsList().stream().map(StoredParts::quad).toList();
    }

    static List<StoredBlock> blocks(StoreResponse part) {
        return part.getWorldBlocksList().stream()
                .map(block ->
                        new StoredBlock(ref(block.getRef()), block.getContent().toByteArray()))
                .toList();
    }

    static StoredQuad quad(WorldQuad quad) {
        return new StoredQuad(quad.getSubject(), quad.getPredicate(), quad.getObject(), quad.getLabel());
    }

    static BlockRef ref(WorldRef ref) {
        return new BlockRef(ref.getBucket(), ref.getAddress().toByteArray());
    }
}
