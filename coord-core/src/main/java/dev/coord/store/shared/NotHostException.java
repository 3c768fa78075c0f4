package dev.coord.store.shared;

/** The process that was asked is not, or no longer, the host. What became of the operation is unknown: ask again. */
final class NotHostException extends Exception {
    private static final long serialVersionUID = 1L;

    NotHostException(String message) {
        super(message);
    }

    NotHostException(String message, Throwable cause) {
        super(message, cause);
    }
}
