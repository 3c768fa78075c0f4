package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.SmartLifecycle;

/**
 * Lets a {@link Coordinator} live as long as the application context, and publishes what it tells as {@link CoordinatorEvent}s.
 *
 * <p>It is opened before the web server listens, so that requests find the world and the others. It takes part when the application
 * is ready, and hands over before anything else ends, see {@link ContextReadiness}: a leader's work ends while every bean that it
 * uses is there, and another one leads while the web server answers its last requests. As a follower it stays until these are
 * answered and the web server is gone, and leaves then.
 *
 * <p>A coordinator is used once: a context that was stopped, rather than closed, cannot be started again. Tests that share a
 * cached context do not pause it.
 */
public final class CoordinatorLifecycle implements SmartLifecycle, DisposableBean {
    /** Before web servers start, and after they have stopped. */
    public static final int PHASE = DEFAULT_PHASE - 4096;

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
     * Opens the coordinator, which takes part when the application is ready.
     *
     * @throws dev.coord.CoordException if it cannot be opened, which ends the start of the application
     */
    @Override
    public void start() {
        coordinator.open();
        readiness.expect(this);
        running = true;
    }

    /** The application is ready. */
    void takePart() {
        if (running) {
            coordinator.start();
        }
    }

    /** The application is about to end; returns when its work in its role has ended, or its time to end is over. */
    void handOver() {
        coordinator.handOver();
    }

    /** Closes the coordinator; returns when its handler has ended, or its time to end is over, and it has left. */
    @Override
    public void stop() {
        running = false;
        readiness.contextStops();
        readiness.contextIsOver();
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
