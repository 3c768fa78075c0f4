package dev.coord.world;

import dev.coord.CoordException;
import org.jspecify.annotations.Nullable;

/**
 * No leader answered in time, or the one that was asked lost its leadership. Whether the operation happened is not known:
 * submitting it again with the same {@link #operationId()} is right, and makes it happen at most once.
 */
public final class WorldUnavailableException extends CoordException {
    private static final long serialVersionUID = 1L;
    private final String operationId;

    WorldUnavailableException(String operationId, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.operationId = operationId;
    }

    /** The id to submit it with again; empty if it was not about an operation. */
    public String operationId() {
        return operationId;
    }
}
