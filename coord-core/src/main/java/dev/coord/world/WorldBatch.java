package dev.coord.world;

import dev.coord.proto.WorldTx;

/** Writes that happen together, or not at all. Each sees those before it; results come in the same order. Not thread-safe. */
public final class WorldBatch {
    private final WorldTx.Batch.Builder txs = WorldTx.Batch.newBuilder();

    /** Applies an operation. */
    public WorldBatch apply(WorldOperation operation) {
        return add(WorldWrite.of(operation));
    }

    /** Applies an operation on an object. */
    public WorldBatch apply(String key, ObjectOperation operation) {
        return add(WorldWrite.of(key, operation));
    }

    /** Creates an object; see {@link WorldState#createObject}. */
    public WorldBatch create(String key, byte[] content) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(WorldWrite.create(key, root), root, content));
    }

    /** Sets an object's content; see {@link ObjectState#setContent}. */
    public WorldBatch set(String key, byte[] content) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(WorldWrite.setRoot(key, root), root, content));
    }

    /** Increments an object's revision. */
    public WorldBatch incrementRev(String key) {
        return add(WorldWrite.incrementRev(key));
    }

    /** Deletes an object and its quads. */
    public WorldBatch delete(String key) {
        return add(WorldWrite.delete(key));
    }

    /** Renames an object; see {@link WorldState#renameObject}. */
    public WorldBatch rename(String from, String to, boolean descendants) {
        return add(WorldWrite.rename(from, to, descendants));
    }

    /** Sets a quad. */
    public WorldBatch setQuad(GraphQuad quad) {
        return add(WorldWrite.setQuad(quad));
    }

    /** Deletes a quad. */
    public WorldBatch deleteQuad(GraphQuad quad) {
        return add(WorldWrite.deleteQuad(quad));
    }

    /** Deletes an object's quads. */
    public WorldBatch deleteQuads(String key) {
        return add(WorldWrite.deleteQuads(key));
    }

    private static WorldWrite with(WorldWrite write, ObjectRef root, byte[] content) {
        return root.isInline() ? write : write.withBlock(root, content);
    }

    private WorldBatch add(WorldWrite write) {
        txs.addTxs(write.message());
        return this;
    }

    WorldTx.Batch toMessage() {
        return txs.build();
    }
}
