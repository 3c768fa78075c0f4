package dev.coord.cluster;

import dev.coord.InvalidSettingsException;
import dev.coord.election.LeaseTiming;
import dev.coord.time.Durations;
import java.time.Duration;

/**
 * The times of a coordinator. Combinations that cannot be safe are refused, also those on the way to others: of two times that depend
 * on each other, change first the one that has to be longer.
 *
 * @param lease the times of the leader's lease
 * @param heartbeatInterval how often a participant gives a sign of life
 * @param participantExpiry after how long without a heartbeat a participant that is not known to be dead is removed
 * @param handlerGrace how long the role handler may take to stop before it is reported, and the lease released all the same
 * @param startTimeout how long {@link Coordinator#start()} waits for the store
 * @param closeTimeout how long {@link Coordinator#close()} may take in all
 * @param remoteDeath what proves the death of a process on another machine, or in another container; with an external database
 *     only
 */
public record CoordinatorSettings(
        LeaseTiming lease,
        Duration heartbeatInterval,
        Duration participantExpiry,
        Duration handlerGrace,
        Duration startTimeout,
        Duration closeTimeout,
        RemoteDeath remoteDeath) {
    public CoordinatorSettings {
        Durations.positive("heartbeat interval", heartbeatInterval, "heartbeat-interval");
        Durations.notNegative("handler grace", handlerGrace, "handler-grace");
        Durations.positive("participant expiry", participantExpiry, "participant-expiry");
        Durations.positive("start timeout", startTimeout, "start-timeout");
        Durations.positive("close timeout", closeTimeout, "close-timeout");
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

    /**
     * Those of {@link LeaseTiming#defaults()}, heartbeats each 500 ms and expiry after 10 s without, 3 s for the handler, 10 s to
     * start, 5 s to close, and connections as a proof of death.
     */
    public static CoordinatorSettings defaults() {
        return new CoordinatorSettings(
                LeaseTiming.defaults(),
                Duration.ofMillis(500),
                Duration.ofSeconds(10),
                Duration.ofSeconds(3),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                RemoteDeath.CONNECTIONS);
    }

    /**
     * The same for an external database: heartbeats each 5 s and expiry after 30 s without. Each is a commit of the database; and of
     * most deaths its participants know sooner, by the life lock and the connections.
     */
    public static CoordinatorSettings databaseDefaults() {
        return defaults().withParticipantExpiry(Duration.ofSeconds(30)).withHeartbeatInterval(Duration.ofSeconds(5));
    }

    /** The same with another {@link #lease()}. */
    public CoordinatorSettings withLease(LeaseTiming timing) {
        return new CoordinatorSettings(
                timing, heartbeatInterval, participantExpiry, handlerGrace, startTimeout, closeTimeout, remoteDeath);
    }

    /** The same with another {@link #heartbeatInterval()}. */
    public CoordinatorSettings withHeartbeatInterval(Duration interval) {
        return new CoordinatorSettings(
                lease, interval, participantExpiry, handlerGrace, startTimeout, closeTimeout, remoteDeath);
    }

    /** The same with another {@link #participantExpiry()}. */
    public CoordinatorSettings withParticipantExpiry(Duration expiry) {
        return new CoordinatorSettings(
                lease, heartbeatInterval, expiry, handlerGrace, startTimeout, closeTimeout, remoteDeath);
    }

    /** The same with another {@link #handlerGrace()}. */
    public CoordinatorSettings withHandlerGrace(Duration grace) {
        return new CoordinatorSettings(
                lease, heartbeatInterval, participantExpiry, grace, startTimeout, closeTimeout, remoteDeath);
    }

    /** The same with another {@link #startTimeout()}. */
    public CoordinatorSettings withStartTimeout(Duration timeout) {
        return new CoordinatorSettings(
                lease, heartbeatInterval, participantExpiry, handlerGrace, timeout, closeTimeout, remoteDeath);
    }

    /** The same with another {@link #closeTimeout()}. */
    public CoordinatorSettings withCloseTimeout(Duration timeout) {
        return new CoordinatorSettings(
                lease, heartbeatInterval, participantExpiry, handlerGrace, startTimeout, timeout, remoteDeath);
    }

    /** The same with another {@link #remoteDeath()}. */
    public CoordinatorSettings withRemoteDeath(RemoteDeath proof) {
        return new CoordinatorSettings(
                lease, heartbeatInterval, participantExpiry, handlerGrace, startTimeout, closeTimeout, proof);
    }
}
