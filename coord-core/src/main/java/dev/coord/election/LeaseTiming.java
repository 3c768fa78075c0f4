package dev.coord.election;

import dev.coord.InvalidSettingsException;
import dev.coord.time.Durations;
import java.time.Duration;

/**
 * The three times of a lease. Only combinations in which a leader knows of its end before anyone else may win are possible.
 *
 * @param renewalInterval how often the holder renews
 * @param renewDeadline after how long without a successful renewal the holder considers itself deposed
 * @param staleThreshold after how long without a renewal others may take the lease
 */
public record LeaseTiming(Duration renewalInterval, Duration renewDeadline, Duration staleThreshold) {
    private static final String RENEWAL_INTERVAL = "lease.renewal-interval";
    private static final String RENEW_DEADLINE = "lease.renew-deadline";
    private static final String STALE_THRESHOLD = "lease.stale-threshold";

    public LeaseTiming {
        Durations.limited("lease's renewal interval", renewalInterval, RENEWAL_INTERVAL);
        Durations.limited("lease's renew deadline", renewDeadline, RENEW_DEADLINE);
        Durations.limited("lease's stale threshold", staleThreshold, STALE_THRESHOLD);
        String all = "renewal interval " + millis(renewalInterval) + ", renew deadline " + millis(renewDeadline)
                + ", stale threshold " + millis(staleThreshold);
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
    }

    private static String millis(Duration duration) {
        return duration.toMillis() + " ms";
    }
}
