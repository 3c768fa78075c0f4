package dev.coord.testing;

import dev.coord.cluster.CoordinatorSettings;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.store.shared.SharedStoreSettings.FrozenHost;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a participant in a process of its own is set up; it travels as the arguments of {@link ParticipantMain}.
 *
 * @param heldLog the file of its {@link HeldLog}, which costs processor time; empty for none
 */
public record ParticipantOptions(
        Path directory,
        Optional<Path> heldLog,
        Duration renewDeadline,
        Duration leaseStaleThreshold,
        Duration hostStaleThreshold,
        FrozenHost frozenHost) {
    private static final String NONE = "-";

    /** All defaults of the product. */
    public static ParticipantOptions defaults(Path directory) {
        return new ParticipantOptions(
                directory,
                Optional.empty(),
                CoordinatorSettings.DEFAULT_RENEW_DEADLINE,
                CoordinatorSettings.DEFAULT_LEASE_STALE_THRESHOLD,
                SharedStoreSettings.DEFAULT_HOST_STALE_THRESHOLD,
                FrozenHost.COPY);
    }

    public ParticipantOptions withHeldLog(Path file) {
        return new ParticipantOptions(
                directory, Optional.of(file), renewDeadline, leaseStaleThreshold, hostStaleThreshold, frozenHost);
    }

    public ParticipantOptions withLease(Duration deadline, Duration staleThreshold) {
        return new ParticipantOptions(directory, heldLog, deadline, staleThreshold, hostStaleThreshold, frozenHost);
    }

    public ParticipantOptions withFrozenHost(FrozenHost reaction) {
        return new ParticipantOptions(
                directory, heldLog, renewDeadline, leaseStaleThreshold, hostStaleThreshold, reaction);
    }

    public CoordinatorSettings coordinatorSettings() {
        return CoordinatorSettings.builder()
                .renewDeadline(renewDeadline)
                .leaseStaleThreshold(leaseStaleThreshold)
                .build();
    }

    public SharedStoreSettings storeSettings() {
        return SharedStoreSettings.defaults()
                .withHostStaleThreshold(hostStaleThreshold)
                .withFrozenHost(frozenHost);
    }

    /** As arguments of {@link ParticipantMain}. */
    public List<String> toArguments() {
        return List.of(
                directory.toString(),
                heldLog.map(Path::toString).orElse(NONE),
                renewDeadline.toString(),
                leaseStaleThreshold.toString(),
                hostStaleThreshold.toString(),
                frozenHost.name());
    }

    static ParticipantOptions parse(String... arguments) {
        return new ParticipantOptions(
                Path.of(arguments[0]),
                Optional.of(arguments[1]).filter(file -> !file.equals(NONE)).map(Path::of),
                Duration.parse(arguments[2]),
                Duration.parse(arguments[3]),
                Duration.parse(arguments[4]),
                FrozenHost.valueOf(arguments[5]));
    }
}
