package dev.coord.world;

/** An operation did not end in time; {@link #subject()} is its type. */
public final class OperationTimeoutException extends WorldException {
    private static final long serialVersionUID = 1L;

    OperationTimeoutException(String subject, String message) {
        super(subject, message, null);
    }
}
