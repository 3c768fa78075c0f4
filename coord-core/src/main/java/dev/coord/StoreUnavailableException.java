package dev.coord;

import org.jspecify.annotations.Nullable;

/**
 * No answer came in time. The operation may or may not have happened; it is safe to repeat, and repeating it is what to do.
 */
public final class StoreUnavailableException extends StoreException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
