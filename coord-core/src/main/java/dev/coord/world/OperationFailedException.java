package dev.coord.world;

/** The code of an operation threw something; {@link #subject()} is its type. */
public final class OperationFailedException extends WorldException {
    private static final long serialVersionUID = 1L;

    OperationFailedException(String type, Throwable cause) {
        super(type, "The operation '" + type + "' failed: " + cause, cause);
    }

    OperationFailedException(String subject, String message) {
        super(subject, message, null);
    }
}
