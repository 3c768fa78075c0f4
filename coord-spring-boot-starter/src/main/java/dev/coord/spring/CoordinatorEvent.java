package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import org.springframework.context.ApplicationEvent;

/**
 * Something that the {@link Coordinator} which is its source has to tell: a {@link RoleEvent}, a {@link LeaderChangedEvent} or a
 * {@link ParticipantsChangedEvent}.
 *
 * <p>The events of one coordinator are published one at a time and in order, on a thread of the coordinator's own, and never
 * before the application context is ready. They do not change, so that a listener may look at them later, on any thread. An event
 * tells what happened; by the time it is heard that may be over.
 *
 * <p>What a listener throws is logged, and costs nobody the lease; but it keeps the event from the listeners after it.
 */
public abstract class CoordinatorEvent extends ApplicationEvent {
    private static final long serialVersionUID = 1L;

    CoordinatorEvent(Coordinator source) {
        super(source);
    }

    /** Whose event this is. */
    public Coordinator getCoordinator() {
        return (Coordinator) getSource();
    }

    /** What it says besides the group, for {@link #toString()}. */
    abstract String says();

    /** In words; not for programs. */
    @Override
    public String toString() {
        return getClass().getSimpleName() + "[group=" + getGroup() + ", " + says() + "]";
    }

    /** The group that it is about. */
    public String getGroup() {
        return getCoordinator().group();
    }
}
