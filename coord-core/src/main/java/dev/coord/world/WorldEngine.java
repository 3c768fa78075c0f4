package dev.coord.world;

import dev.coord.ParticipantId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * What keeps a world in one participant. The leader's writes; a follower's can only be read. All methods may be called from any
 * thread.
 */
public interface WorldEngine extends AutoCloseable {
    /**
     * Begins a transaction. One that writes waits for those before it, and keeps others from writing until it ends, which must
     * be within the operation timeout.
     *
     * @throws ReadOnlyWorldException if it is to write and this engine can only be read
     * @throws WorldUnavailableException if this engine has ended
     */
    WorldTransaction newTransaction(boolean write);

    /** The last commit that this engine has. */
    long seqno();

    /** Waits until this engine has commit {@code seqno}, at most for {@code timeout}; says whether it has. */
    boolean awaitSeqno(long seqno, Duration timeout) throws InterruptedException;

    /** A cursor in the block storage, for reading. */
    StorageCursor buildStorageCursor();

    /** Calls {@code callback} with a cursor at {@code ref}. */
    default <T> T accessWorldState(ObjectRef ref, Function<StorageCursor, T> callback) {
        return callback.apply(buildStorageCursor().at(ref));
    }

    /**
     * Carries out what was submitted, and commits it.
     *
     * @param operationId unique to this submission, 1 to 100 characters: a repetition gets the result of the first, as long as
     *     results are kept
     * @param sender who submitted it
     * @return completes with its result after the commit; fails with a {@link WorldException} if it was refused, with nothing
     *     left of it, or with a {@link WorldUnavailableException} if its outcome is not known. What depends on it runs on a thread
     *     of the engine's, and must not block
     */
    CompletableFuture<WorldResult> submit(WorldWrite write, String operationId, ParticipantId sender);

    /** Ends the engine: what waits fails with {@link WorldUnavailableException}. */
    @Override
    void close();
}
