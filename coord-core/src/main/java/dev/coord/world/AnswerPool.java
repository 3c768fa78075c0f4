package dev.coord.world;

import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads for what applications do with their answers. Handing each answer to a thread of its own would cost more than all the
 * rest of a submission; this pool makes more threads only if some wait for other answers. The common pool is none on two cores.
 */
final class AnswerPool {
    private static final int MAX_THREADS = 1024;
    /** The pool numbers its threads only when they run. */
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** It belongs to the process, and keeps no JVM from ending. */
    static final Executor EXECUTOR = new ForkJoinPool(
            Math.max(4, Runtime.getRuntime().availableProcessors()),
            AnswerPool::thread,
            null,
            true,
            0,
            MAX_THREADS,
            1,
            pool -> true,
            // Such a pool ends its idle threads one after the other, each after this time.
            200,
            TimeUnit.MILLISECONDS);

    private AnswerPool() {}

    private static ForkJoinWorkerThread thread(ForkJoinPool pool) {
        ForkJoinWorkerThread thread = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool);
        thread.setName("coord-world-answers-" + NUMBER.incrementAndGet());
        // By default they could not see the classes in an executable jar.
        thread.setContextClassLoader(AnswerPool.class.getClassLoader());
        return thread;
    }
}
