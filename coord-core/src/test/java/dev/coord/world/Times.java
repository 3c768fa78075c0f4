package dev.coord.world;

import java.util.Arrays;

/** Times of single events, of which a benchmark prints quantiles. */
final class Times {
    private long[] nanos = new long[1 << 16];
    private int count;

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
