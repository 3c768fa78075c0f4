package dev.coord.spring.autoconfigure;

import dev.coord.Registration;
import dev.coord.world.World;
import dev.coord.world.WorldListener.Event;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls a listener on a thread of its own, one event after the other. */
final class WorldListenerThread {
    private static final Logger LOG = LoggerFactory.getLogger(WorldListenerThread.class);
    private static final int MAX_WAITING = 1000;
    private static final long END_MILLIS = 1000;

    private final WorldListenerMethod method;
    private final BlockingQueue<Event> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
    private final Thread thread;
    private final Registration registration;
    private volatile boolean closed;
    private @Nullable Class<?> lastThrown;

    WorldListenerThread(WorldListenerMethod method, World world, ThreadFactory threads) {
        this.method = method;
        this.thread = threads.newThread(this::run);
        thread.setName("coord-listener-" + method.prefix());
        this.registration = world.watch(method.prefix(), this::add);
    }

    /** Begins to call it; used once. */
    void start() {
        thread.start();
    }

    /** On the world's thread, which waits while too much waits here. */
    private void add(Event event) {
        try {
            while (!closed && !waiting.offer(event, 100, TimeUnit.MILLISECONDS)) {
                LOG.trace("{} is {} events behind", method.name(), MAX_WAITING);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closed) {
            try {
                tell(waiting.take());
            } catch (InterruptedException e) {
                LOG.trace("{} was interrupted", method.name(), e);
            }
        }
    }

    private void tell(Event event) {
        try {
            method.listener().changed(event);
            lastThrown = null;
        } catch (RuntimeException | Error e) {
            if (closed) {
                LOG.debug("{} ended with commit {}", method.name(), event.seqno(), e);
            } else if (e.getClass() == lastThrown) {
                LOG.debug("{} failed again, at commit {}", method.name(), event.seqno(), e);
            } else {
                lastThrown = e.getClass();
                LOG.warn("{} failed at commit {}; it goes on with the next one", method.name(), event.seqno(), e);
            }
        }
    }

    /** Ends it; waits a moment for a call that goes on. */
    void close() {
        closed = true;
        registration.close();
        thread.interrupt();
        try {
            thread.join(END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("{} does not end even though it was interrupted", method.name());
        }
    }
}
