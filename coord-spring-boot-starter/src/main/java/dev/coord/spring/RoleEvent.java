package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import org.springframework.context.ApplicationEvent;

/**
 * A role change of the {@link Coordinator} that is its source. Listen to this class to hear of all of them.
 *
 * <p>The events of one coordinator are published one at a time, in order and strictly paired (became leader … leadership lost),
 * on a thread of the coordinator's own, and never before the application context is ready. An event tells what happened; by the
 * time it is heard the role may have changed again. Work that needs the leadership belongs into a
 * {@link dev.coord.cluster.RoleChangeHandler}, or asks {@link dev.coord.Leadership#isHeld()}.
 *
 * <p>What a listener throws is logged, and costs nobody the lease; but it keeps the event from the listeners after it.
 */
public abstract class RoleEvent extends ApplicationEvent {
    private static final long serialVersionUID = 1L;

    RoleEvent(Coordinator source) {
        super(source);
    }

    /** Whose role changed. */
    public Coordinator getCoordinator() {
        return (Coordinator) getSource();
    }

    /** The group that it changed in. */
    public String getGroup() {
        return getCoordinator().group();
    }
}
