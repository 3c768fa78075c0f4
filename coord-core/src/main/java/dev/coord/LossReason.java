package dev.coord;

/** Why a leadership ended. */
public enum LossReason {
    /** The lease could not be renewed within the renew deadline; the leader deposed itself before anyone else could win. */
    RENEW_DEADLINE_PASSED,
    /** The lease row names another holder or a later term. */
    DEPOSED,
    /** The session with the database ended, so that others may take this process for dead. */
    SESSION_ENDED,
    /** Asked to step down. */
    STEPPED_DOWN,
    /** The role handler failed, so another participant may do better. */
    HANDLER_FAILED,
    /** The coordinator was closed, or handed over before its end. */
    CLOSED
}
