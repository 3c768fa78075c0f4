package dev.coord.cluster;

import java.time.Duration;

/**
 * When a participant may stand for election. One that is not a candidate, because it has not started or has handed over, only
 * when it needs a leader and nobody else stands. One that gave up leadership: after stepping down: when the pause is over, or earlier when the
 * lease stays free because nobody else wants it. After its handler failed: not before the pause is over, which doubles with each
 * failure in a row. Safe for use by many threads.
 */
final class ClaimPause {
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(30);

    private final Duration unwanted;
    private final Until steppedDown = new Until();
    private final Until failed = new Until();
    /** For how long after somebody asked for a leader a claim is of use. */
    private final Until needed = new Until();

    private boolean candidate;
    private boolean retired;
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

    /** From now on it is a candidate, unless it has retired. */
    synchronized void stand() {
        candidate = !retired;
    }

    /** From now on it is no candidate. */
    synchronized void retire() {
        retired = true;
        candidate = false;
    }

    synchronized boolean isCandidate() {
        return candidate;
    }

    synchronized boolean isRetired() {
        return retired;
    }

    /** At {@code now} this participant needs a leader, within {@code max}; says whether that makes a difference. */
    synchronized boolean needed(Duration max, long now) {
        boolean news = !candidate && !needed.isAhead(now);
        needed.atLeast(now + max.toNanos());
        return news;
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
     * @param alone whether there is no other participant
     */
    synchronized boolean mayClaim(long now, Duration claimableFor, boolean alone) {
        if (failed.isAhead(now)) {
            return false;
        }
        if (!candidate) {
            return needed.isAhead(now) && (alone || claimableFor.compareTo(unwanted) > 0);
        }
        return !steppedDown.isAhead(now) || claimableFor.compareTo(unwanted) > 0;
    }
}
