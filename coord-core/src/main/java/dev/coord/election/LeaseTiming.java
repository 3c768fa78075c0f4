package dev.coord.election;

import dev.coord.InvalidSettingsException;
import dev.coord.time.Durations;
import java.time.Duration;

/**
 * The times of a lease. Only combinations in which a leader knows of its end before anyone else may win are possible.
 *
 * <p>A holder that sees that it is not run in time stretches the stale threshold, and the renew deadline in proportion. Others go
 * by the threshold that the row of the lease names.
 *
 * @param renewalInterval how often the holder renews
 * @param renewDeadline after how long without a successful renewal the holder considers itself deposed
 * @param staleThreshold after how long without a renewal others may take the lease
 * @param maxStaleThreshold how far the stale threshold is stretched at most
 */
public record LeaseTiming(
        Duration renewalInterval, Duration renewDeadline, Duration staleThreshold, Duration maxStaleThreshold) {
    private static final Duration DEFAULT_MAX_STALE_THRESHOLD = Duration.ofSeconds(10);
    private static final String RENEWAL_INTERVAL = "lease.renewal-interval";
    private static final String RENEW_DEADLINE = "lease.renew-deadline";
    private static final String STALE_THRESHOLD = "lease.stale-threshold";
    private static final String MAX_STALE_THRESHOLD = "lease.max-stale-threshold";

    /** Times that are never stretched. */
    public LeaseTiming(Duration renewalInterval, Duration renewDeadline, Duration staleThreshold) {
        this(renewalInterval, renewDeadline, staleThreshold, staleThreshold);
    }

    public LeaseTiming {
        Durations.limited("lease's renewal interval", renewalInterval, RENEWAL_INTERVAL);
        Durations.limited("lease's renew deadline", renewDeadline, RENEW_DEADLINE);
        Durations.limited("lease's stale threshold", staleThreshold, STALE_THRESHOLD);
        Durations.limited("lease's longest stale threshold", maxStaleThreshold, MAX_STALE_THRESHOLD);
        String all = "renewal interval " + millis(renewalInterval) + ", renew deadline " + millis(renewDeadline)
                + ", stale threshold " + millis(staleThreshold) + ", at most stretched to "
                + millis(maxStaleThreshold);
        if (renewalInterval.isNegative() || renewalInterval.isZero()) {
            throw new InvalidSettingsException(
                    "The lease renewal interval must be more than 0 (" + all + ")", RENEWAL_INTERVAL);
        }
        if (renewalInterval.multipliedBy(2).compareTo(renewDeadline) > 0) {
            throw new InvalidSettingsException(
                    "The renew deadline must leave room for two renewals, or one late renewal ends a leadership (" + all
                            + "): make the renewal interval at most half of the renew deadline",
                    RENEWAL_INTERVAL,
                    RENEW_DEADLINE);
        }
        if (renewDeadline.compareTo(staleThreshold) >= 0) {
            throw new InvalidSettingsException(
                    "The renew deadline must be less than the stale threshold, or two participants could believe that they lead ("
                            + all + ")",
                    RENEW_DEADLINE,
                    STALE_THRESHOLD);
        }
        if (maxStaleThreshold.compareTo(staleThreshold) < 0) {
            throw new InvalidSettingsException(
                    "The longest stale threshold must not be less than the stale threshold (" + all
                            + "): make both the same, if it shall never be stretched",
                    STALE_THRESHOLD,
                    MAX_STALE_THRESHOLD);
        }
    }

    /** Renewed each 250 ms, with a renew deadline of 750 ms; stale after 1 s, stretched to 10 s at most. */
    public static LeaseTiming defaults() {
        return stretched(Duration.ofMillis(250), Duration.ofMillis(750), Duration.ofSeconds(1));
    }

    /** Times that are stretched as by default: to 10 s, or not at all if the stale threshold is longer than that. */
    public static LeaseTiming stretched(Duration renewalInterval, Duration renewDeadline, Duration staleThreshold) {
        Duration max = staleThreshold.compareTo(DEFAULT_MAX_STALE_THRESHOLD) > 0
                ? staleThreshold
                : DEFAULT_MAX_STALE_THRESHOLD;
        return new LeaseTiming(renewalInterval, renewDeadline, staleThreshold, max);
    }

    /** The renew deadline that belongs to a stale threshold of {@code threshold}: in proportion, and always less. */
    Duration renewDeadline(Duration threshold) {
        if (threshold.equals(staleThreshold)) {
            return renewDeadline;
        }
        double share = (double) renewDeadline.toNanos() / staleThreshold.toNanos();
        return Duration.ofNanos(Math.min((long) (threshold.toNanos() * share), threshold.toNanos() - 1));
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
