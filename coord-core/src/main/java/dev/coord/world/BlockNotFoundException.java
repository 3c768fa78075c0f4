package dev.coord.world;

/** A reference names a block that is not stored; {@link #subject()} is the reference. */
public final class BlockNotFoundException extends WorldException {
    private static final long serialVersionUID = 1L;

    BlockNotFoundException(ObjectRef ref) {
        this(
                ref.toString(),
                "There is no block " + ref + ": write it, in the operation that refers to it, before that");
    }

    BlockNotFoundException(String subject, String message) {
        super(subject, message, null);
    }
}
