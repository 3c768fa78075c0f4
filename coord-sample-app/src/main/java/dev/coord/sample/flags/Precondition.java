package dev.coord.sample.flags;

import java.util.List;

/**
 * What must be true of a flag for a write to happen.
 *
 * @param exists that it is there
 * @param absent that it is not there
 * @param revs that it has one of these revisions; any if there are none
 */
public record Precondition(boolean exists, boolean absent, List<Long> revs) {
    /** Nothing. */
    public static final Precondition NONE = new Precondition(false, false, List.of());

    private static final long ABSENT = 0;

    public Precondition {
        revs = List.copyOf(revs);
    }

    /**
     * Checks it.
     *
     * @param rev the flag's revision, 0 if it is not there
     * @throws dev.coord.world.OperationRejectedException if it is not true
     */
    void check(String key, long rev) {
        if (absent && rev != ABSENT) {
            throw Refusal.PRECONDITION_FAILED.because("Flag '" + key + "' is there already, with rev " + rev);
        }
        if (exists && rev == ABSENT) {
            throw Refusal.PRECONDITION_FAILED.because("There is no flag '" + key + "'");
        }
        if (!revs.isEmpty() && !revs.contains(rev)) {
            throw Refusal.PRECONDITION_FAILED.because(
                    "Flag '" + key + "' has rev " + rev + ", and not " + revs + ". Read it again, then decide");
        }
    }
}
