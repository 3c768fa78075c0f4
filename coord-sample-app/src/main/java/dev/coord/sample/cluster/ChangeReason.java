package dev.coord.sample.cluster;

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
    CLOSED;

    static ChangeReason of(LossReason loss) {
        return valueOf(loss.name());
    }
}
