package dev.coord.world;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A write was to happen only under a condition that does not hold; {@link #subject()} is the object's key. Look at
 * {@link #found()}, and decide again.
 */
public final class ConditionFailedException extends WorldException {
    private static final long serialVersionUID = 1L;

    private final WorldCondition condition;
    private final transient @Nullable Found found;

    /**
     * An object as it was when the write was refused.
     *
     * @param root the reference of its content; that of small content has it, see {@link ObjectRef#inlined()}
     */
    public record Found(long rev, long modSeqno, ObjectRef root) {}

    ConditionFailedException(WorldCondition condition, @Nullable Found found, String message) {
        super(condition.key(), message, null);
        this.condition = condition;
        this.found = found;
    }

    static ConditionFailedException of(WorldCondition condition, @Nullable Found found) {
        String was = found == null
                ? "there is no such object"
                : "it has revision " + found.rev() + ", by commit " + found.modSeqno();
        return new ConditionFailedException(
                condition, found, "Nothing was done, because it was to be only if " + condition + ", but " + was);
    }

    /** The first condition that did not hold. */
    public WorldCondition condition() {
        return condition;
    }

    /** The object as it was; empty if there was none. */
    public Optional<Found> found() {
        return Optional.ofNullable(found);
    }
}
