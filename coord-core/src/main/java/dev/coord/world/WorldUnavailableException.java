package dev.coord.world;

import dev.coord.CoordException;
import org.jspecify.annotations.Nullable;

/**
 * No leader answered in time, or the one that was asked lost its leadership. Whether the operation happened is not known,
 * unless the message says that it was not sent to any leader: submitting it again with the same {@link #operationId()} is right, and makes it happen at most once.
 */
public final class WorldUnavailableException extends CoordException {
    private static final long serialVersionUID = 1L;
    private final String operationId;

    WorldUnavailableException(String operationId, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.operationId = operationId;
    }

    /** @param why nobody knows, as a part of a sentence */
    static WorldUnavailableException outcomeUnknown(String operationId, String why, @Nullable Throwable cause) {
        return new WorldUnavailableException(
                operationId,
                "Whether operation '" + operationId + "' happened is not known: " + why
                        + ". Submit it again with the same id.",
                cause);
    }

    /** The id to submit it with again; empty if it was not about an operation. */
    public String operationId() {
        return operationId;
    }
}
