package dev.coord.world;

/** There is no object with the key that is {@link #subject()}. */
public final class ObjectNotFoundException extends WorldException {
    private static final long serialVersionUID = 1L;

    ObjectNotFoundException(String key) {
        this(key, "There is no object '" + key + "'");
    }

    ObjectNotFoundException(String subject, String message) {
        super(subject, message, null);
    }
}
