package dev.coord.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A moment of a monotonic clock until which something is waited for. Safe for use by many threads. */
public final class Deadline {
    /** Later is never; longer times would overflow when they are compared. */
    private static final Duration NEVER = Duration.ofNanos(Long.MAX_VALUE / 4);

    private static final long LEAST_WAIT_NANOS = 1_000_000;

    private final NanoClock clock;
    private final long at;

    private Deadline(NanoClock clock, long at) {
        this.clock = clock;
        this.at = at;
    }

    /** In {@code max} from now; now if that is negative. */
    public static Deadline in(Duration max, NanoClock clock) {
        Duration limited = max.compareTo(NEVER) > 0 ? NEVER : max;
        return new Deadline(clock, clock.nanoTime() + (limited.isNegative() ? 0 : limited.toNanos()));
    }

    /** The same by the clock of this process, which is the one that waits go by. */
    public static Deadline in(Duration max) {
        return in(max, NanoClock.system());
    }

    /** {@code before} this one. */
    public Deadline earlier(Duration before) {
        return new Deadline(clock, at - before.toNanos());
    }

    /** The one of the two that comes first; both are of one clock. */
    public Deadline orSooner(Deadline other) {
        return other.at - at < 0 ? other : this;
    }

    /** Whether it has passed. */
    public boolean isOver() {
        return at - clock.nanoTime() <= 0;
    }

    /** How long it is until then; zero once it has passed. */
    public Duration left() {
        return Duration.ofNanos(leftNanos());
    }

    /** The same in nanoseconds. */
    public long leftNanos() {
        return Math.max(0, at - clock.nanoTime());
    }

    /**
     * Waits on {@code monitor}, which the caller holds, until {@code reached}, which is asked after each notification, or until
     * this has passed; says whether it was reached.
     */
    public boolean await(Object monitor, BooleanSupplier reached) throws InterruptedException {
        while (!reached.getAsBoolean()) {
            if (!awaitNotification(monitor)) {
                return false;
            }
        }
        return true;
    }

    /** The same where nobody notifies of some of what {@code reached} asks for: it is asked again after each {@code look}. */
    public boolean await(Object monitor, BooleanSupplier reached, Duration look) throws InterruptedException {
        while (!reached.getAsBoolean()) {
            if (isOver()) {
                return false;
            }
            var unused = in(look, clock).orSooner(this).awaitNotification(monitor);
        }
        return true;
    }

    /**
     * Waits on {@code monitor}, which the caller holds, for one notification, at most until this has passed; false, without a
     * wait, if it has. May return without a notification.
     */
    public boolean awaitNotification(Object monitor) throws InterruptedException {
        long left = at - clock.nanoTime();
        if (left <= 0) {
            return false;
        }
        TimeUnit.NANOSECONDS.timedWait(monitor, Math.max(left, LEAST_WAIT_NANOS));
        return true;
    }
}
