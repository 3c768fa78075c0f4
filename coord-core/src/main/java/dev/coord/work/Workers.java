package dev.coord.work;

import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads and repeated tasks of one part of coord. None of them ends by an error, whatever it is: it is noted, then told, and
 * the work begins anew. Noting needs no memory, class or log, so it also succeeds where these are the trouble: when the
 * application's jar was replaced under it, every class that is used for the first time is missing, those of the log included.
 */
public final class Workers {
    private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
    private static final int REST_SECONDS = 5;
    private static final long SETTLED_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(20).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private final NanoClock clock;
    private final List<Life> lives = new CopyOnWriteArrayList<>();
    private volatile boolean closed;

    /** What a thread does, until it returns; interrupted when nobody wants to wait for it any longer. */
    @FunctionalInterface
    public interface Work {
        /** Does it. */
        void run() throws InterruptedException;
    }

    public Workers(NanoClock clock) {
        this.clock = clock;
    }

    /** A thread, not started, that does {@code work} until it returns, and again when it fails. It keeps no JVM from ending. */
    public Thread loop(String name, Work work) {
        return daemon(name, repeated(name, work));
    }

    /** The same for a thread that is there already, which may do it several times. */
    public Runnable repeated(String name, Work work) {
        var life = new Life(name);
        lives.add(life);
        return () -> {
            life.over = false;
            do {
                life.began();
            } while (!life.attempt(work) && !closed);
            life.over = true;
        };
    }

    /** A thread, not started, that does {@code work} once. */
    public Thread once(String name, Work work) {
        var life = new Life(name);
        return daemon(name, () -> life.attempt(work));
    }

    /** For timers, which would not call a task again that failed: this one does not. */
    public Runnable task(String name, Runnable task) {
        Executor guarded = guarded(name);
        return () -> guarded.execute(task);
    }

    /** Runs what it is given on the calling thread, which its failures do not reach. */
    public Executor guarded(String name) {
        var life = new Life(name);
        lives.add(life);
        return task -> {
            if (life.attempt(task::run)) {
                life.worked();
            }
        };
    }

    /** A thread that does not keep the JVM from ending. */
    public static Thread daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    /**
     * One thread, of {@code threads}, that is there while there is something to do, and for {@value #REST_SECONDS} s after. What it
     * is given is carried out in order.
     */
    public static ExecutorService onDemand(ThreadFactory threads) {
        return new RestingExecutor(threads);
    }

    /** An executor whose thread does not stay. */
    private static final class RestingExecutor extends ThreadPoolExecutor {
        RestingExecutor(ThreadFactory threads) {
            super(1, 1, REST_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threads);
            allowCoreThreadTimeOut(true);
        }
    }

    /** A timer with one such thread, which is there from its first task on. */
    public static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(work -> daemon(name, work));
    }

    /** Whatever fails from now on is not begun anew. */
    public void close() {
        closed = true;
    }

    /** What is wrong, in words: threads and tasks that failed lately, or have ended though nobody closed this. */
    public List<String> problems() {
        return closed
                ? List.of()
                : lives.stream().filter(Life::isTroubled).map(Life::words).toList();
    }

    private final class Life {
        private final String name;
        private final Trouble trouble;
        private volatile @Nullable Throwable failure;
        private volatile long failedAt;
        private final AtomicLong failures = new AtomicLong();
        private volatile boolean over;
        private long pauseNanos = FIRST_PAUSE_NANOS;

        Life(String name) {
            this.name = name;
            this.trouble = new Trouble(LOG, "The work of " + name, clock);
        }

        void began() {
            if (failure == null) {
                return;
            }
            // Not in a tight loop.
            LockSupport.parkNanos(pauseNanos);
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 2);
        }

        /** Whether the work is over; false if it failed. */
        boolean attempt(Work work) {
            try {
                work.run();
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return true;
            } catch (Throwable e) { // Also those that nobody thinks of.
                failed(e);
                return false;
            }
        }

        /** Only stores into fields come before what may fail itself. */
        private void failed(Throwable why) {
            failure = why;
            failedAt = clock.nanoTime();
            failures.incrementAndGet();
            try {
                trouble.failed(why);
            } catch (Throwable untold) {
                // There is no way to tell it but the status, which reads the fields.
                failedAt = clock.nanoTime();
            }
        }

        void worked() {
            if (failure != null && clock.nanoTime() - failedAt > SETTLED_NANOS) {
                failure = null;
                try {
                    trouble.worked();
                } catch (Throwable untold) {
                    failedAt = clock.nanoTime();
                }
            }
        }

        boolean isTroubled() {
            return failure != null && (over || clock.nanoTime() - failedAt < SETTLED_NANOS);
        }

        String words() {
            return "the thread " + name + " failed, " + failures + (failures.get() == 1 ? " time" : " times")
                    + ", the last time with " + failure;
        }
    }
}
