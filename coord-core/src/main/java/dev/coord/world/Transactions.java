package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.proto.WorldBlock;
import dev.coord.proto.WorldTx;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

/** Carries out transactions that came as messages, on a state of the world. */
final class Transactions {
    private static final int MAX_DEPTH = 8;

    private final OperationLookup lookup;

    Transactions(OperationLookup lookup) {
        this.lookup = lookup;
    }

    /** Work of an application. */
    @FunctionalInterface
    interface OperationWork {
        byte[] run() throws Exception;
    }

    /**
     * Runs {@code work}; whatever it throws becomes a {@link WorldException}, unless it is the store's failure, after which the
     * same may work.
     */
    static byte[] guarded(String type, OperationWork work) {
        try {
            byte[] value = work.run();
            return value == null ? new byte[0] : value;
        } catch (WorldException | StoreUnavailableException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationTimeoutException(type, "The operation '" + type + "' was interrupted");
        } catch (Exception | Error e) {
            throw OperationFailedException.of(type, e);
        }
    }

    /** What it is, for the log and for people. */
    static String type(WorldTx tx) {
        return switch (tx.getTxCase()) {
            case APPLY_WORLD_OP -> tx.getApplyWorldOp().getType();
            case APPLY_OBJECT_OP -> tx.getApplyObjectOp().getType();
            case CONDITIONAL -> type(tx.getConditional().getTx());
            default -> tx.getTxCase().name().toLowerCase(Locale.ROOT);
        };
    }

    /** Carries out {@code tx} on {@code world}. */
    WorldResult apply(WorldTx tx, WorldState world, ParticipantId sender) {
        return apply(tx, world, sender, 0);
    }

    private WorldResult apply(WorldTx tx, WorldState world, ParticipantId sender, int depth) {
        for (WorldBlock block : tx.getBlocksList()) {
            var unused = world.storage()
                    .inBucket(block.getBucket())
                    .write(block.getContent().toByteArray());
        }
        return switch (tx.getTxCase()) {
            case APPLY_WORLD_OP -> applyWorldOp(tx.getApplyWorldOp(), world, sender);
            case APPLY_OBJECT_OP -> applyObjectOp(tx.getApplyObjectOp(), world, sender);
            case CREATE_OBJECT ->
                WorldResult.ofRev(world.createObject(
                                tx.getCreateObject().getKey(),
                                WorldCodec.ref(tx.getCreateObject().getRoot()),
                                WorldCodec.lifetime(tx.getCreateObject().getLifetime(), sender))
                        .rev());
            case PUT_OBJECT -> put(tx.getPutObject(), world, sender);
            case SET_LIFETIME ->
                WorldResult.ofRev(object(world, tx.getSetLifetime().getKey())
                        .setLifetime(WorldCodec.lifetime(tx.getSetLifetime().getLifetime(), sender)));
            case CONDITIONAL -> {
                checkDepth(depth);
                tx.getConditional()
                        .getConditionsList()
                        .forEach(condition -> WorldCodec.condition(condition).check(world));
                yield apply(tx.getConditional().getTx(), world, sender, depth + 1);
            }
            case SET_ROOT_REF ->
                WorldResult.ofRev(object(world, tx.getSetRootRef().getKey())
                        .setRootRef(WorldCodec.ref(tx.getSetRootRef().getRoot())));
            case INCREMENT_REV ->
                WorldResult.ofRev(object(world, tx.getIncrementRev().getKey()).incrementRev());
            case DELETE_OBJECT ->
                WorldResult.ofFound(world.deleteObject(tx.getDeleteObject().getKey()));
            case RENAME_OBJECT -> {
                WorldTx.RenameObject rename = tx.getRenameObject();
                yield WorldResult.ofRev(world.renameObject(rename.getFrom(), rename.getTo(), rename.getDescendants())
                        .rev());
            }
            case SET_QUAD ->
                WorldResult.ofFound(
                        world.setQuad(WorldCodec.quad(tx.getSetQuad().getQuad())));
            case DELETE_QUAD ->
                WorldResult.ofFound(
                        world.deleteQuad(WorldCodec.quad(tx.getDeleteQuad().getQuad())));
            case DELETE_OBJECT_QUADS ->
                WorldResult.ofFound(
                        world.deleteObjectQuads(tx.getDeleteObjectQuads().getKey()));
            case BATCH -> batch(tx.getBatch(), world, sender, depth);
            case SWEEP ->
                throw new InvalidOperationException(
                        "sweep", "A sweep is a transaction of its own, not part of a batch");
            case SYNC -> WorldResult.of(new byte[0]).committed(world.seqno(), Term.NONE);
            case TX_NOT_SET ->
                throw new InvalidOperationException(
                        "transaction", "It names nothing to do that this version of coord knows");
        };
    }

    private static WorldResult put(WorldTx.PutObject put, WorldState world, ParticipantId sender) {
        ObjectRef root = WorldCodec.ref(put.getRoot());
        ObjectState object = put.hasLifetime()
                ? world.putObject(put.getKey(), root, WorldCodec.lifetime(put.getLifetime(), sender))
                : world.putObject(put.getKey(), root);
        return WorldResult.ofRev(object.rev());
    }

    private static void checkDepth(int depth) {
        if (depth == MAX_DEPTH) {
            throw new InvalidOperationException("batch", "Batches may contain batches up to a depth of " + MAX_DEPTH);
        }
    }

    private WorldResult batch(WorldTx.Batch batch, WorldState world, ParticipantId sender, int depth) {
        checkDepth(depth);
        List<WorldResult> results = new ArrayList<>();
        batch.getTxsList().forEach(tx -> results.add(apply(tx, world, sender, depth + 1)));
        return WorldResult.ofBatch(results);
    }

    private static ObjectState object(WorldState world, String key) {
        return world.object(key).orElseThrow(() -> new ObjectNotFoundException(key));
    }

    private WorldResult applyWorldOp(WorldTx.ApplyWorldOp apply, WorldState world, ParticipantId sender) {
        String type = apply.getType();
        WorldOperation operation =
                found(type, () -> lookup.worldOperation(type, apply.getBody().toByteArray()));
        return world.applyWorldOp(operation, sender);
    }

    private WorldResult applyObjectOp(WorldTx.ApplyObjectOp apply, WorldState world, ParticipantId sender) {
        String type = apply.getType();
        ObjectOperation operation =
                found(type, () -> lookup.objectOperation(type, apply.getBody().toByteArray()));
        return object(world, apply.getKey()).applyObjectOp(operation, sender);
    }

    private static <T> T found(String type, Supplier<Optional<T>> find) {
        Optional<T> operation;
        try {
            operation = find.get();
        } catch (WorldException | StoreUnavailableException e) {
            throw e;
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError | LinkageError e) {
            throw new InvalidOperationException(
                    type, "The body of the operation '" + WorldKeys.shortened(type) + "' cannot be read: " + e);
        }
        return operation.orElseThrow(() -> new UnknownOperationException(WorldKeys.shortened(type)));
    }
}
