package dev.coord.world;

import dev.coord.proto.WorldTx;

/** Writes that happen together, or not at all. Each sees those before it; results come in the same order. Not thread-safe. */
public final class WorldBatch {
    private final WorldTx.Batch.Builder txs = WorldTx.Batch.newBuilder();

    /** Applies an operation. */
    public WorldBatch apply(WorldOperation operation) {
        return add(TransactionMessages.operation(operation));
    }

    /** Applies an operation on an object. */
    public WorldBatch apply(String key, ObjectOperation operation) {
        return add(TransactionMessages.operation(key, operation));
    }

    /** Creates an object; see {@link WorldState#createObject}. */
    public WorldBatch create(String key, byte[] content) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(TransactionMessages.create(key, root), root, content));
    }

    /** Sets an object's content; see {@link ObjectState#setContent}. */
    public WorldBatch set(String key, byte[] content) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(TransactionMessages.setRoot(key, root), root, content));
    }

    /** Increments an object's revision. */
    public WorldBatch incrementRev(String key) {
        return add(TransactionMessages.incrementRev(key));
    }

    /** Deletes an object and its quads. */
    public WorldBatch delete(String key) {
        return add(TransactionMessages.delete(key));
    }

    /** Renames an object; see {@link WorldState#renameObject}. */
    public WorldBatch rename(String from, String to, boolean descendants) {
        return add(TransactionMessages.rename(from, to, descendants));
    }

    /** Sets a quad. */
    public WorldBatch setQuad(GraphQuad quad) {
        return add(TransactionMessages.setQuad(quad));
    }

    /** Deletes a quad. */
    public WorldBatch deleteQuad(GraphQuad quad) {
        return add(TransactionMessages.deleteQuad(quad));
    }

    /** Deletes an object's quads. */
    public WorldBatch deleteQuads(String key) {
        return add(TransactionMessages.deleteQuads(key));
    }

    private static WorldTx with(WorldTx tx, ObjectRef root, byte[] content) {
        return root.isInline() ? tx : TransactionMessages.with(tx, root, content);
    }

    private WorldBatch add(WorldTx tx) {
        txs.addTxs(tx);
        return this;
    }

    WorldTx toTx() {
        return WorldTx.newBuilder().setBatch(txs).build();
    }
}
