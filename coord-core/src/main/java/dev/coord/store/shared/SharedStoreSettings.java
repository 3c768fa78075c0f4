package dev.coord.store.shared;

import dev.coord.InvalidSettingsException;
import dev.coord.time.Durations;
import java.time.Duration;
import java.util.ArrayList;

/**
 * How the shared database behaves.
 *
 * @param hostStaleThreshold after how long without a sign of life the host's process counts as frozen; at least 200 ms
 * @param callTimeout after how long an operation that got no answer fails as unavailable
 * @param frozenHost what to do about a frozen host
 * @param sync whether each commit is forced to the disk before it is acknowledged, so that it survives a power cut. Without it
 *     a commit is in the operating system's hands, which survives the death of every process
 * @param maxMessageSize the largest message that this process's private server accepts, in bytes
 */
public record SharedStoreSettings(
        Duration hostStaleThreshold, Duration callTimeout, FrozenHost frozenHost, boolean sync, int maxMessageSize) {
    /** A host that gave no sign of life for this long counts as frozen. */
    public static final Duration DEFAULT_HOST_STALE_THRESHOLD = Duration.ofSeconds(1);
    /** Long enough to outlast the takeover from a frozen host. */
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(3);

    /** The largest message by default, as gRPC has it. */
    public static final int DEFAULT_MAX_MESSAGE_SIZE = 4 * 1024 * 1024;

    private static final String HOST_STALE_THRESHOLD = "store.h2.host-stale-threshold";
    private static final int LEAST_MAX_MESSAGE_SIZE = 64 * 1024;
    private static final Duration LEAST_HOST_STALE_THRESHOLD = Duration.ofMillis(200);

    /** What to do about a host that is alive and gives no answer. */
    public enum FrozenHost {
        /** Go on with a copy of its database file; whatever it answers afterwards is refused. */
        COPY,
        /** Kill it (SIGKILL), if it belongs to the same user, and go on with the file itself. */
        KILL,
        /** Wait for it. */
        WAIT
    }

    public SharedStoreSettings {
        Durations.limited("host stale threshold", hostStaleThreshold, HOST_STALE_THRESHOLD);
        if (hostStaleThreshold.compareTo(LEAST_HOST_STALE_THRESHOLD) < 0) {
            throw new InvalidSettingsException(
                    "The host stale threshold must be at least " + LEAST_HOST_STALE_THRESHOLD.toMillis() + " ms, not "
                            + hostStaleThreshold.toMillis() + " ms: a healthy host would be taken for a frozen one",
                    HOST_STALE_THRESHOLD);
        }
        Durations.positive("store's call timeout", callTimeout, "store.call-timeout");
        if (maxMessageSize < LEAST_MAX_MESSAGE_SIZE) {
            throw new InvalidSettingsException(
                    "The store's largest message must be at least " + LEAST_MAX_MESSAGE_SIZE + " bytes, not "
                            + maxMessageSize + ": the store's own messages would not pass",
                    "store.max-message-size");
        }
    }

    /** The defaults: 1 s, 3 s, {@link FrozenHost#COPY}, no sync, 4 MiB. */
    public static SharedStoreSettings defaults() {
        return new SharedStoreSettings(
                DEFAULT_HOST_STALE_THRESHOLD, DEFAULT_CALL_TIMEOUT, FrozenHost.COPY, false, DEFAULT_MAX_MESSAGE_SIZE);
    }

    /** The same with another {@link #hostStaleThreshold()}. */
    public SharedStoreSettings withHostStaleThreshold(Duration threshold) {
        return new SharedStoreSettings(threshold, callTimeout, frozenHost, sync, maxMessageSize);
    }

    /** The same with another {@link #callTimeout()}. */
    public SharedStoreSettings withCallTimeout(Duration timeout) {
        return new SharedStoreSettings(hostStaleThreshold, timeout, frozenHost, sync, maxMessageSize);
    }

    /** The same with another {@link #frozenHost()}. */
    public SharedStoreSettings withFrozenHost(FrozenHost reaction) {
        return new SharedStoreSettings(hostStaleThreshold, callTimeout, reaction, sync, maxMessageSize);
    }

    /** The same with another {@link #sync()}. */
    public SharedStoreSettings withSync(boolean force) {
        return new SharedStoreSettings(hostStaleThreshold, callTimeout, frozenHost, force, maxMessageSize);
    }

    /** The same with another {@link #maxMessageSize()}. */
    public SharedStoreSettings withMaxMessageSize(int bytes) {
        return new SharedStoreSettings(hostStaleThreshold, callTimeout, frozenHost, sync, bytes);
    }

    /** The names of the settings that {@code other} has other values of. */
    String[] differences(SharedStoreSettings other) {
        var names = new ArrayList<String>();
        if (!hostStaleThreshold.equals(other.hostStaleThreshold)) {
            names.add(HOST_STALE_THRESHOLD);
        }
        if (!callTimeout.equals(other.callTimeout)) {
            names.add("store.call-timeout");
        }
        if (frozenHost != other.frozenHost) {
            names.add("store.h2.frozen-host");
        }
        if (sync != other.sync) {
            names.add("store.h2.sync");
        }
        if (maxMessageSize != other.maxMessageSize) {
            // The mesh shares the server.
            names.add("mesh.max-message-size");
        }
        return names.toArray(String[]::new);
    }

    /** How often the host gives a sign of life. */
    Duration heartbeatInterval() {
        return hostStaleThreshold.dividedBy(5);
    }
}
