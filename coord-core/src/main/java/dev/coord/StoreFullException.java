package dev.coord;

import org.jspecify.annotations.Nullable;

/**
 * There is no space left on the disk of the store, and the operation did not happen: that is certain. It may be repeated as soon as
 * there is some. Where it is not certain, it is a {@link StoreUnavailableException}.
 */
public final class StoreFullException extends StoreException {
    private static final long serialVersionUID = 1L;

    public StoreFullException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
