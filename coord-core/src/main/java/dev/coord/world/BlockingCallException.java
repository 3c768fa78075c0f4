package dev.coord.world;

import dev.coord.CoordException;

/**
 * A call that waits was made on a thread that must not: one of an event loop, which would serve nobody meanwhile and may be the one
 * that has to bring the answer, or the one on which the leader applies operations. Nothing was done. The message says what to
 * use instead.
 */
public final class BlockingCallException extends CoordException {
    private static final long serialVersionUID = 1L;

    BlockingCallException(String message) {
        super(message, null);
    }
}
