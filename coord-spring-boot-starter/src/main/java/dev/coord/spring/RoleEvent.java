package dev.coord.spring;

import dev.coord.cluster.Coordinator;

/**
 * A role change of the {@link Coordinator} that is its source. Listen to this class to hear of all of them.
 *
 * <p>Like all {@link CoordinatorEvent}s they come one at a time and in order; they are strictly paired (became leader …
 * leadership lost). By the time an event is heard the role may have changed again. Work that needs the leadership belongs into a
 * {@link dev.coord.cluster.RoleChangeHandler}, or asks {@link dev.coord.Leadership#isHeld()}.
 */
public abstract class RoleEvent extends CoordinatorEvent {
    private static final long serialVersionUID = 1L;

    RoleEvent(Coordinator source) {
        super(source);
    }
}
