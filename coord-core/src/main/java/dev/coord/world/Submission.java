package dev.coord.world;

import dev.coord.ParticipantId;
import java.util.concurrent.CompletableFuture;

/**
 * Something to be committed, and who waits for it.
 *
 * @param sweeps whether blocks that nothing refers to are removed after it
 * @param syncs whether it is answered without a commit, when those before it are committed
 */
record Submission(
        String operationId,
        String type,
        ParticipantId sender,
        boolean sweeps,
        boolean syncs,
        Work work,
        CompletableFuture<WorldResult> answer) {
    /** What it does to the state of its transaction. */
    @FunctionalInterface
    interface Work {
        WorldResult apply(TransactionState state);
    }
}
