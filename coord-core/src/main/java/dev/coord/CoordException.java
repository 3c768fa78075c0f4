package dev.coord;

import org.jspecify.annotations.Nullable;

/** The root of everything that coord throws on purpose. Messages say what was wrong, the value, and what to do. */
public abstract class CoordException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected CoordException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
