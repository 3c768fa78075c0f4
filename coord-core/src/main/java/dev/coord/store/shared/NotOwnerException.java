package dev.coord.store.shared;

/** The process that was asked is not, or no longer, the owner. What became of the operation is unknown: ask again (E6). */
final class NotOwnerException extends Exception {
    private static final long serialVersionUID = 1L;

    NotOwnerException(String message) {
        super(message);
    }

    NotOwnerException(String message, Throwable cause) {
        super(message, cause);
    }
}
