package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import java.util.Map;

/**
 * What an application does when its role changes. Both methods run on one thread of the coordinator's own, one at a time and in
 * order; renewing the lease does not depend on it. The thread is interrupted when the role it serves is over, and the next call
 * comes when the one before has returned.
 */
public interface RoleChangeHandler {
    /**
     * This participant is about to take part: the store is open, and no role is known yet. What this throws ends the start. Does
     * nothing by default.
     */
    default void onJoin(ParticipantContext participant) {}

    /**
     * This participant {@linkplain Coordinator#handOver() hands over}: what is done in its role is to end. It may hear of further
     * roles, as if nothing had been said: it follows, and may lead for want of another, until {@link #onLeave}. Does nothing by
     * default.
     */
    default void onHandOver() throws Exception {}

    /** This participant no longer takes part; the last call to this handler. Does nothing by default. */
    default void onLeave() {}

    /**
     * What the others are to know of what this handler can do, as {@linkplain Coordinator.Builder#attributes(Map) attributes}. Asked
     * once, by {@link Coordinator#start()} on its thread. Nothing by default.
     */
    default Map<String, String> attributes() {
        return Map.of();
    }

    /** A handler that calls this one and then {@code next}, at the end in reverse order. */
    default RoleChangeHandler andThen(RoleChangeHandler next) {
        return new RoleChangeHandlers(this, next);
    }

    /**
     * This participant leads. May return at once, or work for as long as the leadership is held.
     *
     * <p>If it throws while the leadership is held, this participant steps down, so that another one may do better, and waits
     * longer each time before it stands again. What it throws after that is logged.
     */
    void onBecomeLeader(Leadership leadership) throws Exception;

    /**
     * Another participant leads. Called for each new leader; one that is followed by yet another before its turn came is left
     * out. What it throws is logged and reported.
     */
    void onBecomeFollower(LeaderInfo leader) throws Exception;
}
