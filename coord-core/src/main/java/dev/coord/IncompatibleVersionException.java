package dev.coord;

/**
 * Another process, which was there first, is of a version of coord that this one cannot work together with. Nothing was done; the
 * message names both versions of the protocol, and what to do.
 */
public final class IncompatibleVersionException extends CoordException {
    private static final long serialVersionUID = 1L;

    public IncompatibleVersionException(String message) {
        super(message, null);
    }
}
