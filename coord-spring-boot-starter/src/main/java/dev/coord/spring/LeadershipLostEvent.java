package dev.coord.spring;

import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.cluster.Coordinator;

/** This participant no longer leads its group. Follows each {@link BecameLeaderEvent}, before any other role event. */
public final class LeadershipLostEvent extends RoleEvent {
    private static final long serialVersionUID = 1L;
    private final transient Leadership leadership;
    private final LossReason reason;

    public LeadershipLostEvent(Coordinator source, Leadership leadership, LossReason reason) {
        super(source);
        this.leadership = leadership;
        this.reason = reason;
    }

    /** The leadership that ended. */
    public Leadership getLeadership() {
        return leadership;
    }

    /** Why it ended. */
    public LossReason getReason() {
        return reason;
    }

    @Override
    String says() {
        return "term=" + leadership.term() + ", reason=" + reason;
    }
}
