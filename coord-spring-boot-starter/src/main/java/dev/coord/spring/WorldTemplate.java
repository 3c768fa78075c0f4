package dev.coord.spring;

import dev.coord.world.World;
import dev.coord.world.WorldBatch;
import dev.coord.world.WorldOperation;
import dev.coord.world.WorldResult;
import dev.coord.world.WorldWrite;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.ParameterizedTypeReference;
import org.springframework.util.ClassUtils;

/**
 * Submits operations that are methods with {@link WorldOp}, by their type. Bodies and results travel as JSON (see {@link WorldBodies}),
 * {@code byte[]} as it is. All methods may be called from any thread, and throw what {@link World#submit(String, String, byte[])} throws.
 */
public final class WorldTemplate {
    private static final boolean TRANSACTIONS = ClassUtils.isPresent(
            "org.springframework.transaction.support.TransactionSynchronizationManager",
            WorldTemplate.class.getClassLoader());

    private final World world;
    private final WorldBodies bodies;
    private final Function<String, Optional<Type>> bodyTypes;

    public WorldTemplate(World world, WorldBodies bodies) {
        this(world, bodies, type -> Optional.empty());
    }

    /**
     * One that writes bodies as what this process knows the operations to take.
     *
     * @param bodyTypes what the operation of a type takes, where that is known
     */
    public WorldTemplate(World world, WorldBodies bodies, Function<String, Optional<Type>> bodyTypes) {
        this.bodyTypes = bodyTypes;
        this.world = world;
        this.bodies = bodies;
    }

    /**
     * Has the leader apply the operation {@code type}; returns when it is committed and can be read here.
     *
     * @throws dev.coord.world.BlockingCallException on a thread that must not wait, an event loop's for instance: use
     *     {@link #submitAsync(String, Object)}
     */
    public WorldResult submit(String type, @Nullable Object body) {
        return submit(UUID.randomUUID().toString(), type, body);
    }

    /**
     * The same with an id of one's own, under which it is applied once, however often it is submitted.
     *
     * @param operationId 1 to 100 characters
     */
    public WorldResult submit(String operationId, String type, @Nullable Object body) {
        return world.submit(operationId, type, bytes(type, body));
    }

    /**
     * The same without waiting, for threads that must not. It completes when the operation is committed, which may be before it can
     * be read here, or with what {@link #submit(String, Object)} would throw; see {@link World#submitAsync(WorldOperation)} for the
     * threads.
     */
    public CompletableFuture<WorldResult> submitAsync(String type, @Nullable Object body) {
        return submitAsync(UUID.randomUUID().toString(), type, body);
    }

    /** See {@link #submitAsync(String, Object)} and {@link #submit(String, String, Object)}. */
    public CompletableFuture<WorldResult> submitAsync(String operationId, String type, @Nullable Object body) {
        return world.submitAsync(operationId, type, bytes(type, body));
    }

    /** Returns when this process has everything that was committed before the call, for reads that must not be old; see {@link World#sync}. */
    public long sync() {
        return world.sync();
    }

    /** The same without waiting; see {@link World#syncAsync}. */
    public CompletableFuture<Long> syncAsync() {
        return world.syncAsync();
    }

    /** An operation of {@code type} as a write: to be submitted under conditions, or in a batch. */
    public WorldWrite write(String type, @Nullable Object body) {
        return WorldWrite.of(type, bytes(type, body));
    }

    /** Has the leader carry out all of {@code batch}, or nothing; returns when it is committed and can be read here. */
    public WorldResult submitBatch(WorldBatch batch) {
        return submitBatch(UUID.randomUUID().toString(), batch);
    }

    /** The same with an id of one's own; see {@link #submit(String, String, Object)}. */
    public WorldResult submitBatch(String operationId, WorldBatch batch) {
        return world.submit(operationId, batch);
    }

    /** The same without waiting; see {@link #submitAsync(String, Object)}. */
    public CompletableFuture<WorldResult> submitBatchAsync(WorldBatch batch) {
        return submitBatchAsync(UUID.randomUUID().toString(), batch);
    }

    /** See {@link #submitBatchAsync(WorldBatch)}. */
    public CompletableFuture<WorldResult> submitBatchAsync(String operationId, WorldBatch batch) {
        return world.submitAsync(operationId, batch);
    }

    /** See {@link #submitAfterCommit(String, String, Object)}. */
    public CompletableFuture<WorldResult> submitAfterCommit(String type, @Nullable Object body) {
        return submitAfterCommit(UUID.randomUUID().toString(), type, body);
    }

    /**
     * Submits when the Spring transaction around this call has been committed, without waiting; at once if there is none. The body is
     * written now, so that what cannot travel fails before the commit.
     *
     * <p>It completes as {@link #submitAsync(String, Object)} does. If the transaction is rolled back, nothing is submitted, and it is
     * cancelled; the same if the outcome of the commit is not known.
     *
     * <p>The two commits are not one: when this process dies after the transaction's commit and before the leader has the
     * submission, the operation does not happen, and nobody does it later. Where it must, write it into a table in the same
     * transaction, and have a {@link LeaderOnly} job submit it from there, with an id of its row: then it happens once. A transaction
     * of a reactive transaction manager is not seen.
     */
    public CompletableFuture<WorldResult> submitAfterCommit(String operationId, String type, @Nullable Object body) {
        return afterCommit(operationId, write(type, body));
    }

    /** See {@link #submitAfterCommit(String, String, Object)}. */
    public CompletableFuture<WorldResult> submitBatchAfterCommit(String operationId, WorldBatch batch) {
        return afterCommit(operationId, WorldWrite.of(batch));
    }

    private CompletableFuture<WorldResult> afterCommit(String operationId, WorldWrite write) {
        return TRANSACTIONS
                ? AfterCommit.run(() -> world.submitAsync(operationId, write))
                : world.submitAsync(operationId, write);
    }

    /** What the operation returned, as {@code as}, which may be a {@code List<Flag>} for instance; null if that was nothing. */
    @SuppressWarnings("unchecked") // Only a T is read as such.
    public <T> @Nullable T result(WorldResult result, ParameterizedTypeReference<T> as) {
        byte[] value = result.value();
        if (value.length == 0) {
            return null;
        }
        return as.getType() == byte[].class ? (T) value : (T) bodies.readResult(value, as.getType());
    }

    /** What the operation returned, as {@code as}; null if that was nothing. */
    public <T> @Nullable T result(WorldResult result, Class<T> as) {
        byte[] value = result.value();
        if (value.length == 0) {
            return null;
        }
        return as == byte[].class ? as.cast(value) : as.cast(bodies.readResult(value, as));
    }

    /** The world. */
    public World world() {
        return world;
    }

    private byte[] bytes(String type, @Nullable Object body) {
        if (body == null) {
            return new byte[0];
        }
        return body instanceof byte[] bytes
                ? bytes
                : bodyTypes
                        .apply(type)
                        .map(declared -> bodies.write(body, declared))
                        .orElseGet(() -> bodies.write(body));
    }
}
