package dev.coord.spring.autoconfigure;

/** The properties do not name a directory that the processes could share. */
final class UnusableDirectoryException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String action;

    UnusableDirectoryException(String problem, String action) {
        super(problem);
        this.action = action;
    }

    /** What to do about it. */
    String action() {
        return action;
    }
}
