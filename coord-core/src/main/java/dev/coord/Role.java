package dev.coord;

/** What a participant is at this moment. */
public enum Role {
    /** Neither leads nor knows who does: right after the start, or between a lost leadership and the next leader. */
    UNKNOWN,
    /** Holds the lease of its group. */
    LEADER,
    /** Knows a leader that is not itself. */
    FOLLOWER
}
