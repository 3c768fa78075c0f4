package dev.coord.spring;

import dev.coord.LeaderInfo;
import dev.coord.cluster.Coordinator;

/** Another participant leads: at the start, after an own leadership, and each time the leader changes. */
public final class BecameFollowerEvent extends RoleEvent {
    private static final long serialVersionUID = 1L;
    private final transient LeaderInfo leader;

    public BecameFollowerEvent(Coordinator source, LeaderInfo leader) {
        super(source);
        this.leader = leader;
    }

    /** Who leads. */
    public LeaderInfo getLeader() {
        return leader;
    }

    @Override
    String says() {
        return "leader=" + leader.participant() + ", pid=" + leader.pid() + ", term=" + leader.term();
    }
}
