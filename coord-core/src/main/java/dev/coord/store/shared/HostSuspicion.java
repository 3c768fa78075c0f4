package dev.coord.store.shared;

import java.time.Duration;

/**
 * When a host that gives no sign of life counts as frozen: after the threshold, and a second look. Silence is counted in steps,
 * each at most {@link #LONGEST_STEP} long, so that a process that was itself frozen does not blame the host on waking up. A
 * process that has not heard from any host yet is itself starting, and waits longer.
 *
 * <p>Not safe for use by several threads.
 */
final class HostSuspicion {
    static final Duration LONGEST_STEP = Duration.ofMillis(200);
    /** Times the threshold, for a process that has not heard from any host yet. */
    static final int PATIENCE_AT_START = 4;

    private final long thresholdNanos;
    private long epoch;
    private long heardAt;
    private long steppedAt;
    private long silentNanos;
    private boolean suspectedOnce;
    private boolean heardAny;

    HostSuspicion(Duration threshold) {
        this.thresholdNanos = threshold.toNanos();
    }

    /**
     * One step.
     *
     * @param current the epoch now; a new one starts with a clean slate
     * @param lastHeard when its host last gave a sign of life, or 0 if it never did
     * @param now the same clock
     * @return whether the host counts as frozen
     */
    boolean step(long current, long lastHeard, long now) {
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
        silentNanos += Math.min(now - steppedAt, LONGEST_STEP.toNanos());
        steppedAt = now;
        if (silentNanos <= (heardAny ? thresholdNanos : thresholdNanos * PATIENCE_AT_START)) {
            return false;
        }
        boolean again = suspectedOnce;
        suspectedOnce = true;
        return again;
    }

    /** Waits for another threshold before it suspects again. */
    void restart() {
        silentNanos = 0;
        suspectedOnce = false;
    }

    /** How long the host has been silent, as far as it was watched. */
    Duration silence() {
        return Duration.ofNanos(silentNanos);
    }
}
