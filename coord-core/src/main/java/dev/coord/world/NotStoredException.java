package dev.coord.world;

/**
 * The store has no space left, and nothing of the operation happened. {@link #subject()} is its id, with which it may be submitted again
 * as soon as there is space.
 */
public final class NotStoredException extends WorldException {
    private static final long serialVersionUID = 1L;

    NotStoredException(String operationId, String message) {
        super(operationId, message, null);
    }

    /** @param why the store's reason, a sentence without its end */
    static NotStoredException of(String operationId, String why) {
        return new NotStoredException(
                operationId,
                "Operation '" + operationId + "' was not stored, and nothing of it happened: " + why
                        + ". It may be submitted again with the same id.");
    }
}
