package dev.coord;

/** Why the leader of a group changed, as far as one participant can tell. */
public enum LeaderChangeReason {
    /** This participant knew of no leader before: it has just started. */
    FIRST_SEEN,
    /** The leader before gave the lease up: it stepped down, its handler failed, or it was closed. */
    RELEASED,
    /** The operating system says that the process of the leader before is dead. */
    PROCESS_DIED,
    /** The leader before did not renew the lease in time. */
    NOT_RENEWED,
    /** The next leader was there before this participant saw what became of the one before. */
    UNKNOWN
}
