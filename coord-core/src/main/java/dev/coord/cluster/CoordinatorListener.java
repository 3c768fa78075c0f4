package dev.coord.cluster;

import dev.coord.LeaderChange;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;

/**
 * Told of role changes: of each one, strictly paired (became leader … leadership lost), one at a time and in order, on a thread
 * of the coordinator's own; in the same order, of the group's leaders and participants. It informs; work that needs the leadership belongs into a {@link RoleChangeHandler}. What it throws
 * is logged and costs nobody the lease.
 */
public interface CoordinatorListener {
    /** This participant leads, or did so a moment ago. */
    default void becameLeader(Leadership leadership) {}

    /** This participant no longer leads. */
    default void leadershipLost(Leadership leadership, LossReason reason) {}

    /** Another participant leads: at the start, after an own leadership, and when the leader changed. */
    default void becameFollower(LeaderInfo leader) {}

    /** The group has another leader, or the same one in another term. Comes after what it means for this participant. */
    default void leaderChanged(LeaderChange change) {}

    /** Participants came or went; the first time, of all that are there. */
    default void participantsChanged(ParticipantsChange change) {}
}
