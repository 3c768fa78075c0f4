package dev.coord.cluster;

import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Notices that this process is not run in time, from how late one of its threads comes back from waiting, and that the store
 * answers late. For one thread.
 */
final class PauseDetector {
    /** What the store may take for an answer on a machine that is not busy. */
    static final Duration USUAL_ANSWER = Duration.ofMillis(50);
    /** A pause that is longer is a reason for a lease that is lost. */
    static final Duration WORTH_TELLING = Duration.ofMillis(100);

    private final NanoClock clock;
    private final Consumer<Duration> noticed;
    private Duration last = Duration.ZERO;
    private long lastEnded;

    /** @param noticed told of each, however short, but not of none */
    PauseDetector(NanoClock clock, Consumer<Duration> noticed) {
        this.clock = clock;
        this.noticed = noticed;
    }

    /**
     * The thread wanted to wait for {@code wanted} at most, from {@code began} on. Whatever it waited beyond, it was not run, and
     * the other threads of the process were hardly better off.
     */
    void waited(long began, Duration wanted) {
        long now = clock.nanoTime();
        Duration pause = Duration.ofNanos(now - began).minus(wanted);
        notice(pause);
        if (pause.compareTo(WORTH_TELLING) > 0) {
            last = pause;
            lastEnded = now;
        }
    }

    /** The store answered after {@code took}: it is as good as a pause, but for the time that it may always take. */
    void answered(Duration took) {
        notice(took.minus(USUAL_ANSWER));
    }

    private void notice(Duration pause) {
        if (pause.compareTo(Duration.ZERO) > 0) {
            noticed.accept(pause);
        }
    }

    /**
     * Why a lease was lost, in words.
     *
     * @param sinceRenewal how long ago the last successful renewal began
     * @param unanswered for how long a renewal has been waiting for an answer
     */
    String whyLost(Duration sinceRenewal, Optional<Duration> unanswered) {
        String late = "the last renewal began " + sinceRenewal.toMillis() + " ms ago";
        if (!last.isZero() && clock.since(lastEnded).compareTo(sinceRenewal) < 0) {
            return "this process did not run for " + last.toMillis() + " ms, and " + late
                    + ": its machine is too busy, or it was suspended";
        }
        return unanswered
                .map(waiting -> "the store has given no answer for " + waiting.toMillis() + " ms, and " + late)
                .orElse(late);
    }
}
