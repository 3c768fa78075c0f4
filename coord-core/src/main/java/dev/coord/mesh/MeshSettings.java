package dev.coord.mesh;

import dev.coord.InvalidSettingsException;
import dev.coord.time.Durations;
import java.time.Duration;

/**
 * The limits of a mesh.
 *
 * @param connectTimeout how long connecting to a peer may take
 * @param callTimeout the deadline of unary calls that set none
 * @param heartbeatInterval how often a participant that is watched gives a sign of life
 * @param unresponsiveAfter after how long without one it counts as unresponsive
 * @param maxMessageSize the largest message that is accepted, in bytes
 */
public record MeshSettings(
        Duration connectTimeout,
        Duration callTimeout,
        Duration heartbeatInterval,
        Duration unresponsiveAfter,
        int maxMessageSize) {
    public MeshSettings {
        Durations.positive("mesh's connect timeout", connectTimeout, "mesh.connect-timeout");
        Durations.positive("mesh's call timeout", callTimeout, "mesh.call-timeout");
        Durations.positive("mesh's heartbeat interval", heartbeatInterval, "mesh.heartbeat-interval");
        Durations.limited(
                "mesh's time after which a peer counts as unresponsive", unresponsiveAfter, "mesh.unresponsive-after");
        if (heartbeatInterval.multipliedBy(2).compareTo(unresponsiveAfter) > 0) {
            throw new InvalidSettingsException(
                    "The mesh's heartbeat interval (" + heartbeatInterval.toMillis()
                            + " ms) must be at most half of the time after which a peer counts as unresponsive ("
                            + unresponsiveAfter.toMillis() + " ms)",
                    "mesh.heartbeat-interval",
                    "mesh.unresponsive-after");
        }
        if (maxMessageSize < 1) {
            throw new InvalidSettingsException(
                    "The mesh's largest message must be at least 1 byte, not " + maxMessageSize,
                    "mesh.max-message-size");
        }
    }

    /** Connecting 1 s, calls 5 s, heartbeats each 250 ms and unresponsive after 1 s without, messages up to 4 MiB. */
    public static MeshSettings defaults() {
        return new MeshSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofMillis(250),
                Duration.ofSeconds(1),
                4 * 1024 * 1024);
    }

    /** The same with another {@link #connectTimeout()}. */
    public MeshSettings withConnectTimeout(Duration timeout) {
        return new MeshSettings(timeout, callTimeout, heartbeatInterval, unresponsiveAfter, maxMessageSize);
    }

    /** The same with another {@link #callTimeout()}. */
    public MeshSettings withCallTimeout(Duration timeout) {
        return new MeshSettings(connectTimeout, timeout, heartbeatInterval, unresponsiveAfter, maxMessageSize);
    }

    /** The same with another {@link #maxMessageSize()}. */
    public MeshSettings withMaxMessageSize(int bytes) {
        return new MeshSettings(connectTimeout, callTimeout, heartbeatInterval, unresponsiveAfter, bytes);
    }
}
