package dev.coord.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A monotonic clock that stands still until a test moves it. It begins shortly before the values wrap round, so that code which
 * compares two values instead of their difference fails. Safe for use by many threads.
 */
public final class SettableNanoClock implements NanoClock {
    private static final long BEFORE_WRAP = Duration.ofMillis(300).toNanos();

    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - BEFORE_WRAP);
    private volatile Runnable onRead = () -> {};

    /** Moves the clock forward. */
    public void tick(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("A monotonic clock never goes back: " + time);
        }
        now.addAndGet(time.toNanos());
    }

    public void tickMillis(long millis) {
        tick(Duration.ofMillis(millis));
    }

    /** Runs {@code hook} after each reading, before the reader gets the value: a pause right after looking at the clock. */
    public void onRead(Runnable hook) {
        onRead = hook;
    }

    @Override
    public long nanoTime() {
        long read = now.get();
        onRead.run();
        return read;
    }
}
