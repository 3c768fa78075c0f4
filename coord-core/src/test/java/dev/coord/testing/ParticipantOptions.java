package dev.coord.testing;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.cluster.RemoteDeath;
import dev.coord.election.LeaseTiming;
import dev.coord.store.Store;
import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.store.jdbc.DatabaseStore;
import dev.coord.store.shared.SharedStore;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.transport.Transport;
import dev.coord.transport.tls.NetworkEndpoint;
import dev.coord.transport.unix.UnixTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * How a participant in a process of its own is set up; it travels as the arguments of {@link ParticipantMain}.
 *
 * @param heldLog the file of its {@link HeldLog}, which costs processor time; empty for none
 * @param identity the file of its {@link Certificates}, for a mesh over TLS; empty for one on Unix sockets
 */
public record ParticipantOptions(
        Path directory,
        Optional<Path> heldLog,
        Duration renewDeadline,
        Duration leaseStaleThreshold,
        Duration maxLeaseStaleThreshold,
        Duration ownerStaleThreshold,
        FrozenOwner frozenOwner,
        Optional<String> database,
        Optional<Path> identity,
        RemoteDeath remoteDeath) {
    private static final String NONE = "-";
    private static final LeaseTiming LEASE = LeaseTiming.defaults();

    private static final Duration SHORT_DEADLINE = Duration.ofMillis(1500);
    private static final Duration SHORT_THRESHOLD = Duration.ofSeconds(2);
    private static final Duration PATIENT_DEADLINE = Patience.LIMIT.dividedBy(2);

    /** For what is not about freezes: on however busy a machine nobody is taken for frozen. */
    public static ParticipantOptions patient(Path directory) {
        return defaults(directory).withTimes(PATIENT_DEADLINE, Patience.LIMIT, Patience.LIMIT);
    }

    /** All defaults of the product. */
    public static ParticipantOptions defaults(Path directory) {
        return new ParticipantOptions(
                directory,
                Optional.empty(),
                LEASE.renewDeadline(),
                LEASE.staleThreshold(),
                LEASE.maxStaleThreshold(),
                SharedStoreSettings.DEFAULT_OWNER_STALE_THRESHOLD,
                FrozenOwner.COPY,
                Optional.empty(),
                Optional.empty(),
                RemoteDeath.CONNECTIONS);
    }

    public ParticipantOptions withHeldLog(Path file) {
        return new ParticipantOptions(
                directory,
                Optional.of(file),
                renewDeadline,
                leaseStaleThreshold,
                maxLeaseStaleThreshold,
                ownerStaleThreshold,
                frozenOwner,
                database,
                identity,
                remoteDeath);
    }

    public ParticipantOptions withOwnerStaleThreshold(Duration threshold) {
        return withTimes(renewDeadline, leaseStaleThreshold, threshold);
    }

    /** The threshold of the lease is never stretched: who is frozen soon after its start is replaced in time. */
    public ParticipantOptions withTimes(Duration deadline, Duration leaseThreshold, Duration ownerThreshold) {
        return new ParticipantOptions(
                directory,
                heldLog,
                deadline,
                leaseThreshold,
                leaseThreshold,
                ownerThreshold,
                frozenOwner,
                database,
                identity,
                remoteDeath);
    }

    /** As short as the product has them, but for a lease that is never stretched. */
    public ParticipantOptions withDefaultTimes() {
        return withTimes(
                LEASE.renewDeadline(), LEASE.staleThreshold(), SharedStoreSettings.DEFAULT_OWNER_STALE_THRESHOLD);
    }

    /** So short that a test of freezes need not wait for long. */
    public ParticipantOptions withShortTimes() {
        return withTimes(SHORT_DEADLINE, SHORT_THRESHOLD, SHORT_THRESHOLD);
    }

    public ParticipantOptions withFrozenOwner(FrozenOwner reaction) {
        return new ParticipantOptions(
                directory,
                heldLog,
                renewDeadline,
                leaseStaleThreshold,
                maxLeaseStaleThreshold,
                ownerStaleThreshold,
                reaction,
                database,
                identity,
                remoteDeath);
    }

    /** With a mesh over TLS, and the certificates in {@code file}. */
    public ParticipantOptions withIdentity(Path file) {
        return new ParticipantOptions(
                directory,
                heldLog,
                renewDeadline,
                leaseStaleThreshold,
                maxLeaseStaleThreshold,
                ownerStaleThreshold,
                frozenOwner,
                database,
                Optional.of(file),
                remoteDeath);
    }

    /** The store is an external database, not the directory. */
    public ParticipantOptions withDatabase(String url) {
        return new ParticipantOptions(
                directory,
                heldLog,
                renewDeadline,
                leaseStaleThreshold,
                maxLeaseStaleThreshold,
                ownerStaleThreshold,
                frozenOwner,
                Optional.of(url),
                identity,
                remoteDeath);
    }

    /** With another proof of the death of those in other containers. */
    public ParticipantOptions withRemoteDeath(RemoteDeath proof) {
        return new ParticipantOptions(
                directory,
                heldLog,
                renewDeadline,
                leaseStaleThreshold,
                maxLeaseStaleThreshold,
                ownerStaleThreshold,
                frozenOwner,
                database,
                identity,
                proof);
    }

    /** The database with the product's timeouts. */
    public Optional<DatabaseSettings> databaseSettings() {
        return database.map(DatabaseSettings::at);
    }

    /** The store, for others than a coordinator. */
    public Store openStore() {
        return databaseSettings()
                .<Store>map(DatabaseStore::shared)
                .orElseGet(() -> SharedStore.open(directory, storeSettings()));
    }

    /** A coordinator on that store, which it closes. */
    public Coordinator.Builder coordinator() {
        Coordinator.Builder builder = Coordinator.builder();
        databaseSettings()
                .ifPresentOrElse(
                        builder::database, () -> builder.directory(directory).storeSettings(storeSettings()));
        return builder;
    }

    /** What the mesh is built on. */
    public Supplier<Transport> transport() {
        return identity.<Supplier<Transport>>map(
                        file -> new NetworkEndpoint(TestTransport.local(Certificates.read(file)))::transport)
                .orElse(UnixTransport::new);
    }

    public CoordinatorSettings coordinatorSettings() {
        return CoordinatorSettings.defaults()
                .withLease(new LeaseTiming(
                        LEASE.renewalInterval(), renewDeadline, leaseStaleThreshold, maxLeaseStaleThreshold))
                .withParticipantExpiry(Patience.LIMIT)
                .withRemoteDeath(remoteDeath)
                .withStartTimeout(Patience.LIMIT);
    }

    public SharedStoreSettings storeSettings() {
        return SharedStoreSettings.defaults()
                .withOwnerStaleThreshold(ownerStaleThreshold)
                .withFrozenOwner(frozenOwner);
    }

    /** As arguments of {@link ParticipantMain}. */
    public List<String> toArguments() {
        return List.of(
                directory.toString(),
                heldLog.map(Path::toString).orElse(NONE),
                renewDeadline.toString(),
                leaseStaleThreshold.toString(),
                maxLeaseStaleThreshold.toString(),
                ownerStaleThreshold.toString(),
                frozenOwner.name(),
                database.orElse(NONE),
                identity.map(Path::toString).orElse(NONE),
                remoteDeath.name());
    }

    public static ParticipantOptions parse(String... arguments) {
        return new ParticipantOptions(
                Path.of(arguments[0]),
                file(arguments[1]),
                Duration.parse(arguments[2]),
                Duration.parse(arguments[3]),
                Duration.parse(arguments[4]),
                Duration.parse(arguments[5]),
                FrozenOwner.valueOf(arguments[6]),
                Optional.of(arguments[7]).filter(url -> !url.equals(NONE)),
                file(arguments[8]),
                RemoteDeath.valueOf(arguments[9]));
    }

    private static Optional<Path> file(String argument) {
        return Optional.of(argument).filter(file -> !file.equals(NONE)).map(Path::of);
    }
}
