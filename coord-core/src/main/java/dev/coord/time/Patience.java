package dev.coord.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/**
 * How long to wait before silence means something, on a machine that may be busy: a few times the longest pause that was seen of
 * late, never less than what is configured, and never more than a limit. Who has just begun expects the worst, until it has run
 * freely for a while: a JVM that loads its classes beside others is starved for seconds.
 *
 * <p>A pure rule: it is told of pauses and of the time, and reads no clock. Safe for use by many threads, which never wait for
 * each other: it is asked on threads that must not be late.
 */
public final class Patience {
    /** It outlasts a pause that is so many times as long as the longest that was seen. */
    static final int FACTOR = 5;
    /** A pause is remembered for at least this long, and at most twice as long. */
    public static final Duration MEMORY = Duration.ofSeconds(30);
    /** Who has just begun expects the worst until it has run for so long with no pause worth the name. */
    public static final Duration CALM = Duration.ofSeconds(10);
    /** Of the least: a shorter pause is none, or a busy machine would never count as calm. */
    private static final int WORTH_THE_NAME = 10;

    private final long least;
    private final long most;
    private final AtomicReference<State> state;

    /**
     * @param longest the longest pause in the time that began at {@code since}
     * @param before the longest pause in the time before
     * @param young whether it has not run freely for long enough since it began
     * @param calmSince the end of the last pause worth the name, or the beginning
     */
    private record State(long longest, long before, long since, boolean young, long calmSince) {
        State at(long now) {
            boolean stillYoung = young && now - calmSince < CALM.toNanos();
            long memory = MEMORY.toNanos();
            long passed = now - since;
            if (passed < memory) {
                return young == stillYoung ? this : new State(longest, before, since, stillYoung, calmSince);
            }
            return new State(0, passed < 2 * memory ? longest : 0, now, stillYoung, calmSince);
        }
    }

    /** Has just begun, at {@code now}. Where {@code most} is not more than {@code least} it never changes. */
    public Patience(Duration least, Duration most, long now) {
        this(least, most, now, true);
    }

    private Patience(Duration least, Duration most, long now, boolean young) {
        this.least = least.toNanos();
        this.most = Math.max(this.least, most.toNanos());
        this.state = new AtomicReference<>(new State(0, 0, now, young, now));
    }

    /** One that goes by the pauses alone, from the beginning. */
    public static Patience ofPausesAlone(Duration least, Duration most, long now) {
        return new Patience(least, most, now, false);
    }

    /** A pause that lasted for {@code pause} has ended at {@code now}. One that is zero or less is none. */
    public void paused(Duration pause, long now) {
        long nanos = pause.toNanos();
        if (nanos <= 0) {
            return;
        }
        state.updateAndGet(before -> {
            State at = before.at(now);
            boolean worthTheName = nanos >= least / WORTH_THE_NAME;
            return new State(
                    Math.max(at.longest, nanos), at.before, at.since, at.young, worthTheName ? now : at.calmSince);
        });
    }

    /** How long to wait, as of {@code now}. */
    public Duration at(long now) {
        State at = state.updateAndGet(before -> before.at(now));
        return Duration.ofNanos(at.young ? most : outlasting(Math.max(at.longest, at.before)));
    }

    /** The longest pause that is remembered at {@code now}; zero if there was none. */
    public Duration longestPause(long now) {
        State at = state.updateAndGet(before -> before.at(now));
        return Duration.ofNanos(Math.max(at.longest, at.before));
    }

    /** Doubled again and again rather than multiplied, so that it does not change with each pause that is a little longer. */
    private long outlasting(long pause) {
        long wait = least;
        while (wait < most && wait / FACTOR < pause) {
            wait *= 2;
        }
        return Math.min(wait, most);
    }
}
