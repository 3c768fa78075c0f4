package dev.coord.world;

import dev.coord.CoordException;
import org.jspecify.annotations.Nullable;

/**
 * The world refused an operation, which left no trace. Doing the same again is refused again, as long as the world is what it
 * is. The same exception is thrown in the process that submitted the operation, wherever it was refused.
 */
public abstract class WorldException extends CoordException {
    private static final long serialVersionUID = 1L;
    /** An application's own words, or those of what its code threw, may not fit into a message. */
    private static final int MAX_MESSAGE = 10_000;

    private final String subject;

    WorldException(String subject, String message, @Nullable Throwable cause) {
        super(WorldKeys.shortened(String.valueOf(message), MAX_MESSAGE), cause);
        this.subject = WorldKeys.shortened(String.valueOf(subject), MAX_MESSAGE);
    }

    /** What it is about: a key, the type of an operation, a reference, or the code of a refusal. */
    public String subject() {
        return subject;
    }
}
