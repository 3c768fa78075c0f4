package dev.coord;

import dev.coord.proto.ParticipantRole;

/** What a participant is at this moment. */
public enum Role {
    /** Neither leads nor knows who does: right after the start, or between a lost leadership and the next leader. */
    UNKNOWN,
    /** Holds the lease of its group. */
    LEADER,
    /** Knows a leader that is not itself. */
    FOLLOWER;

    /** The same role as a message. */
    public ParticipantRole toProto() {
        return switch (this) {
            case LEADER -> ParticipantRole.ParticipantRole_LEADER;
            case FOLLOWER -> ParticipantRole.ParticipantRole_FOLLOWER;
            case UNKNOWN -> ParticipantRole.ParticipantRole_UNKNOWN;
        };
    }

    /** The role that a message names; a number that this version does not know is {@link #UNKNOWN}. */
    public static Role fromProto(ParticipantRole role) {
        return switch (role) {
            case ParticipantRole_LEADER -> LEADER;
            case ParticipantRole_FOLLOWER -> FOLLOWER;
            default -> UNKNOWN;
        };
    }
}
