package dev.coord.world;

/**
 * So much waits to be sent or applied that no more is taken; nothing of it happened. {@link #subject()} is the id of the operation.
 * Wait for some of the answers before submitting more.
 */
public final class QueueFullException extends WorldException {
    private static final long serialVersionUID = 1L;

    QueueFullException(String operationId, long maxBytes) {
        super(
                operationId,
                "Operation '" + operationId + "' was not taken: submissions of " + maxBytes
                        + " bytes wait for their answers already. Wait for some of them before submitting more,"
                        + " or raise coord.world.max-queue-size.",
                null);
    }
}
