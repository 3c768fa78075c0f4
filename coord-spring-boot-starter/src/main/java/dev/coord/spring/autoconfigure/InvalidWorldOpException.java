package dev.coord.spring.autoconfigure;

/** A method with {@code @WorldOp} that cannot be an operation. */
final class InvalidWorldOpException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String action;

    InvalidWorldOpException(String description, String action) {
        super(description + " " + action);
        this.action = action;
    }

    /** What to do. */
    String action() {
        return action;
    }
}
