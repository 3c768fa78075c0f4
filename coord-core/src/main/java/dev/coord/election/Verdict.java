package dev.coord.election;

/** What a participant may do about a lease. */
public enum Verdict {
    /** Nobody holds it, or ever did. */
    FREE,
    /** The row names this participant, which no longer holds the lease by its own account. */
    LAPSED,
    /** The operating system proves that the holder's process is dead. */
    HOLDER_DEAD,
    /** The holder has not renewed it for longer than the stale threshold, as this participant watched. */
    STALE,
    /** Somebody else holds it. */
    HELD,
    /** This participant holds it. */
    OWN;

    /** Whether the lease may be claimed. */
    public boolean isClaimable() {
        return this != HELD && this != OWN;
    }
}
