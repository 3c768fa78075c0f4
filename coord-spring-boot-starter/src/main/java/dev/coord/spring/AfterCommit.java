package dev.coord.spring;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Does something when the transaction of this thread has been committed. Used only where spring-tx is there. */
final class AfterCommit<T> implements TransactionSynchronization {
    private final Supplier<CompletableFuture<T>> work;
    private final CompletableFuture<T> outcome = new CompletableFuture<>();

    private AfterCommit(Supplier<CompletableFuture<T>> work) {
        this.work = work;
    }

    /** At once, if there is no transaction. */
    static <T> CompletableFuture<T> run(Supplier<CompletableFuture<T>> work) {
        if (!TransactionSynchronizationManager.isActualTransactionActive()
                || !TransactionSynchronizationManager.isSynchronizationActive()) {
            return work.get();
        }
        var after = new AfterCommit<>(work);
        TransactionSynchronizationManager.registerSynchronization(after);
        return after.outcome;
    }

    @Override
    public void afterCompletion(int status) {
        if (status != STATUS_COMMITTED) {
            outcome.cancel(false);
            return;
        }
        try {
            var unused = work.get().whenComplete((result, failure) -> {
                if (failure == null) {
                    outcome.complete(result);
                } else {
                    outcome.completeExceptionally(failure);
                }
            });
        } catch (RuntimeException e) {
            // The transaction is committed; whoever called it must not hear otherwise.
            outcome.completeExceptionally(e);
        }
    }
}
