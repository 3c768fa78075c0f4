package dev.coord.spring;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import java.util.List;

/**
 * What an {@link OnLeader} or {@link OnFollower} says.
 *
 * @param group the group, empty for that of the application
 * @param stepsDown whether the leader steps down if it fails
 */
record RoleSpec(Kind role, String group, boolean stepsDown) {
    /** Which role. */
    enum Kind {
        LEADER,
        FOLLOWER;

        String label() {
            return this == LEADER ? "leader" : "follower";
        }

        /** What a method can take. */
        List<Class<?>> parameters() {
            return this == LEADER
                    ? List.of(Leadership.class, LeaderInfo.class, BecameLeaderEvent.class)
                    : List.of(LeaderInfo.class, BecameFollowerEvent.class);
        }
    }

    static RoleSpec of(OnLeader annotation) {
        return new RoleSpec(Kind.LEADER, annotation.group(), annotation.onFailure() == OnFailure.STEP_DOWN);
    }

    static RoleSpec of(OnFollower annotation) {
        return new RoleSpec(Kind.FOLLOWER, annotation.group(), false);
    }

    /** What messages call the annotation. */
    String annotation() {
        return "@" + (role == Kind.LEADER ? OnLeader.class : OnFollower.class).getSimpleName();
    }
}
