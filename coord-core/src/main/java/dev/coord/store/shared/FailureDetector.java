package dev.coord.store.shared;

import dev.coord.time.Patience;
import java.time.Duration;

/**
 * When an owner that gives no sign of life counts as frozen (E9): after the threshold, and a second look. Silence is counted in steps,
 * each at most {@link #LONGEST_STEP} long, so that a process that was itself frozen does not blame the owner on waking up; and only
 * while this process could have heard something. A process that has not heard from any owner yet is itself starting, and waits
 * longer; so does one that sees that it is not run in time: its machine is busy, and the owner has no more of it.
 *
 * <p>Not safe for use by several threads.
 */
final class FailureDetector {
    static final Duration LONGEST_STEP = Duration.ofMillis(200);
    /** Times the threshold, for a process that has not heard from any owner yet, or is hardly run. */
    static final int MOST_PATIENCE = 4;
    /** What lies between two steps of a process that is run in time. */
    static final Duration USUAL_STEP = Duration.ofMillis(50);

    private final Duration threshold;
    private final Patience patience;
    private long epoch;
    private long heardAt;
    private long lookedAt;
    /** The last step that counted. */
    private long steppedAt;

    private long silentNanos;
    private boolean suspectedOnce;
    private boolean heardAny;

    FailureDetector(Duration threshold, long now) {
        this.threshold = threshold;
        this.patience = Patience.ofPausesAlone(threshold, threshold.multipliedBy(MOST_PATIENCE), now);
        this.lookedAt = now;
        this.steppedAt = now;
    }

    /**
     * One step.
     *
     * @param current the epoch now; a new one starts with a clean slate
     * @param lastHeard when its owner last gave a sign of life, or 0 if it never did
     * @param couldHear whether whatever had arrived by the step before has been looked at since
     * @param now the same clock
     * @return whether the owner counts as frozen
     */
    boolean step(long current, long lastHeard, boolean couldHear, long now) {
        patience.paused(Duration.ofNanos(now - lookedAt).minus(USUAL_STEP), now);
        lookedAt = now;
        heardAny |= lastHeard != 0;
        if (current != epoch || lastHeard != heardAt) {
            boolean newEpoch = current != epoch;
            epoch = current;
            heardAt = lastHeard;
            steppedAt = now;
            // What was heard was heard a while ago, if we looked in time to know.
            silentNanos =
                    newEpoch || lastHeard == 0 ? 0 : Math.max(0, Math.min(now - lastHeard, LONGEST_STEP.toNanos()));
            suspectedOnce = false;
            return false;
        }
        if (!couldHear) {
            return false;
        }
        silentNanos += Math.min(now - steppedAt, LONGEST_STEP.toNanos());
        steppedAt = now;
        if (silentNanos <= patience(now).toNanos()) {
            return false;
        }
        boolean again = suspectedOnce;
        suspectedOnce = true;
        return again;
    }

    /** It took {@code late} until what had arrived was looked at. */
    void heardLate(Duration late, long now) {
        patience.paused(late.minus(USUAL_STEP), now);
    }

    /** How much silence is too much. */
    Duration patience(long now) {
        return heardAny ? patience.at(now) : threshold.multipliedBy(MOST_PATIENCE);
    }

    /** Waits for another threshold before it suspects again. */
    void restart() {
        silentNanos = 0;
        suspectedOnce = false;
    }

    /** How long the owner has been silent, as far as it was watched. */
    Duration silence() {
        return Duration.ofNanos(silentNanos);
    }
}
