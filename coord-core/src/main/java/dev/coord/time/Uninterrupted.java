package dev.coord.time;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits that an interrupt does not end, but that leave the thread interrupted then. Not those of Guava, though gRPC brings it: an
 * application may have a version that lacks them.
 */
public final class Uninterrupted {
    private Uninterrupted() {}

    private interface Wait {
        boolean of(long nanos) throws InterruptedException;
    }

    /** Waits for the end of {@code thread}, at most for {@code nanos}; not at all if that is not positive. */
    public static void join(Thread thread, long nanos) {
        var unused = wait(nanos, left -> {
            TimeUnit.NANOSECONDS.timedJoin(thread, left);
            return true;
        });
    }

    /** Whether {@code latch} is open, which it has {@code max} to become. */
    public static boolean await(CountDownLatch latch, Duration max) {
        return wait(max.toNanos(), left -> latch.await(left, TimeUnit.NANOSECONDS));
    }

    private static boolean wait(long nanos, Wait wait) {
        Deadline end = Deadline.in(Duration.ofNanos(nanos));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return wait.of(end.leftNanos());
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
