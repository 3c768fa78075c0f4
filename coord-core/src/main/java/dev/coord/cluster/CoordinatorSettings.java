package dev.coord.cluster;

import dev.coord.InvalidSettingsException;
import dev.coord.election.LeaseTiming;
import dev.coord.time.Durations;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The times of a coordinator. Immutable; combinations that cannot be safe are refused. */
public final class CoordinatorSettings {
    /** How often the leader renews its lease. */
    public static final Duration DEFAULT_LEASE_RENEWAL_INTERVAL = Duration.ofMillis(250);
    /** After how long without a successful renewal the leader considers itself deposed. */
    public static final Duration DEFAULT_RENEW_DEADLINE = Duration.ofMillis(750);
    /** After how long without a renewal others may take the lease. */
    public static final Duration DEFAULT_LEASE_STALE_THRESHOLD = Duration.ofSeconds(1);
    /** How far a leader that is not run in time stretches the stale threshold, if that is not longer anyway. */
    public static final Duration DEFAULT_MAX_LEASE_STALE_THRESHOLD = Duration.ofSeconds(10);
    /** How often a participant gives a sign of life. */
    public static final Duration DEFAULT_HEARTBEAT_INTERVAL = Duration.ofMillis(500);
    /** How long the role handler may take to stop. */
    public static final Duration DEFAULT_HANDLER_GRACE = Duration.ofSeconds(3);
    /** After how long without a heartbeat a participant that is not known to be dead is removed. */
    public static final Duration DEFAULT_PARTICIPANT_EXPIRY = Duration.ofSeconds(10);
    /** How long starting waits for the store. */
    public static final Duration DEFAULT_START_TIMEOUT = Duration.ofSeconds(10);
    /** How long closing may take in all. */
    public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(5);

    private final LeaseTiming lease;
    private final Duration heartbeatInterval;
    private final Duration handlerGrace;
    private final Duration participantExpiry;
    private final Duration startTimeout;
    private final Duration closeTimeout;

    private CoordinatorSettings(Builder builder) {
        this.lease = new LeaseTiming(
                builder.leaseRenewalInterval,
                builder.renewDeadline,
                builder.leaseStaleThreshold,
                builder.maxLeaseStaleThreshold());
        this.heartbeatInterval =
                Durations.positive("heartbeat interval", builder.heartbeatInterval, "heartbeat-interval");
        this.handlerGrace = Durations.notNegative("handler grace", builder.handlerGrace, "handler-grace");
        this.participantExpiry =
                Durations.positive("participant expiry", builder.participantExpiry, "participant-expiry");
        this.startTimeout = Durations.positive("start timeout", builder.startTimeout, "start-timeout");
        this.closeTimeout = Durations.positive("close timeout", builder.closeTimeout, "close-timeout");
        if (heartbeatInterval.multipliedBy(2).compareTo(participantExpiry) > 0) {
            throw new InvalidSettingsException(
                    "The participant expiry (" + participantExpiry.toMillis()
                            + " ms) must be at least twice the heartbeat interval (" + heartbeatInterval.toMillis()
                            + " ms), or participants that are well are removed",
                    "participant-expiry",
                    "heartbeat-interval");
        }
        if (handlerGrace.compareTo(closeTimeout) >= 0) {
            throw new InvalidSettingsException(
                    "The handler grace (" + handlerGrace.toMillis() + " ms) must be less than the close timeout ("
                            + closeTimeout.toMillis() + " ms), or closing ends before the lease is released",
                    "handler-grace",
                    "close-timeout");
        }
    }

    /** All defaults. */
    public static CoordinatorSettings defaults() {
        return builder().build();
    }

    /** A builder with all defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with these values. */
    public Builder toBuilder() {
        return new Builder()
                .leaseRenewalInterval(leaseRenewalInterval())
                .renewDeadline(renewDeadline())
                .leaseStaleThreshold(leaseStaleThreshold())
                .maxLeaseStaleThreshold(maxLeaseStaleThreshold())
                .heartbeatInterval(heartbeatInterval)
                .handlerGrace(handlerGrace)
                .participantExpiry(participantExpiry)
                .startTimeout(startTimeout)
                .closeTimeout(closeTimeout);
    }

    LeaseTiming lease() {
        return lease;
    }

    /** How often the leader renews its lease. */
    public Duration leaseRenewalInterval() {
        return lease.renewalInterval();
    }

    /** After how long without a successful renewal the leader considers itself deposed. */
    public Duration renewDeadline() {
        return lease.renewDeadline();
    }

    /** After how long without a renewal others may take the lease. */
    public Duration leaseStaleThreshold() {
        return lease.staleThreshold();
    }

    /**
     * How far a leader that has just started, or sees that it is not run in time, stretches {@link #leaseStaleThreshold()}, and
     * {@link #renewDeadline()} in proportion. A leader that is frozen meanwhile is replaced only after so long.
     */
    public Duration maxLeaseStaleThreshold() {
        return lease.maxStaleThreshold();
    }

    /** How often a participant gives a sign of life. */
    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    /** How long the role handler may take to stop before it is reported, and the lease released all the same. */
    public Duration handlerGrace() {
        return handlerGrace;
    }

    /** After how long without a heartbeat a participant that is not known to be dead is removed. */
    public Duration participantExpiry() {
        return participantExpiry;
    }

    /** How long {@link Coordinator#start()} waits for the store. */
    public Duration startTimeout() {
        return startTimeout;
    }

    /** How long {@link Coordinator#close()} may take in all. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** Builds settings. */
    public static final class Builder {
        private Duration leaseRenewalInterval = DEFAULT_LEASE_RENEWAL_INTERVAL;
        private Duration renewDeadline = DEFAULT_RENEW_DEADLINE;
        private Duration leaseStaleThreshold = DEFAULT_LEASE_STALE_THRESHOLD;
        private @Nullable Duration maxLeaseStaleThreshold;
        private Duration heartbeatInterval = DEFAULT_HEARTBEAT_INTERVAL;
        private Duration handlerGrace = DEFAULT_HANDLER_GRACE;
        private Duration participantExpiry = DEFAULT_PARTICIPANT_EXPIRY;
        private Duration startTimeout = DEFAULT_START_TIMEOUT;
        private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;

        private Builder() {}

        /** See {@link CoordinatorSettings#leaseRenewalInterval()}. */
        public Builder leaseRenewalInterval(Duration value) {
            leaseRenewalInterval = value;
            return this;
        }

        /** See {@link CoordinatorSettings#renewDeadline()}. */
        public Builder renewDeadline(Duration value) {
            renewDeadline = value;
            return this;
        }

        /** See {@link CoordinatorSettings#leaseStaleThreshold()}. */
        public Builder leaseStaleThreshold(Duration value) {
            leaseStaleThreshold = value;
            return this;
        }

        /**
         * See {@link CoordinatorSettings#maxLeaseStaleThreshold()}. Null is the default: 10 s, or the stale threshold if that is
         * longer.
         */
        public Builder maxLeaseStaleThreshold(@Nullable Duration value) {
            maxLeaseStaleThreshold = value;
            return this;
        }

        private Duration maxLeaseStaleThreshold() {
            if (maxLeaseStaleThreshold != null) {
                return maxLeaseStaleThreshold;
            }
            return leaseStaleThreshold.compareTo(DEFAULT_MAX_LEASE_STALE_THRESHOLD) > 0
                    ? leaseStaleThreshold
                    : DEFAULT_MAX_LEASE_STALE_THRESHOLD;
        }

        /** See {@link CoordinatorSettings#heartbeatInterval()}. */
        public Builder heartbeatInterval(Duration value) {
            heartbeatInterval = value;
            return this;
        }

        /** See {@link CoordinatorSettings#handlerGrace()}. */
        public Builder handlerGrace(Duration value) {
            handlerGrace = value;
            return this;
        }

        /** See {@link CoordinatorSettings#participantExpiry()}. */
        public Builder participantExpiry(Duration value) {
            participantExpiry = value;
            return this;
        }

        /** See {@link CoordinatorSettings#startTimeout()}. */
        public Builder startTimeout(Duration value) {
            startTimeout = value;
            return this;
        }

        /** See {@link CoordinatorSettings#closeTimeout()}. */
        public Builder closeTimeout(Duration value) {
            closeTimeout = value;
            return this;
        }

        /**
         * The settings.
         *
         * @throws InvalidSettingsException if they cannot be safe, with all the numbers
         */
        public CoordinatorSettings build() {
            return new CoordinatorSettings(this);
        }
    }
}
