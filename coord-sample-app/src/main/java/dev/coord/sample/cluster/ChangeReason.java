package dev.coord.sample.cluster;

import dev.coord.LeaderChangeReason;
import dev.coord.LossReason;

/** Why a leader changed. */
public enum ChangeReason {
    /** Nobody led before. */
    FIRST_LEADER,
    /** No instance was there any more that had seen the leader before. */
    ALL_STARTED_ANEW,
    /** The old leader's process ended without a word. */
    PROCESS_DIED,
    /** The old leader was there, and silent. */
    STOPPED_RESPONDING,
    /** The old leader no longer led, for a reason that it did not tell. */
    RELEASED,
    /** The old leader could not renew its lease in time. */
    RENEW_DEADLINE_PASSED,
    /** Somebody took the lease over. */
    DEPOSED,
    /** The old leader was asked to step down. */
    STEPPED_DOWN,
    /** The old leader's work failed. */
    HANDLER_FAILED,
    /** The old leader was stopped in good order. */
    CLOSED,
    /** Nobody saw. */
    UNKNOWN;

    /** As the old leader tells it. */
    static ChangeReason of(LossReason loss) {
        return valueOf(loss.name());
    }

    /**
     * As the new leader sees it.
     *
     * @param first whether nobody led before, as far as the world knows
     */
    static ChangeReason of(LeaderChangeReason seen, boolean first) {
        if (first) {
            return FIRST_LEADER;
        }
        return switch (seen) {
            case FIRST_SEEN -> ALL_STARTED_ANEW;
            case RELEASED -> RELEASED;
            case PROCESS_DIED -> PROCESS_DIED;
            case NOT_RENEWED -> STOPPED_RESPONDING;
            case UNKNOWN -> UNKNOWN;
        };
    }
}
