package dev.coord.world;

import dev.coord.work.Workers;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads that do not keep a JVM from ending. */
final class Threads {
    private static final int MAX_ANSWERING = 1024;
    /** The pool numbers its threads only when they run. */
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /**
     * For what applications do with their answers. Handing each answer to a thread of its own would cost more than all the rest
     * of a submission; this pool makes more threads only if some wait for other answers. The common pool is none on two cores.
     */
    static final Executor ANSWERS = new ForkJoinPool(
            Math.max(4, Runtime.getRuntime().availableProcessors()),
            Threads::answering,
            null,
            true,
            0,
            MAX_ANSWERING,
            1,
            pool -> true,
            // Such a pool ends its idle threads one after the other, each after this time.
            200,
            TimeUnit.MILLISECONDS);

    private Threads() {}

    private static ForkJoinWorkerThread answering(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("coord-world-answers-" + NUMBER.incrementAndGet());
        // By default they could not see the classes in an executable jar.
        thread.setContextClassLoader(Threads.class.getClassLoader());
        return thread;
    }

    static Thread daemon(String name, Runnable work) {
        return Workers.daemon(name, work);
    }

    /** One that must not wait for a leader's answer, which may need it: see {@link BlockingCalls}. */
    static Thread nonBlocking(String name, Runnable work) {
        return new NonBlocking(name, work);
    }

    /** A timer with one such thread. */
    static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(work -> nonBlocking(name, work));
    }

    /** A thread that must not wait for a leader's answer. */
    static final class NonBlocking extends Thread {
        private NonBlocking(String name, Runnable work) {
            super(work, name);
            setDaemon(true);
        }
    }
}
