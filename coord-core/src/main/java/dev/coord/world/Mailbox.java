package dev.coord.world;

import dev.coord.work.Listeners;
import dev.coord.world.WorldListener.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one listener is still to be told of, one after the other on an executor of its own, up to a limit in bytes. */
final class Mailbox {
    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);
    private static final long LEAST_BYTES = 200;

    private final Executor executor;
    private final long maxBytes;
    private final Runnable emptied;
    private final Listeners<WorldListener> listener = new Listeners<>(LOG, "a commit");
    private final Deque<Event> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean busy;
    private boolean missed;
    private boolean closed;

    /** @param emptied told when the listener has dealt with all, after it was {@linkplain #take taken} something */
    Mailbox(WorldListener listener, Executor executor, long maxBytes, Runnable emptied) {
        this.executor = executor;
        this.maxBytes = maxBytes;
        this.emptied = emptied;
        var unused = this.listener.add(listener);
    }

    /**
     * Has the listener told of {@code event}, unless too much waits already; says whether it will be.
     *
     * @throws RejectedExecutionException if the executor refuses; it waits then, to be {@linkplain #take taken} back
     */
    boolean offer(Event event) {
        synchronized (this) {
            long size = size(event);
            // One alone always fits: it may be all that is there.
            if (!waiting.isEmpty() && bytes + size > maxBytes) {
                return false;
            }
            if (closed) {
                return true;
            }
            waiting.add(event);
            bytes += size;
            if (busy) {
                return true;
            }
            busy = true;
        }
        try {
            executor.execute(this::tell);
        } catch (RejectedExecutionException e) {
            synchronized (this) {
                busy = false;
            }
            throw e;
        }
        return true;
    }

    private static long size(Event event) {
        return LEAST_BYTES
                + event.changes().stream()
                        .mapToLong(change -> LEAST_BYTES + ChangeSize.of(change))
                        .sum();
    }

    /**
     * Takes back what the listener was not told of yet.
     *
     * @param again whether to say when it has dealt with the rest
     */
    List<Event> take(boolean again) {
        List<Event> taken;
        synchronized (this) {
            taken = new ArrayList<>(waiting);
            waiting.clear();
            bytes = 0;
            missed = again && busy;
            if (!again || busy) {
                return taken;
            }
        }
        emptied.run();
        return taken;
    }

    /** Whether the listener has dealt with all. */
    synchronized boolean isIdle() {
        return !busy;
    }

    synchronized void close() {
        closed = true;
        waiting.clear();
        bytes = 0;
    }

    private void tell() {
        for (Event event = next(); event != null; event = next()) {
            Event next = event;
            listener.tell(told -> told.changed(next));
        }
    }

    private @Nullable Event next() {
        synchronized (this) {
            Event next = waiting.poll();
            if (next != null) {
                bytes -= size(next);
                return next;
            }
            busy = false;
            if (!missed || closed) {
                return null;
            }
            missed = false;
        }
        emptied.run();
        return null;
    }
}
