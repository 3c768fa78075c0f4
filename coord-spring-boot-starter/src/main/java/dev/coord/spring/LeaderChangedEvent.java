package dev.coord.spring;

import dev.coord.LeaderChange;
import dev.coord.LeaderChangeReason;
import dev.coord.LeaderInfo;
import dev.coord.cluster.Coordinator;
import java.time.Duration;
import java.util.Optional;

/**
 * The group has another leader, or the same one in another term. Published by each participant, the leader itself included,
 * after the {@link RoleEvent} that tells what it means for that participant.
 */
public final class LeaderChangedEvent extends CoordinatorEvent {
    private static final long serialVersionUID = 1L;
    private final transient LeaderChange change;

    public LeaderChangedEvent(Coordinator source, LeaderChange change) {
        super(source);
        this.change = change;
    }

    /** Who led before, empty if this participant knew of nobody. */
    public Optional<LeaderInfo> getPrevious() {
        return change.previous();
    }

    /** Who leads. */
    public LeaderInfo getLeader() {
        return change.leader();
    }

    /** Why it changed, as far as this participant can tell. */
    public LeaderChangeReason getReason() {
        return change.reason();
    }

    /** For how long there was no leader, as this participant saw it, see {@link LeaderChange}; empty if it cannot tell. */
    public Optional<Duration> getWithoutLeader() {
        return change.withoutLeader();
    }

    @Override
    String says() {
        return "leader=" + getLeader().participant() + ", pid=" + getLeader().pid() + ", term="
                + getLeader().term() + ", reason=" + getReason()
                + getPrevious()
                        .map(previous -> ", previous=" + previous.participant())
                        .orElse("")
                + getWithoutLeader()
                        .map(without -> ", withoutLeader=" + without.toMillis() + " ms")
                        .orElse("");
    }
}
