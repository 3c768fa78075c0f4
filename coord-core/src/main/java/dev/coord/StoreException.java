package dev.coord;

import org.jspecify.annotations.Nullable;

/** The store refused or failed an operation. */
public class StoreException extends CoordException {
    private static final long serialVersionUID = 1L;

    public StoreException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
