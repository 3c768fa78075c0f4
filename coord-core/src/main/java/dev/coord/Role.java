package dev.coord;

/** What a participant is at this moment. */
public enum Role {
    /** Neither leads nor knows who does: right after the start, or between a lost leadership and the next leader. */
    UNKNOWN(0),
    /** Holds the lease of its group. */
    LEADER(1),
    /** Knows a leader that is not itself. */
    FOLLOWER(2);

    private static final Role[] ALL = values();

    private final int number;

    Role(int number) {
        this.number = number;
    }

    /** What stands for it in messages, in the enum {@code ParticipantRole}. */
    public int number() {
        return number;
    }

    /** The role that {@code number} stands for; a number that this version does not know is {@link #UNKNOWN}. */
    public static Role of(int number) {
        for (Role role : ALL) {
            if (role.number == number) {
                return role;
            }
        }
        return UNKNOWN;
    }
}
