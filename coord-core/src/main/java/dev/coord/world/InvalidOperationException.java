package dev.coord.world;

/** Something about an operation is not what it must be: a key, a reference, its body or its size. */
public final class InvalidOperationException extends WorldException {
    private static final long serialVersionUID = 1L;

    /**
     * For operations that find their own body malformed.
     *
     * @param subject what is wrong, short
     * @param message what it must be
     */
    public InvalidOperationException(String subject, String message) {
        super(subject, message, null);
    }
}
