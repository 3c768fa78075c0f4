package dev.coord.world;

/** An object is to be created, or renamed to a key, that is there already; {@link #subject()} is the key. */
public final class ObjectExistsException extends WorldException {
    private static final long serialVersionUID = 1L;

    ObjectExistsException(String key) {
        this(key, "There is an object '" + key + "' already");
    }

    ObjectExistsException(String subject, String message) {
        super(subject, message, null);
    }
}
