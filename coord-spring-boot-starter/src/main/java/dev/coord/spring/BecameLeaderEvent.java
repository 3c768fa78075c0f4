package dev.coord.spring;

import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;

/** This participant became the leader of its group. */
public final class BecameLeaderEvent extends RoleEvent {
    private static final long serialVersionUID = 1L;
    private final transient Leadership leadership;

    public BecameLeaderEvent(Coordinator source, Leadership leadership) {
        super(source);
        this.leadership = leadership;
    }

    /** The leadership that began; its term is the fencing token. */
    public Leadership getLeadership() {
        return leadership;
    }

    @Override
    String says() {
        return "term=" + leadership.term();
    }
}
