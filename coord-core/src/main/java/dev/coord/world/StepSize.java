package dev.coord.world;

import java.time.Duration;

/**
 * How much is done at once of something that delays others: as much as takes a few milliseconds, which depends on the machine and on
 * what there is to do. Not safe for use by many threads.
 */
final class StepSize {
    private static final long LONG_NANOS = Duration.ofMillis(8).toNanos();

    private final int least;
    private final int most;
    private int size;

    StepSize(int least, int most) {
        this.least = least;
        this.most = most;
        this.size = least;
    }

    int get() {
        return size;
    }

    /** A step of this size took {@code nanos}, all waiting included. */
    void took(long nanos) {
        if (nanos > LONG_NANOS) {
            size = Math.max(least, size / 2);
        } else if (nanos < LONG_NANOS / 4) {
            size = Math.min(most, 2 * size);
        }
    }
}
