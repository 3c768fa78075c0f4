package dev.coord.cli;

/** What was asked for is not done, and nothing was changed; the message says why, and what to do. */
final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RefusedException(String why) {
        super(why);
    }
}
