package dev.coord.world;

import dev.coord.proto.WorldLifetime;
import dev.coord.proto.WorldTx;
import java.util.ArrayList;
import java.util.List;

/** Writes that happen together, or not at all. Each sees those before it; results come in the same order. Not thread-safe. */
public final class WorldBatch {
    private static final WorldLifetime OF_THE_SUBMITTER =
            WorldLifetime.newBuilder().setOwnedBySender(true).build();

    private final WorldTx.Batch.Builder txs = WorldTx.Batch.newBuilder();
    private final List<WorldCondition> conditions = new ArrayList<>();

    /**
     * All that is in this batch happens only if these hold, in the world as the batch finds it. If one does not, the batch is refused
     * with a {@link ConditionFailedException}.
     */
    public WorldBatch onlyIf(WorldCondition... all) {
        conditions.addAll(List.of(all));
        return this;
    }

    /** Only if there is no such object; see {@link #onlyIf}. */
    public WorldBatch ifAbsent(String key) {
        return onlyIf(WorldCondition.absent(key));
    }

    /** Only if the object has this revision; see {@link #onlyIf}. */
    public WorldBatch ifRev(String key, long rev) {
        return onlyIf(WorldCondition.rev(key, rev));
    }

    /** Only if the object is as that commit left it; see {@link #onlyIf}. */
    public WorldBatch ifModSeqno(String key, long modSeqno) {
        return onlyIf(WorldCondition.modSeqno(key, modSeqno));
    }

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

    /** Creates an object with a lifetime; see {@link WorldState#createObject(String, ObjectRef, ObjectLifetime)}. */
    public WorldBatch create(String key, byte[] content, ObjectLifetime lifetime) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(WorldWrite.create(key, root, WorldCodec.message(lifetime)), root, content));
    }

    /** Creates an object that ends with the participant that submits this batch; see {@link ObjectLifetime}. */
    public WorldBatch createEphemeral(String key, byte[] content) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(WorldWrite.create(key, root, OF_THE_SUBMITTER), root, content));
    }

    /** Creates an object, or sets its content; see {@link WorldState#putObject(String, ObjectRef)}. */
    public WorldBatch put(String key, byte[] content) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(WorldWrite.put(key, root), root, content));
    }

    /** The same with a lifetime that begins now; see {@link WorldState#putObject(String, ObjectRef, ObjectLifetime)}. */
    public WorldBatch put(String key, byte[] content, ObjectLifetime lifetime) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(WorldWrite.put(key, root, WorldCodec.message(lifetime)), root, content));
    }

    /** Creates an object that ends with the participant that submits this batch, or makes the one that is there such a one. */
    public WorldBatch putEphemeral(String key, byte[] content) {
        ObjectRef root = ObjectRef.of(content);
        return add(with(WorldWrite.put(key, root, OF_THE_SUBMITTER), root, content));
    }

    /** Gives an object another lifetime, or begins the same one anew; see {@link ObjectState#setLifetime}. */
    public WorldBatch setLifetime(String key, ObjectLifetime lifetime) {
        return add(WorldWrite.setLifetime(key, lifetime));
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

    /** Adds what was made as a {@link WorldWrite}; its own conditions hold where it stands. */
    public WorldBatch add(WorldWrite write) {
        txs.addTxs(write.message());
        return this;
    }

    List<WorldCondition> conditions() {
        return List.copyOf(conditions);
    }

    WorldTx.Batch toMessage() {
        return txs.build();
    }
}
