package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Lets a {@link Coordinator} live as long as the application context, and publishes what it tells as {@link CoordinatorEvent}s.
 *
 * <p>Its phase is the last: it takes part when everything else, the web server too, has started, and it is the first to stop. So
 * a leader hands over before its web server waits for the last requests, and while every bean that its handlers use is there.
 *
 * <p>A coordinator is used once: a context that was stopped, rather than closed, cannot be started again. Tests that share a
 * cached context do not pause it.
 */
public final class CoordinatorLifecycle implements SmartLifecycle, DisposableBean {
    /** After, and at the end before, everything else. */
    public static final int PHASE = DEFAULT_PHASE;

    private final Coordinator coordinator;
    private final ContextReadiness readiness;
    private volatile boolean running;

    public CoordinatorLifecycle(
            Coordinator coordinator, ApplicationEventPublisher publisher, ContextReadiness readiness) {
        this.coordinator = coordinator;
        this.readiness = readiness;
        coordinator.addListener(new CoordinatorEventPublisher(coordinator, publisher, readiness));
    }

    /**
     * Starts the coordinator.
     *
     * @throws dev.coord.CoordException if it cannot take part, which ends the start of the application
     */
    @Override
    public void start() {
        readiness.contextStarts();
        coordinator.start();
        running = true;
    }

    /** Closes the coordinator; returns when its handler has ended, or its time to end is over, and the lease is released. */
    @Override
    public void stop() {
        running = false;
        readiness.contextStops();
        coordinator.close();
    }

    /** A context whose refresh fails is destroyed without having been stopped. */
    @Override
    public void destroy() {
        stop();
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public int getPhase() {
        return PHASE;
    }
}
