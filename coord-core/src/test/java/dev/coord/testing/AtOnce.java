package dev.coord.testing;

import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Many threads that start at the same moment. */
public final class AtOnce {
    private static final Set<Thread.State> WAITING =
            EnumSet.of(Thread.State.BLOCKED, Thread.State.WAITING, Thread.State.TIMED_WAITING);

    private AtOnce() {}

    /** Runs each of {@code work} on a thread of its own; the results in the same order, or the first failure. */
    public static <T> List<T> run(List<Callable<T>> work) throws Exception {
        var barrier = new CyclicBarrier(work.size());
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            List<Future<T>> running = new ArrayList<>();
            for (Callable<T> one : work) {
                running.add(threads.submit(() -> {
                    barrier.await();
                    return one.call();
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : running) {
                results.add(one.get(Patience.SECONDS, TimeUnit.SECONDS));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Starts {@code work} on a thread of its own, and returns when that waits for something: it was not done before. */
    public static Thread startAndAwaitBlocked(Runnable work) {
        var thread = new Thread(work, "blocked");
        thread.setDaemon(true);
        thread.start();
        await("a thread that waits").until(() -> WAITING.contains(thread.getState()));
        return thread;
    }
}
