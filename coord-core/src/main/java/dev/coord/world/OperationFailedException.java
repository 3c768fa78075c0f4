package dev.coord.world;

/** The code of an operation threw something; {@link #subject()} is its type. */
public final class OperationFailedException extends WorldException {
    private static final long serialVersionUID = 1L;

    OperationFailedException(String type, Throwable cause) {
        super(type, "The operation '" + type + "' failed: " + cause, cause);
    }

    /** For whatever was thrown, which may not even be able to say what it is. */
    static OperationFailedException of(String type, Throwable cause) {
        try {
            return new OperationFailedException(type, cause);
        } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
            return new OperationFailedException(
                    type,
                    "The operation '" + type + "' failed: " + cause.getClass().getName());
        }
    }

    OperationFailedException(String subject, String message) {
        super(subject, message, null);
    }
}
