package dev.coord.store.shared;

import dev.coord.InvalidSettingsException;
import dev.coord.time.Durations;
import java.time.Duration;
import java.util.ArrayList;

/**
 * How the shared database behaves.
 *
 * @param ownerStaleThreshold after how long without a sign of life the owner's process counts as frozen; at least 200 ms
 * @param callTimeout after how long an operation that got no answer fails as unavailable
 * @param frozenOwner what to do about a frozen owner
 * @param sync whether each commit of this process is forced to the disk before it is acknowledged, so that it survives a power
 *     cut, whichever process has the database open. Without it a commit is in the operating system's hands, which survives the
 *     death of every process
 * @param maxMessageSize the largest message that this process's private server accepts, in bytes
 */
public record SharedStoreSettings(
        Duration ownerStaleThreshold, Duration callTimeout, FrozenOwner frozenOwner, boolean sync, int maxMessageSize) {
    /** An owner that gave no sign of life for this long counts as frozen. */
    public static final Duration DEFAULT_OWNER_STALE_THRESHOLD = Duration.ofSeconds(1);
    /** Long enough to outlast the takeover from a frozen owner. */
    public static final Duration DEFAULT_CALL_TIMEOUT = Duration.ofSeconds(3);

    /** The largest message by default, as gRPC has it. */
    public static final int DEFAULT_MAX_MESSAGE_SIZE = 4 * 1024 * 1024;

    private static final String OWNER_STALE_THRESHOLD = "store.h2.owner-stale-threshold";
    private static final int LEAST_MAX_MESSAGE_SIZE = 64 * 1024;
    private static final Duration LEAST_OWNER_STALE_THRESHOLD = Duration.ofMillis(200);

    /** What to do about an owner that is alive and gives no answer. */
    public enum FrozenOwner {
        /** Go on with a copy of its database file; whatever it answers afterwards is refused. */
        COPY,
        /** Kill it (SIGKILL), if it belongs to the same user, and go on with the file itself. */
        KILL,
        /** Wait for it. */
        WAIT
    }

    public SharedStoreSettings {
        Durations.limited("owner stale threshold", ownerStaleThreshold, OWNER_STALE_THRESHOLD);
        if (ownerStaleThreshold.compareTo(LEAST_OWNER_STALE_THRESHOLD) < 0) {
            throw new InvalidSettingsException(
                    "The owner stale threshold must be at least " + LEAST_OWNER_STALE_THRESHOLD.toMillis() + " ms, not "
                            + ownerStaleThreshold.toMillis() + " ms: a healthy owner would be taken for a frozen one",
                    OWNER_STALE_THRESHOLD);
        }
        Durations.positive("store's call timeout", callTimeout, "store.call-timeout");
        if (maxMessageSize < LEAST_MAX_MESSAGE_SIZE) {
            throw new InvalidSettingsException(
                    "The store's largest message must be at least " + LEAST_MAX_MESSAGE_SIZE + " bytes, not "
                            + maxMessageSize + ": the store's own messages would not pass",
                    "store.max-message-size");
        }
    }

    /** The defaults: 1 s, 3 s, {@link FrozenOwner#COPY}, no sync, 4 MiB. */
    public static SharedStoreSettings defaults() {
        return new SharedStoreSettings(
                DEFAULT_OWNER_STALE_THRESHOLD, DEFAULT_CALL_TIMEOUT, FrozenOwner.COPY, false, DEFAULT_MAX_MESSAGE_SIZE);
    }

    /** The same with another {@link #ownerStaleThreshold()}. */
    public SharedStoreSettings withOwnerStaleThreshold(Duration threshold) {
        return new SharedStoreSettings(threshold, callTimeout, frozenOwner, sync, maxMessageSize);
    }

    /** The same with another {@link #callTimeout()}. */
    public SharedStoreSettings withCallTimeout(Duration timeout) {
        return new SharedStoreSettings(ownerStaleThreshold, timeout, frozenOwner, sync, maxMessageSize);
    }

    /** The same with another {@link #frozenOwner()}. */
    public SharedStoreSettings withFrozenOwner(FrozenOwner reaction) {
        return new SharedStoreSettings(ownerStaleThreshold, callTimeout, reaction, sync, maxMessageSize);
    }

    /** The same with another {@link #sync()}. */
    public SharedStoreSettings withSync(boolean force) {
        return new SharedStoreSettings(ownerStaleThreshold, callTimeout, frozenOwner, force, maxMessageSize);
    }

    /** The same with another {@link #maxMessageSize()}. */
    public SharedStoreSettings withMaxMessageSize(int bytes) {
        return new SharedStoreSettings(ownerStaleThreshold, callTimeout, frozenOwner, sync, bytes);
    }

    /** The names of the settings that {@code other} has other values of. */
    String[] differences(SharedStoreSettings other) {
        var names = new ArrayList<String>();
        if (!ownerStaleThreshold.equals(other.ownerStaleThreshold)) {
            names.add(OWNER_STALE_THRESHOLD);
        }
        if (!callTimeout.equals(other.callTimeout)) {
            names.add("store.call-timeout");
        }
        if (frozenOwner != other.frozenOwner) {
            names.add("store.h2.frozen-owner");
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

    /** How often the owner gives a sign of life. */
    Duration heartbeatInterval() {
        return ownerStaleThreshold.dividedBy(5);
    }
}
