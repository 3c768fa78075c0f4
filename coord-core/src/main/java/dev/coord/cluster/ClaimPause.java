package dev.coord.cluster;

import java.time.Duration;

/**
 * When a participant that gave up leadership may stand again. After stepping down: when the pause is over, or earlier when the
 * lease stays free because nobody else wants it. After its handler failed: not before the pause is over, which doubles with each
 * failure in a row. Safe for use by many threads.
 */
final class ClaimPause {
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

    private final Duration unwanted;
    private final Until steppedDown = new Until();
    private final Until failed = new Until();
    private Duration backoff = FIRST_BACKOFF;

    /** A moment that may only be put off. */
    private static final class Until {
        private long at;
        private boolean set;

        void atLeast(long moment) {
            if (!set || moment - at > 0) {
                at = moment;
                set = true;
            }
        }

        boolean isAhead(long now) {
            set = set && at - now > 0;
            return set;
        }
    }

    /** @param unwanted a lease that stays free for longer is wanted by nobody */
    ClaimPause(Duration unwanted) {
        this.unwanted = unwanted;
    }

    /** Stepped down at {@code now}, for {@code pause}. */
    synchronized void steppedDown(Duration pause, long now) {
        steppedDown.atLeast(now + pause.toNanos());
    }

    /** The handler failed at {@code now}; says for how long the participant does not stand. */
    synchronized Duration handlerFailed(long now) {
        Duration pause = backoff;
        failed.atLeast(now + pause.toNanos());
        Duration next = backoff.multipliedBy(2);
        backoff = next.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : next;
        return pause;
    }

    /** A leadership went well: the next failure is a first one. */
    synchronized void wentWell() {
        backoff = FIRST_BACKOFF;
    }

    /**
     * Whether the participant may claim.
     *
     * @param claimableFor for how long it has seen the lease claimable and unchanged
     */
    synchronized boolean mayClaim(long now, Duration claimableFor) {
        if (failed.isAhead(now)) {
            return false;
        }
        return !steppedDown.isAhead(now) || claimableFor.compareTo(unwanted) > 0;
    }
}
