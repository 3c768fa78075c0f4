package dev.coord.world;

import dev.coord.Registration;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * A group's small replicated state, for applications: read here, written through operations that the leader applies, wherever it
 * is. All methods may be called from any thread.
 *
 * <p>What was acknowledged survives the death of any process. Operations are applied one after the other; each is atomic, and
 * applied exactly once, also when the leader changes while it is under way. Reads are from an immutable snapshot of this process
 * and do not wait for anybody; a read after a submission on the same participant sees it.
 *
 * <p>Before the coordinator has started, and where nothing else is said, methods throw {@link IllegalStateException}.
 */
public final class World {
    private final Supplier<WorldParticipation> participation;
    private final Watchers watchers;
    private final ForwardingWorldState state;

    /** @param participation throws before the coordinator has started */
    World(Supplier<WorldParticipation> participation, Watchers watchers, WorldSettings settings) {
        this.participation = participation;
        this.watchers = watchers;
        this.state = new ForwardingWorldState(
                () -> participation.get().readable(),
                () -> participation.get().forwarder(),
                write -> participation.get().checkOwner(write),
                settings);
    }

    /**
     * Reads. All that {@code reader} sees is of one instant, and stays so as long as it holds on to the view.
     *
     * @throws WorldUnavailableException if the world could not be read from the store yet, within the submit timeout, or this
     *     participant has left its group
     */
    public <T> T read(Function<WorldView, T> reader) {
        return reader.apply(state.snapshot());
    }

    /**
     * Has the leader apply {@code operation}; returns when it is committed and can be read here.
     *
     * @throws BlockingCallException on a thread that must not wait, an event loop's for instance: use {@link #submitAsync}
     * @throws WorldException if it was refused; nothing of it happened
     * @throws WorldUnavailableException if no leader answered within the submit timeout; it may have happened
     */
    public WorldResult submit(WorldOperation operation) {
        return submit(UUID.randomUUID().toString(), operation);
    }

    /**
     * The same with an id of one's own: an operation that is submitted again with the same id, by anyone, is not applied again, and
     * gets the result of the first time. Results are kept for a time, see {@link WorldSettings}.
     *
     * @param operationId 1 to 100 characters, see {@link #newOperationId}
     * @throws OperationIdReusedException if another operation, or one with another body, had this id
     * @throws OutcomeUnknownException if it may have happened before, and nobody knows any more
     */
    public WorldResult submit(String operationId, WorldOperation operation) {
        return state.write(WorldWrite.of(operation), operationId);
    }

    /**
     * A new id for {@link #submit(String, WorldOperation)}, which says since when there is such an operation. With it, an operation is
     * never applied twice, however late it is submitted again, as long as the database loses no commits: when so much time has passed
     * that nobody knows any more whether it happened, it is refused with {@link OutcomeUnknownException}. Of an id in any other form
     * nobody knows when it was used first, and it is only recognised as long as results are kept.
     *
     * @throws WorldUnavailableException if the world could not be read from the store yet, see {@link #read}
     */
    public String newOperationId() {
        return WorldKeys.idSince(state.seqno(), UUID.randomUUID().toString());
    }

    /** The same for an operation that this process knows by its type alone. */
    public WorldResult submit(String operationId, String type, byte[] body) {
        return state.write(WorldWrite.of(type, body), operationId);
    }

    /** Several writes together, or none of them; see {@link #submit(String, WorldOperation)}. */
    public WorldResult submit(String operationId, WorldBatch batch) {
        return state.write(WorldWrite.of(batch), operationId);
    }

    /** What was made as a {@link WorldWrite}, with conditions for instance; see {@link #submit(String, WorldOperation)}. */
    public WorldResult submit(String operationId, WorldWrite write) {
        return state.write(write, operationId);
    }

    /**
     * The same without waiting. It completes when the operation is committed, which may be before it can be read here: wait for
     * {@link WorldResult#seqno()} with {@link #awaitSeqno}. What depends on it runs on one of a few threads and may submit, and wait
     * for other answers; what takes long for other reasons belongs on an executor of one's own.
     *
     * <p>It fails with {@link QueueFullException} when too much waits for answers already, where {@link #submit} would wait; with {@link
     * WorldUnavailableException} when the submit timeout is over; and with {@link BlockingCallException} inside an operation.
     */
    public CompletableFuture<WorldResult> submitAsync(WorldOperation operation) {
        return submitAsync(UUID.randomUUID().toString(), operation);
    }

    /** See {@link #submitAsync(WorldOperation)} and {@link #submit(String, WorldOperation)}. */
    public CompletableFuture<WorldResult> submitAsync(String operationId, WorldOperation operation) {
        return sendAsync(WorldWrite.of(operation), operationId);
    }

    /** The same for an operation that this process knows by its type alone. */
    public CompletableFuture<WorldResult> submitAsync(String operationId, String type, byte[] body) {
        return sendAsync(WorldWrite.of(type, body), operationId);
    }

    /** Several writes together, or none of them; see {@link #submitAsync(WorldOperation)}. */
    public CompletableFuture<WorldResult> submitAsync(String operationId, WorldBatch batch) {
        return sendAsync(WorldWrite.of(batch), operationId);
    }

    /** What was made as a {@link WorldWrite}; see {@link #submitAsync(WorldOperation)}. */
    public CompletableFuture<WorldResult> submitAsync(String operationId, WorldWrite write) {
        return sendAsync(write, operationId);
    }

    private CompletableFuture<WorldResult> sendAsync(WorldWrite write, String operationId) {
        // What depends on it may block, which the thread that has the answer must not.
        return state.send(write, operationId).whenCompleteAsync((result, failure) -> {}, AnswerPool.EXECUTOR);
    }

    /** The world as a state that can be read and written to: each write goes to the leader as a transaction of its own. */
    public ForwardingWorldState state() {
        return state;
    }

    /**
     * Tells {@code listener} of all changes after this moment to objects whose key begins with {@code prefix}, and to their quads.
     * May be called before the coordinator has started: the listener hears first of all that is there.
     */
    public Registration watch(String prefix, WorldListener listener) {
        return watchers.add(prefix, listener);
    }

    /**
     * The same from a commit on, or with what was there before. A listener that remembers the {@link WorldListener.Event#seqno()} of the
     * event that it has dealt with goes on {@link WorldWatch#after(long) after} it, also in another process, and hears of each commit
     * once more or for the first time, and of none of them never.
     */
    public Registration watch(WorldWatch watch, WorldListener listener) {
        return watchers.add(watch, listener);
    }

    /** The last commit that can be read here. */
    public long seqno() {
        return participation.get().readable().seqno();
    }

    /** Waits until commit {@code seqno} can be read here, at most for {@code timeout}; says whether it can. */
    public boolean awaitSeqno(long seqno, Duration timeout) throws InterruptedException {
        return participation.get().readable().awaitSeqno(seqno, timeout);
    }

    /**
     * Returns when this participant's view has everything that was committed, by anyone, before this call: for reads that must not
     * be old. Asks the leader, who answers only while it is sure to lead; costs a call, and no commit. What is committed after it
     * began may be there or not.
     *
     * @return the commit that can be read here now, or one before it
     * @throws BlockingCallException on a thread that must not wait: use {@link #syncAsync}
     * @throws WorldUnavailableException if no leader answered, or this view did not get there, within the submit timeout each
     */
    public long sync() {
        return state.sync();
    }

    /** The same without waiting; for the threads that what depends on it runs on see {@link #submitAsync(WorldOperation)}. */
    public CompletableFuture<Long> syncAsync() {
        return state.syncAsync();
    }

    /**
     * Entries of the change log after {@code afterSeqno}, at most {@code max}, from the store. The log does not go back for ever:
     * if the first entry is not the one after {@code afterSeqno}, those between are gone.
     */
    public List<LogEntry> changes(long afterSeqno, int max) {
        return participation.get().loader().changes(afterSeqno, max);
    }
}
