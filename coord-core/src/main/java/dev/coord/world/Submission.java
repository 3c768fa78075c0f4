package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * Something to be committed, and who waits for it.
 *
 * @param sweeps whether blocks that nothing refers to are removed after it
 * @param syncs whether it is answered without a commit, when those before it are committed
 * @param fingerprint of what it does; 0 if nobody can repeat it
 * @param sentSince not negative: it may have been sent before, but not before the world had this commit
 * @param deadline after which it is not begun
 * @param bytes how much memory it takes while it waits
 */
record Submission(
        String operationId,
        String type,
        ParticipantId sender,
        boolean sweeps,
        boolean syncs,
        Work work,
        CompletableFuture<WorldResult> answer,
        long fingerprint,
        long sentSince,
        Deadline deadline,
        long bytes) {
    /** What a submission costs beside its content. */
    static final long LEAST_BYTES = 300;

    /** One that nobody can repeat, and that waits as long as it takes. */
    Submission(
            String operationId,
            String type,
            ParticipantId sender,
            boolean sweeps,
            boolean syncs,
            Work work,
            CompletableFuture<WorldResult> answer) {
        this(
                operationId,
                type,
                sender,
                sweeps,
                syncs,
                work,
                answer,
                0,
                -1,
                Deadline.in(Duration.ofDays(36500)),
                LEAST_BYTES);
    }

    /** Whether {@code other}, which has the same id, is the same. */
    boolean repeats(Submission other) {
        return fingerprint != 0 && fingerprint == other.fingerprint;
    }

    /** What it does to the state of its transaction. */
    @FunctionalInterface
    interface Work {
        WorldResult apply(TransactionState state);
    }
}
