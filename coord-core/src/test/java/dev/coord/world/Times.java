package dev.coord.world;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** Times of single events, of which a benchmark prints quantiles. */
final class Times {
    private long[] nanos = new long[1 << 16];
    private int count;

    /**
     * What each submission takes that {@code world} is given in so many seconds, while {@code inFlight} are on their way.
     *
     * @param next the number of the operation before
     */
    static Times ofSubmissions(World world, AtomicInteger next, int inFlight, int seconds) throws InterruptedException {
        var times = new Times();
        var free = new Semaphore(inFlight);
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        while (System.nanoTime() < end) {
            free.acquire();
            long began = System.nanoTime();
            var unused = world.submitAsync(new BenchmarkOperations(next.incrementAndGet()))
                    .whenComplete((result, failure) -> {
                        free.release();
                        if (failure == null) {
                            times.add(System.nanoTime() - began);
                        }
                    });
        }
        free.acquire(inFlight);
        return times;
    }

    synchronized void add(long time) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = time;
    }

    synchronized String quantiles() {
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return String.format("p50 %.2f ms, p99 %.2f ms", sorted[count / 2] / 1e6, sorted[(int) (count * 0.99)] / 1e6);
    }

    synchronized int count() {
        return count;
    }
}
