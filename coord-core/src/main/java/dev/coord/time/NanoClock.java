package dev.coord.time;

import java.time.Duration;

/**
 * A monotonic clock for deadlines and ages. Its values mean nothing by themselves: only their differences within one process
 * do, and no value is ever sent to another process. Wall clocks, which can be moved, are not used for any decision.
 */
@FunctionalInterface
public interface NanoClock {
    /** Nanoseconds since an arbitrary point; compare by difference, as with {@link System#nanoTime()}. */
    long nanoTime();

    /** The time from {@code since}, a value of this clock, until now. */
    default Duration since(long since) {
        return Duration.ofNanos(nanoTime() - since);
    }

    /** The clock of this process. */
    static NanoClock system() {
        return System::nanoTime;
    }
}
