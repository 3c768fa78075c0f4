package dev.coord.cluster;

import dev.coord.Registration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Threads that wait for the end themselves: they called {@link Coordinator#close()} or {@link Coordinator#handOver()}, closed the
 * application, or called {@link System#exit}, from inside a callback perhaps. Whoever ends what they belong to must neither wait
 * for them, which would be for ever, nor interrupt them, which would break off the closing that they are at.
 */
public final class EndingThreads {
    /** How often a thread has begun to wait for an end. */
    private static final Map<Thread, Integer> WAITING = new ConcurrentHashMap<>();

    private EndingThreads() {}

    /** The present thread waits for an end, until what this returns is closed, on the same thread. */
    public static Registration enter() {
        Thread self = Thread.currentThread();
        WAITING.merge(self, 1, Integer::sum);
        return () -> WAITING.computeIfPresent(self, (thread, times) -> times == 1 ? null : times - 1);
    }

    /** Whether {@code thread} waits for an end. Looks at its stack, which takes some microseconds. */
    public static boolean isEnding(Thread thread) {
        if (WAITING.containsKey(thread)) {
            return true;
        }
        // Nothing returns from there, and nothing else says that a thread is in it.
        for (StackTraceElement frame : thread.getStackTrace()) {
            if (frame.getMethodName().equals("exit")
                    && (frame.getClassName().equals("java.lang.Runtime")
                            || frame.getClassName().equals("java.lang.Shutdown"))) {
                return true;
            }
        }
        return false;
    }
}
