package dev.coord.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A part's use of the one timer thread that all parts of coord in this process share, however many groups it is in. The thread is there
 * as long as somebody uses it. Tasks must not block, nor take long: they would delay those of all others. They come from
 * {@link Workers#task}, so that a failure of one is told, and costs nobody the thread. Safe for use by many threads.
 */
public final class SharedTimer implements AutoCloseable {
    private static final Duration CLOSE = Duration.ofSeconds(1);
    private static final Object SHARED = new Object();
    private static @Nullable ScheduledThreadPoolExecutor shared;
    private static int users;

    private final ScheduledThreadPoolExecutor executor;
    /** Held by the task that runs. */
    private final ReentrantLock running = new ReentrantLock();

    private final List<Future<?>> periodic = new ArrayList<>();
    private volatile boolean closed;

    /** Begins to use it. */
    public SharedTimer() {
        executor = use();
    }

    private static ScheduledThreadPoolExecutor use() {
        synchronized (SHARED) {
            ScheduledThreadPoolExecutor present = shared;
            if (present == null) {
                present = new ScheduledThreadPoolExecutor(1, work -> Workers.daemon("coord-timer", work));
                present.setRemoveOnCancelPolicy(true);
                shared = present;
            }
            users++;
            return present;
        }
    }

    /**
     * Runs {@code task} soon.
     *
     * @throws RejectedExecutionException if this is closed
     */
    public void execute(Runnable task) {
        var unused = schedule(task, Duration.ZERO);
    }

    /**
     * Runs {@code task} in {@code delay}, unless this is closed by then.
     *
     * @throws RejectedExecutionException if this is closed
     */
    public ScheduledFuture<?> schedule(Runnable task, Duration delay) {
        checkOpen();
        return executor.schedule(() -> run(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Runs {@code task} each {@code interval}, for the first time after the first, until this is closed.
     *
     * @throws RejectedExecutionException if this is closed
     */
    public synchronized void every(Duration interval, Runnable task) {
        checkOpen();
        long nanos = interval.toNanos();
        periodic.add(executor.scheduleAtFixedRate(() -> run(task), nanos, nanos, TimeUnit.NANOSECONDS));
    }

    private void checkOpen() {
        if (closed) {
            throw new RejectedExecutionException("This use of the timer is over");
        }
    }

    private void run(Runnable task) {
        running.lock();
        try {
            if (!closed) {
                task.run();
            }
        } finally {
            running.unlock();
        }
    }

    /** Ends this use: no task begins any more. Waits a moment for the one that runs. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            periodic.forEach(task -> task.cancel(false));
        }
        awaitRunning();
        synchronized (SHARED) {
            users--;
            if (users == 0) {
                executor.shutdownNow();
                shared = null;
            }
        }
    }

    private void awaitRunning() {
        try {
            if (running.tryLock(CLOSE.toNanos(), TimeUnit.NANOSECONDS)) {
                running.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
