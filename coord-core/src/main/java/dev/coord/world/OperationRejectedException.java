package dev.coord.world;

/** An operation refused itself, for a reason of its application's; {@link #subject()} is the reason's code. */
public final class OperationRejectedException extends WorldException {
    private static final long serialVersionUID = 1L;

    /**
     * For operations that find that they must not happen.
     *
     * @param subject the reason's code, for programs
     * @param message for people
     */
    public OperationRejectedException(String subject, String message) {
        super(subject, message, null);
    }
}
