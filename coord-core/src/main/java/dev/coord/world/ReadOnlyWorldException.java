package dev.coord.world;

/** Somebody wanted to write to a view that can only be read. */
public final class ReadOnlyWorldException extends WorldException {
    private static final long serialVersionUID = 1L;

    ReadOnlyWorldException(String what) {
        this(
                what,
                "This view of the world can only be read: submit an operation, or write through the forwarding state");
    }

    ReadOnlyWorldException(String subject, String message) {
        super(subject, message, null);
    }
}
