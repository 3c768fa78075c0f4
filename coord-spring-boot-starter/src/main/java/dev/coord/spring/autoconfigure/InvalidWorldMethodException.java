package dev.coord.spring.autoconfigure;

/** A method with {@code @WorldOp} that cannot be an operation, or one with {@code @WorldListener} that cannot listen. */
final class InvalidWorldMethodException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String action;

    InvalidWorldMethodException(String description, String action) {
        super(description + " " + action);
        this.action = action;
    }

    /** What to do. */
    String action() {
        return action;
    }
}
