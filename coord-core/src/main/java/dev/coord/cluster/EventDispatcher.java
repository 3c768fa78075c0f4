package dev.coord.cluster;

import dev.coord.Registration;
import dev.coord.work.Listeners;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners of changes, one at a time and in order, on one thread, which is there from the first of them on. */
final class EventDispatcher implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(EventDispatcher.class);

    private final String group;
    private final Listeners<CoordinatorListener> listeners;
    /** An empty one is the end. Without a lock: the thread that renews the lease must not wait for one that was not run. */
    private final BlockingQueue<Optional<Runnable>> events = new LinkedTransferQueue<>();

    private final AtomicBoolean started = new AtomicBoolean();
    private volatile @Nullable Runnable start;
    private volatile boolean ending;

    EventDispatcher(String group) {
        this.group = group;
        this.listeners = new Listeners<>(LOG, "a change of group " + group);
    }

    Registration addListener(CoordinatorListener listener) {
        return listeners.add(listener);
    }

    void publish(Consumer<CoordinatorListener> event) {
        if (!listeners.isEmpty()) {
            run(() -> listeners.tell(listener -> tell(listener, event)));
        }
    }

    /** Runs {@code work}, which does not throw, after the events before it. Never waits. */
    void run(Runnable work) {
        events.add(Optional.of(work));
        startIfNeeded();
    }

    /** {@code start} starts the thread that {@link #run runs} this, as soon as there is something to tell. */
    void startWith(Runnable starting) {
        start = starting;
        if (!events.isEmpty()) {
            startIfNeeded();
        }
    }

    private void startIfNeeded() {
        Runnable starting = start;
        if (starting != null && started.compareAndSet(false, true)) {
            starting.run();
        }
    }

    /** Ends {@link #run()} after the events before it. */
    void end() {
        ending = true;
        events.add(Optional.empty());
    }

    @Override
    public void run() {
        try {
            for (var event = events.take(); event.isPresent(); event = events.take()) {
                event.get().run();
            }
        } catch (InterruptedException e) {
            // Closing did not want to wait any longer for a listener.
            LOG.debug("Group {}: listeners were interrupted", group, e);
        }
    }

    private void tell(CoordinatorListener listener, Consumer<CoordinatorListener> event) {
        try {
            event.accept(listener);
        } finally {
            // Only closing interrupts this thread; what a listener left behind must not end it.
            if (!ending && Thread.interrupted()) {
                LOG.debug("Group {}: {} left its interrupt behind", group, listener);
            }
        }
    }
}
