package dev.coord.world;

import dev.coord.ParticipantId;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/**
 * A transaction that a thread of the application drives. To the engine it is a submission like others, that waits, while it is
 * applied, for what the application does.
 */
final class OpenTransaction implements WorldTransaction {
    private static final String TYPE = "transaction";

    private final String operationId = UUID.randomUUID().toString();
    private final CompletableFuture<TransactionState> begun = new CompletableFuture<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean wanted;
    private CompletableFuture<WorldResult> answer = new CompletableFuture<>();

    private OpenTransaction() {}

    static OpenTransaction begin(LeaderEngine engine, ParticipantId sender) {
        Applying.checkWait(TYPE);
        BlockingCalls.check(
                "A write transaction waits for the operations before it",
                "Begin it on a thread that may wait, or submit an operation");
        var transaction = new OpenTransaction();
        transaction.answer = engine.enqueue(new Submission(
                transaction.operationId, TYPE, sender, false, false, transaction::apply, new CompletableFuture<>()));
        // If the engine ends before its turn comes.
        var unused = transaction.answer.whenComplete((result, failure) -> {
            if (failure != null) {
                transaction.begun.completeExceptionally(failure);
            }
        });
        try {
            transaction.begun.get();
            Applying.begin(TYPE);
            return transaction;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            transaction.close();
            throw WorldUnavailableException.outcomeUnknown(
                    transaction.operationId, "waiting for its turn was interrupted", e);
        } catch (ExecutionException e) {
            throw Failures.thrown(e.getCause());
        }
    }

    /** On the engine's thread, which waits for the application's. */
    private WorldResult apply(TransactionState state) {
        begun.complete(state);
        var unused = Transactions.guarded(TYPE, () -> {
            done.await();
            return new byte[0];
        });
        if (!wanted) {
            throw new OperationRejectedException("discarded", "The transaction was closed without a commit");
        }
        return WorldResult.of(new byte[0]);
    }

    @Override
    public WorldState state() {
        return begun.join();
    }

    @Override
    public long commit() {
        if (done.getCount() == 0) {
            throw new IllegalStateException("This transaction has ended: begin another one");
        }
        wanted = true;
        Applying.end();
        done.countDown();
        try {
            return answer.join().seqno();
        } catch (CompletionException e) {
            throw Failures.thrown(e.getCause());
        }
    }

    @Override
    public void close() {
        Applying.end();
        done.countDown();
    }
}
