package dev.coord.world;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.coord.ParticipantId;
import dev.coord.proto.WorldBlock;
import dev.coord.proto.WorldLifetime;
import dev.coord.proto.WorldTx;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.List;

/**
 * What is submitted to a world: an operation, or other writes, of which all happens, or nothing. Immutable.
 *
 * <p>An engine of one's own hands it on to the default engine, or carries it out on a state of its own with {@link #applyTo}.
 */
public final class WorldWrite {
    private static final Deadline NEVER = Deadline.in(Duration.ofDays(36500));
    /** As it is sent; whoever receives it works on the message as it came. */
    private final WorldTx tx;
    /** Not negative: it may have been sent before, but not before the world had this commit. */
    private final long sentSince;

    private final Deadline deadline;

    private WorldWrite(WorldTx tx) {
        this(tx, -1, NEVER);
    }

    private WorldWrite(WorldTx tx, long sentSince, Deadline deadline) {
        this.tx = tx;
        this.sentSince = sentSince;
        this.deadline = deadline;
    }

    /** The same, which may have been sent before, but not before the world had commit {@code seqno}. */
    WorldWrite sentSince(long seqno) {
        return new WorldWrite(tx, seqno, deadline);
    }

    /** The same, for which nobody waits any more after {@code last}. */
    WorldWrite within(Deadline last) {
        return new WorldWrite(tx, sentSince, last);
    }

    long sentSince() {
        return sentSince;
    }

    Deadline deadline() {
        return deadline;
    }

    /** Tells what is to be done from anything else. */
    long fingerprint() {
        // The content of blocks is named by what refers to it, and is not sent along each time.
        byte[] bytes =
                (tx.getBlocksCount() == 0 ? tx : tx.toBuilder().clearBlocks().build()).toByteArray();
        long hash = Digests.high(bytes);
        return hash == 0 ? 1 : hash;
    }

    /** Applies an operation. */
    public static WorldWrite of(WorldOperation operation) {
        return of(operation.type(), operation.body());
    }

    /** Applies an operation that this process may know by its type alone. */
    public static WorldWrite of(String type, byte[] body) {
        return new WorldWrite(WorldTx.newBuilder()
                .setApplyWorldOp(
                        WorldTx.ApplyWorldOp.newBuilder().setType(checked(type)).setBody(ByteString.copyFrom(body)))
                .build());
    }

    /** Applies an operation on an object. */
    public static WorldWrite of(String key, ObjectOperation operation) {
        return new WorldWrite(WorldTx.newBuilder()
                .setApplyObjectOp(WorldTx.ApplyObjectOp.newBuilder()
                        .setKey(checked(key))
                        .setType(checked(operation.type()))
                        .setBody(ByteString.copyFrom(operation.body())))
                .build());
    }

    /** All that {@code batch} has now. */
    public static WorldWrite of(WorldBatch batch) {
        return new WorldWrite(WorldTx.newBuilder().setBatch(batch.toMessage()).build()).onlyIf(batch.conditions());
    }

    /**
     * The same, if all of {@code conditions} hold in the world that it finds, before anything of it is done.
     *
     * @throws ConditionFailedException to whoever submits it, if one does not
     */
    public WorldWrite onlyIf(WorldCondition... conditions) {
        return onlyIf(List.of(conditions));
    }

    private WorldWrite onlyIf(List<WorldCondition> conditions) {
        if (conditions.isEmpty()) {
            return this;
        }
        var conditional = WorldTx.Conditional.newBuilder().setTx(tx);
        for (WorldCondition condition : conditions) {
            checked(condition.key());
            conditional.addConditions(WorldCodec.message(condition));
        }
        return new WorldWrite(WorldTx.newBuilder().setConditional(conditional).build());
    }

    static WorldWrite create(String key, ObjectRef root) {
        return create(key, root, WorldLifetime.getDefaultInstance());
    }

    static WorldWrite create(String key, ObjectRef root, WorldLifetime lifetime) {
        return new WorldWrite(WorldTx.newBuilder()
                .setCreateObject(WorldTx.CreateObject.newBuilder()
                        .setKey(checked(key))
                        .setRoot(WorldCodec.message(root))
                        .setLifetime(lifetime))
                .build());
    }

    static WorldWrite put(String key, ObjectRef root) {
        return new WorldWrite(WorldTx.newBuilder()
                .setPutObject(
                        WorldTx.PutObject.newBuilder().setKey(checked(key)).setRoot(WorldCodec.message(root)))
                .build());
    }

    static WorldWrite put(String key, ObjectRef root, WorldLifetime lifetime) {
        return new WorldWrite(WorldTx.newBuilder()
                .setPutObject(WorldTx.PutObject.newBuilder()
                        .setKey(checked(key))
                        .setRoot(WorldCodec.message(root))
                        .setLifetime(lifetime))
                .build());
    }

    static WorldWrite setLifetime(String key, ObjectLifetime lifetime) {
        return new WorldWrite(WorldTx.newBuilder()
                .setSetLifetime(
                        WorldTx.SetLifetime.newBuilder().setKey(checked(key)).setLifetime(WorldCodec.message(lifetime)))
                .build());
    }

    static WorldWrite setRoot(String key, ObjectRef root) {
        return new WorldWrite(WorldTx.newBuilder()
                .setSetRootRef(
                        WorldTx.SetRootRef.newBuilder().setKey(checked(key)).setRoot(WorldCodec.message(root)))
                .build());
    }

    static WorldWrite incrementRev(String key) {
        return new WorldWrite(WorldTx.newBuilder()
                .setIncrementRev(WorldTx.IncrementRev.newBuilder().setKey(checked(key)))
                .build());
    }

    static WorldWrite delete(String key) {
        return new WorldWrite(WorldTx.newBuilder()
                .setDeleteObject(WorldTx.DeleteObject.newBuilder().setKey(checked(key)))
                .build());
    }

    static WorldWrite rename(String from, String to, boolean descendants) {
        return new WorldWrite(WorldTx.newBuilder()
                .setRenameObject(WorldTx.RenameObject.newBuilder()
                        .setFrom(checked(from))
                        .setTo(checked(to))
                        .setDescendants(descendants))
                .build());
    }

    static WorldWrite setQuad(GraphQuad quad) {
        return new WorldWrite(WorldTx.newBuilder()
                .setSetQuad(WorldTx.SetQuad.newBuilder().setQuad(WorldCodec.message(quad)))
                .build());
    }

    static WorldWrite deleteQuad(GraphQuad quad) {
        return new WorldWrite(WorldTx.newBuilder()
                .setDeleteQuad(WorldTx.DeleteQuad.newBuilder().setQuad(WorldCodec.message(quad)))
                .build());
    }

    static WorldWrite deleteQuads(String key) {
        return new WorldWrite(WorldTx.newBuilder()
                .setDeleteObjectQuads(WorldTx.DeleteObjectQuads.newBuilder().setKey(checked(key)))
                .build());
    }

    static WorldWrite sweep() {
        return new WorldWrite(WorldTx.newBuilder()
                .setSweep(WorldTx.Sweep.getDefaultInstance())
                .build());
    }

    static WorldWrite sync() {
        return new WorldWrite(
                WorldTx.newBuilder().setSync(WorldTx.Sync.getDefaultInstance()).build());
    }

    /** A message would silently have another word instead. */
    private static String checked(String word) {
        return WorldKeys.checkedCharacters(word);
    }

    /** The same, together with the content of a block that it refers to. */
    WorldWrite withBlock(ObjectRef ref, byte[] content) {
        WorldTx with = tx.toBuilder()
                .addBlocks(WorldBlock.newBuilder().setBucket(ref.bucket()).setContent(ByteString.copyFrom(content)))
                .build();
        return new WorldWrite(with, sentSince, deadline);
    }

    /** @throws InvalidOperationException if {@code encoded} is none */
    static WorldWrite decoded(ByteString encoded) {
        try {
            return new WorldWrite(WorldTx.parseFrom(encoded));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidOperationException("op_data", "It is not a WorldTx message: " + e.getMessage());
        }
    }

    ByteString encoded() {
        return tx.toByteString();
    }

    /** How many bytes it has when it is sent. */
    int size() {
        return tx.getSerializedSize();
    }

    /** Whether it has an object end with {@code sender}, who submits it, as far as can be told without applying operations. */
    boolean givesTo(ParticipantId sender) {
        return givesTo(tx, sender);
    }

    private static boolean givesTo(WorldTx tx, ParticipantId sender) {
        return switch (tx.getTxCase()) {
            case CREATE_OBJECT -> isOf(tx.getCreateObject().getLifetime(), sender);
            case PUT_OBJECT -> isOf(tx.getPutObject().getLifetime(), sender);
            case SET_LIFETIME -> isOf(tx.getSetLifetime().getLifetime(), sender);
            case CONDITIONAL -> givesTo(tx.getConditional().getTx(), sender);
            case BATCH -> tx.getBatch().getTxsList().stream().anyMatch(one -> givesTo(one, sender));
            default -> false;
        };
    }

    private static boolean isOf(WorldLifetime lifetime, ParticipantId sender) {
        return lifetime.getOwnedBySender() || lifetime.getOwner().equals(sender.value());
    }

    WorldTx message() {
        return tx;
    }

    /** What it is, for the log and for people: the type of its operation, or the kind of the write. */
    public String type() {
        return Transactions.type(tx);
    }

    /** Whether it asks the engine to remove the blocks that no object refers to, and changes nothing else. */
    public boolean isSweep() {
        return tx.getTxCase() == WorldTx.TxCase.SWEEP;
    }

    /**
     * Whether it only asks how far the world is: the engine answers with the number of its last commit, once it has checked that
     * it leads, and commits nothing.
     */
    public boolean isSync() {
        return tx.getTxCase() == WorldTx.TxCase.SYNC;
    }

    /**
     * Carries it out on {@code world}, which keeps what was done before something failed: whoever calls discards that.
     *
     * @param operations finds the operations that it applies
     * @throws WorldException if it is refused; a {@link #isSweep() sweep} always is, being the engine's own affair
     */
    public WorldResult applyTo(WorldState world, OperationLookup operations, ParticipantId sender) {
        return new Transactions(operations).apply(tx, world, sender);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof WorldWrite write && tx.equals(write.tx);
    }

    @Override
    public int hashCode() {
        return tx.hashCode();
    }

    @Override
    public String toString() {
        return type() + ", " + size() + " bytes";
    }
}
