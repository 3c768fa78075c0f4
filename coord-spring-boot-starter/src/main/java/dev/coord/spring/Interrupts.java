package dev.coord.spring;

/** Tells what was interrupted from what failed. */
final class Interrupts {
    private Interrupts() {}

    /** Whether {@code thrown} is how an interrupt shows: libraries, this one too, wrap it in exceptions of their own. */
    static boolean caused(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }
}
