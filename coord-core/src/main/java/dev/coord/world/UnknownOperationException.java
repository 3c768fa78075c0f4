package dev.coord.world;

/**
 * The leader knows no operation of the type that is {@link #subject()}, and no participant that could lead in its place does; a newer
 * version of the application may.
 */
public final class UnknownOperationException extends WorldException {
    private static final long serialVersionUID = 1L;

    UnknownOperationException(String type) {
        this(
                type,
                "Neither the leader nor another participant knows an operation of type '" + type
                        + "'. Register it in all processes before one submits it.");
    }

    UnknownOperationException(String subject, String message) {
        super(subject, message, null);
    }
}
