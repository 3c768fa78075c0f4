package dev.coord.world;

import java.io.Serializable;

/**
 * What must be true of an object for a write to happen, see {@link WorldWrite#onlyIf} and {@link WorldBatch#onlyIf}. If it is not,
 * the write is refused with a {@link ConditionFailedException}, which has what was there, and leaves no trace.
 *
 * @param key of the object
 * @param expected what of it is compared
 * @param number the revision or the commit; 0 for the others
 */
public record WorldCondition(String key, Expected expected, long number) implements Serializable {
    private static final long serialVersionUID = 1L;

    /** What of an object is compared. */
    public enum Expected {
        /** There is no such object. */
        ABSENT,
        /** There is one. */
        PRESENT,
        /** Its {@link ObjectView#rev() revision}. One that was deleted and made again begins with 1 again. */
        REV,
        /** The commit that {@link ObjectView#modSeqno() changed it last}, which no other state of it ever has again. */
        MOD_SEQNO
    }

    /** There is no object with this key. */
    public static WorldCondition absent(String key) {
        return new WorldCondition(key, Expected.ABSENT, 0);
    }

    /** There is an object with this key. */
    public static WorldCondition present(String key) {
        return new WorldCondition(key, Expected.PRESENT, 0);
    }

    /** The object is there, with this revision. */
    public static WorldCondition rev(String key, long rev) {
        return new WorldCondition(key, Expected.REV, rev);
    }

    /** The object is there as commit {@code modSeqno} left it: nobody has changed, or deleted and made, it since. */
    public static WorldCondition modSeqno(String key, long modSeqno) {
        return new WorldCondition(key, Expected.MOD_SEQNO, modSeqno);
    }

    /** @throws ConditionFailedException if it does not hold in {@code world} */
    void check(WorldState world) {
        ObjectState found = world.object(key).orElse(null);
        boolean holds = switch (expected) {
            case ABSENT -> found == null;
            case PRESENT -> found != null;
            case REV -> found != null && found.rev() == number;
            case MOD_SEQNO -> found != null && found.modSeqno() == number;
        };
        if (!holds) {
            throw ConditionFailedException.of(
                    this,
                    found == null
                            ? null
                            : new ConditionFailedException.Found(found.rev(), found.modSeqno(), found.rootRef()));
        }
    }

    @Override
    public String toString() {
        return "'" + WorldKeys.shortened(key) + "' "
                + switch (expected) {
                    case ABSENT -> "is not there";
                    case PRESENT -> "is there";
                    case REV -> "has revision " + number;
                    case MOD_SEQNO -> "was changed last by commit " + number;
                };
    }
}
