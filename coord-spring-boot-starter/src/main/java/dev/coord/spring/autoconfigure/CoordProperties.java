package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.cluster.RemoteDeath;
import dev.coord.election.LeaseTiming;
import dev.coord.mesh.MeshSettings;
import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.world.WorldSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What can be set about Coord. The defaults are those of {@link CoordinatorSettings}, {@link SharedStoreSettings}, {@link MeshSettings}
 * and {@link WorldSettings}.
 *
 * @param enabled Whether this application takes part in the election of a leader.
 * @param dir Absolute path of the directory that the processes share; made if it is not there. By default
 *     "${user.home}/.coord/${spring.application.name}".
 * @param group Name of the group, whose participants elect one leader among them.
 * @param capabilities What this participant can do, for others to choose by.
 * @param attributes What else this participant tells the others of itself: a URL, a zone, a version.
 * @param heartbeatInterval How often a participant gives a sign of life; by default 500 ms, and 5 s in an external database.
 * @param handlerGrace How long the role handler may take to stop, before the lease is released all the same.
 * @param participantExpiry After how long without a heartbeat a participant that is not known to be dead is removed; by default
 *     10 s, and 30 s in an external database.
 * @param startTimeout How long starting waits for the store.
 * @param closeTimeout How long closing may take in all.
 * @param groups More groups that this application takes part in, by name. What one does not set is as for the main group.
 * @param lease The lease of the leader.
 * @param store Where the durable state is.
 * @param world The world.
 * @param mesh How participants call each other.
 */
@ConfigurationProperties("coord")
public record CoordProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable String dir,
        @DefaultValue(DEFAULT_GROUP) String group,
        @DefaultValue List<String> capabilities,
        @DefaultValue Map<String, String> attributes,
        @Nullable Duration heartbeatInterval,
        @DefaultValue("3s") Duration handlerGrace,
        @Nullable Duration participantExpiry,
        @DefaultValue("10s") Duration startTimeout,
        @DefaultValue("5s") Duration closeTimeout,
        @DefaultValue Map<String, Group> groups,
        @DefaultValue Lease lease,
        @DefaultValue Store store,
        @DefaultValue World world,
        @DefaultValue Mesh mesh) {
    static final String DEFAULT_GROUP = "default";

    /** The times as the coordinator wants them. */
    CoordinatorSettings toCoordinatorSettings() {
        return toCoordinatorSettings(Group.LIKE_THE_MAIN_ONE);
    }

    /** The times of one of the {@link #groups()}. */
    CoordinatorSettings toCoordinatorSettings(Group own) {
        boolean external = store.type == Store.Type.JDBC;
        CoordinatorSettings defaults =
                external ? CoordinatorSettings.databaseDefaults() : CoordinatorSettings.defaults();
        Duration expiry = or(own.participantExpiry, or(participantExpiry, defaults.participantExpiry()));
        // An expiry that was right for the embedded database is right here, too.
        Duration most = external ? expiry.dividedBy(2) : defaults.heartbeatInterval();
        Duration heartbeat = most.compareTo(defaults.heartbeatInterval()) < 0 ? most : defaults.heartbeatInterval();
        return new CoordinatorSettings(
                lease.toTiming(own.lease),
                or(own.heartbeatInterval, or(heartbeatInterval, heartbeat)),
                expiry,
                or(own.handlerGrace, handlerGrace),
                startTimeout,
                or(own.closeTimeout, closeTimeout),
                or(own.lease.remoteDeath, lease.remoteDeath));
    }

    /** What this participant can do in one of the {@link #groups()}. */
    List<String> capabilities(Group own) {
        return or(own.capabilities, capabilities);
    }

    /** What this participant tells of itself in one of the {@link #groups()}. */
    Map<String, String> attributes(Group own) {
        return or(own.attributes, attributes);
    }

    private static <T> T or(@Nullable T own, T main) {
        return own == null ? main : own;
    }

    /** What the embedded database wants to know. */
    SharedStoreSettings toStoreSettings() {
        return SharedStoreSettings.defaults()
                .withOwnerStaleThreshold(store.h2.ownerStaleThreshold)
                .withCallTimeout(store.callTimeout)
                .withFrozenOwner(store.h2.frozenOwner)
                .withSync(store.h2.sync);
    }

    /**
     * The external database.
     *
     * @param application that of the application, for what is not set
     */
    DatabaseSettings toDatabaseSettings(Optional<ApplicationDatabase> application) {
        String url = store.url;
        ApplicationDatabase given = application.orElse(null);
        if (url == null && given == null) {
            throw new InvalidSettingsException(
                    "coord.store.type is jdbc, and it is not known where the database is: set coord.store.url, or let the"
                            + " application have a database (spring.datasource.url and spring-boot-starter-jdbc)",
                    "store.url");
        }
        if (store.leaseTimeout.compareTo(lease.renewDeadline) >= 0) {
            throw new InvalidSettingsException(
                    "The timeout of the operations on a lease (" + store.leaseTimeout.toMillis()
                            + " ms) must be less than the renew deadline (" + lease.renewDeadline.toMillis()
                            + " ms), or one that gets no answer costs the leadership",
                    "store.lease-timeout",
                    "lease.renew-deadline");
        }
        // Who gives a URL of his own gives the rest, too: the application's password is for the application's database.
        DatabaseSettings settings = url != null || given == null
                ? DatabaseSettings.at(String.valueOf(url)).withCredentials(text(store.username), text(store.password))
                : DatabaseSettings.at(given.url())
                        .withCredentials(
                                store.username == null ? given.username() : store.username,
                                store.username == null ? given.password() : text(store.password));
        return settings.withTables(store.schema)
                .withNames(text(store.schemaName), store.tablePrefix)
                .withSession(store.session)
                .withTimeouts(store.leaseTimeout, store.callTimeout)
                .withPollInterval(store.pollInterval);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }

    /** The limits of the mesh. */
    MeshSettings toMeshSettings() {
        long bytes = mesh.maxMessageSize.toBytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new InvalidSettingsException(
                    "The mesh's largest message must be less than 2 GB, not " + bytes + " bytes",
                    "mesh.max-message-size");
        }
        return new MeshSettings(
                mesh.connectTimeout, mesh.callTimeout, mesh.heartbeatInterval, mesh.unresponsiveAfter, (int) bytes);
    }

    /** The limits of the world. */
    WorldSettings toWorldSettings() {
        return toWorldSettings(GroupWorld.LIKE_THE_MAIN_ONE);
    }

    /** The limits of the world of one of the {@link #groups()}. */
    WorldSettings toWorldSettings(GroupWorld own) {
        long bytes = or(own.maxOperationSize, world.maxOperationSize).toBytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new InvalidSettingsException(
                    "The world's largest operation cannot have " + bytes + " bytes", "world.max-operation-size");
        }
        return new WorldSettings(
                or(own.submitTimeout, world.submitTimeout),
                or(own.operationTimeout, world.operationTimeout),
                or(own.resultRetention, world.resultRetention),
                or(own.maxResults, world.maxResults),
                or(own.blockCache, world.blockCache).toBytes(),
                (int) bytes,
                or(own.sweepInterval, world.sweepInterval),
                or(own.maxLogSize, world.maxLogSize).toBytes(),
                or(own.maxQueueSize, world.maxQueueSize).toBytes(),
                or(own.resultCache, world.resultCache).toBytes());
    }

    /**
     * One more group. What is null is as for the main group.
     *
     * @param enabled Whether this application takes part in the group.
     * @param capabilities What this participant can do in the group, for others to choose by.
     * @param attributes What else this participant tells the others of the group of itself.
     * @param heartbeatInterval How often a participant gives a sign of life.
     * @param handlerGrace How long the role handler of the group may take to stop, before the lease is released all the same.
     * @param participantExpiry After how long without a heartbeat a participant that is not known to be dead is removed.
     * @param closeTimeout How long leaving the group may take in all.
     * @param lease The lease of the leader of the group.
     * @param world The world of the group; by default it has none.
     */
    public record Group(
            @DefaultValue("true") boolean enabled,
            @Nullable List<String> capabilities,
            @Nullable Map<String, String> attributes,
            @Nullable Duration heartbeatInterval,
            @Nullable Duration handlerGrace,
            @Nullable Duration participantExpiry,
            @Nullable Duration closeTimeout,
            @DefaultValue GroupLease lease,
            @DefaultValue GroupWorld world) {
        static final Group LIKE_THE_MAIN_ONE = new Group(
                true,
                null,
                null,
                null,
                null,
                null,
                null,
                new GroupLease(null, null, null, null, null),
                GroupWorld.LIKE_THE_MAIN_ONE);

        /** For {@code reports: } in YAML, with nothing after it: a group as the main one. */
        public static Group valueOf(String nothing) {
            if (!nothing.isBlank()) {
                throw new IllegalArgumentException(
                        "A group has settings, for instance 'enabled', and not the value '" + nothing + "'");
            }
            return LIKE_THE_MAIN_ONE;
        }
    }

    /**
     * The lease of the leader of one more group.
     *
     * @param renewalInterval How often the leader renews its lease.
     * @param renewDeadline After how long without a successful renewal the leader considers itself deposed; less than the stale
     *     threshold.
     * @param staleThreshold After how long without a renewal others may take the lease.
     * @param maxStaleThreshold How far a leader that has just started, or is not run in time, stretches the stale threshold.
     * @param remoteDeath What proves the death of a process on another machine, or in another container, with an external database.
     */
    public record GroupLease(
            @Nullable Duration renewalInterval,
            @Nullable Duration renewDeadline,
            @Nullable Duration staleThreshold,
            @Nullable Duration maxStaleThreshold,
            @Nullable RemoteDeath remoteDeath) {}

    /**
     * The world of one more group. What is null is as for the main group's.
     *
     * @param enabled Whether this application has a world in the group.
     * @param submitTimeout How long submitting an operation waits for an answer, over all the leaders that it may take.
     * @param operationTimeout How long one operation may take.
     * @param resultRetention For how long the change log and the results of operations are kept.
     * @param maxResults How many entries of the change log are kept, at most, but for those that are not older than twice the submit
     *     timeout.
     * @param blockCache How much content of large blocks is kept in memory.
     * @param maxOperationSize The largest operation, and the most that one may change; at most 1MB.
     * @param sweepInterval How often the leader removes blocks that nothing refers to.
     * @param maxLogSize How large the change log may be; beyond it its oldest entries go at once.
     * @param maxQueueSize How much may wait in a process: to be sent, to be applied, and to be told to listeners.
     * @param resultCache How much of what operations returned is kept in memory; the rest is read from the change log.
     */
    public record GroupWorld(
            @DefaultValue("false") boolean enabled,
            @Nullable Duration submitTimeout,
            @Nullable Duration operationTimeout,
            @Nullable Duration resultRetention,
            @Nullable Integer maxResults,
            @Nullable DataSize blockCache,
            @Nullable DataSize maxOperationSize,
            @Nullable Duration sweepInterval,
            @Nullable DataSize maxLogSize,
            @Nullable DataSize maxQueueSize,
            @Nullable DataSize resultCache) {
        static final GroupWorld LIKE_THE_MAIN_ONE =
                new GroupWorld(false, null, null, null, null, null, null, null, null, null, null);
    }

    /**
     * The lease of the leader.
     *
     * @param renewalInterval How often the leader renews its lease.
     * @param renewDeadline After how long without a successful renewal the leader considers itself deposed; less than the stale
     *     threshold.
     * @param staleThreshold After how long without a renewal others may take the lease.
     * @param maxStaleThreshold How far a leader that has just started, or is not run in time, stretches the stale threshold; by
     *     default not beyond a longer stale threshold.
     * @param remoteDeath What proves the death of a process on another machine, or in another container, with an external database.
     */
    public record Lease(
            @DefaultValue("250ms") Duration renewalInterval,
            @DefaultValue("750ms") Duration renewDeadline,
            @DefaultValue("1s") Duration staleThreshold,
            @Nullable Duration maxStaleThreshold,
            @DefaultValue("connections") RemoteDeath remoteDeath) {
        /** As the election wants them, with what a group has of its own. */
        private LeaseTiming toTiming(GroupLease own) {
            Duration interval = or(own.renewalInterval, renewalInterval);
            Duration deadline = or(own.renewDeadline, renewDeadline);
            Duration threshold = or(own.staleThreshold, staleThreshold);
            Duration max = own.maxStaleThreshold == null ? maxStaleThreshold : own.maxStaleThreshold;
            return max == null
                    ? LeaseTiming.stretched(interval, deadline, threshold)
                    : new LeaseTiming(interval, deadline, threshold, max);
        }
    }

    /**
     * Where the durable state is.
     *
     * @param type Whether the processes of one machine share an embedded database, or those of several an external one.
     * @param url JDBC URL of the external database. By default that of the application, with its user name and password.
     * @param username User of the external database.
     * @param password Password of the user.
     * @param schema Whether the tables in the external database are made, or only looked for.
     * @param schemaName Schema of the tables in the external database. By default the first of the user's search path.
     * @param tablePrefix What the names of the tables in the external database begin with.
     * @param session Whether each process keeps one connection to the external database open, to hear of commits and of deaths.
     * @param leaseTimeout How long an operation on a lease in the external database may take; less than the renew deadline.
     * @param pollInterval Without a session, and in MariaDB, how often the external database is asked for what is new.
     * @param callTimeout After how long an operation that got no answer fails as unavailable.
     * @param h2 The embedded database that the processes share.
     */
    public record Store(
            @DefaultValue("embedded") Type type,
            @Nullable String url,
            @Nullable String username,
            @Nullable String password,
            @DefaultValue("update") DatabaseSettings.Tables schema,
            @Nullable String schemaName,

            @DefaultValue(DatabaseSettings.DEFAULT_TABLE_PREFIX)
            String tablePrefix,

            @DefaultValue("true") boolean session,
            @DefaultValue("500ms") Duration leaseTimeout,
            @DefaultValue("250ms") Duration pollInterval,
            @DefaultValue("3s") Duration callTimeout,
            @DefaultValue H2 h2) {
        /** Which database has the durable state. */
        public enum Type {
            /** A file that the processes of one machine share. */
            EMBEDDED,
            /** An external database. */
            JDBC
        }

        /** Without the password, which would otherwise reach a log one day. */
        @Override
        public String toString() {
            return "Store[" + type + "]";
        }
    }

    /**
     * The embedded database that the processes share.
     *
     * @param frozenOwner What to do about a process that has the database open and is frozen.
     * @param ownerStaleThreshold After how long without a sign of life the process that has the database open counts as frozen.
     * @param sync Whether each commit is forced to the disk before it is acknowledged, so that it survives a power cut.
     */
    public record H2(
            @DefaultValue("copy") FrozenOwner frozenOwner,
            @DefaultValue("1s") Duration ownerStaleThreshold,
            @DefaultValue("false") boolean sync) {}

    /**
     * How participants call each other.
     *
     * @param address Where to listen for the others over TCP: host:port, or :port for all interfaces; port 0 is any that is free. Without
     *     an address and an SSL bundle the mesh is on Unix sockets.
     * @param advertisedAddress Where the others reach this process over TCP, a host, or a host and a port where another one is mapped
     *     to this. By default the host that it listens on, or an address of this machine.
     * @param ssl The certificates that participants prove themselves with over TCP.
     * @param connectTimeout How long connecting to another participant may take.
     * @param callTimeout Deadline of unary calls on the mesh that set none.
     * @param heartbeatInterval How often a participant gives a sign of life to those that watch it.
     * @param unresponsiveAfter After how long without a sign of life the leader counts as unresponsive; at least twice the interval.
     * @param maxMessageSize Largest message that is accepted on the mesh.
     * @param health The health service of the mesh.
     * @param reflection The reflection service of the mesh.
     */
    public record Mesh(
            @Nullable String address,
            @Nullable String advertisedAddress,
            @DefaultValue Ssl ssl,
            @DefaultValue("1s") Duration connectTimeout,
            @DefaultValue("5s") Duration callTimeout,
            @DefaultValue("250ms") Duration heartbeatInterval,
            @DefaultValue("1s") Duration unresponsiveAfter,
            @DefaultValue("4MB") DataSize maxMessageSize,
            @DefaultValue Health health,
            @DefaultValue Reflection reflection) {}

    /**
     * The certificates that participants prove themselves with over TCP.
     *
     * @param enabled Whether connections over TCP are encrypted, and both ends prove themselves. Without it whoever reaches the port is
     *     let in.
     * @param bundle Name of the SSL bundle that has the certificate of this process, and the authority of the group.
     * @param serverName Name that the certificates of all participants have; by default that of each must have the host that it
     *     advertises.
     */
    public record Ssl(
            @DefaultValue("true") boolean enabled,
            @Nullable String bundle,
            @Nullable String serverName) {}

    /**
     * The health service of the mesh.
     *
     * @param enabled Whether the mesh serves grpc.health.v1.Health; needs io.grpc:grpc-services.
     */
    public record Health(@DefaultValue("false") boolean enabled) {}

    /**
     * The reflection service of the mesh.
     *
     * @param enabled Whether the mesh serves gRPC reflection; needs io.grpc:grpc-services.
     */
    public record Reflection(@DefaultValue("false") boolean enabled) {}

    /**
     * The world.
     *
     * @param enabled Whether this application has a world: a small replicated state that the leader writes and everyone reads.
     * @param submitTimeout How long submitting an operation waits for an answer, over all the leaders that it may take.
     * @param operationTimeout How long one operation may take.
     * @param resultRetention For how long the change log and the results of operations are kept: a submission repeated within that
     *     time is recognised.
     * @param maxResults How many entries of the change log are kept, at most, but for those that are not older than twice the submit
     *     timeout.
     * @param blockCache How much content of large blocks is kept in memory.
     * @param maxOperationSize The largest operation, and the most that one may change; at most 1MB.
     * @param sweepInterval How often the leader removes blocks that nothing refers to.
     * @param maxLogSize How large the change log may be; beyond it its oldest entries go at once.
     * @param maxQueueSize How much may wait in a process: to be sent, to be applied, and to be told to listeners.
     * @param resultCache How much of what operations returned is kept in memory; the rest is read from the change log.
     */
    public record World(
            @DefaultValue("true") boolean enabled,
            @DefaultValue("10s") Duration submitTimeout,
            @DefaultValue("5s") Duration operationTimeout,
            @DefaultValue("10m") Duration resultRetention,
            @DefaultValue("100000") int maxResults,
            @DefaultValue("64MB") DataSize blockCache,
            @DefaultValue("1MB") DataSize maxOperationSize,
            @DefaultValue("10m") Duration sweepInterval,
            @DefaultValue("128MB") DataSize maxLogSize,
            @DefaultValue("32MB") DataSize maxQueueSize,
            @DefaultValue("8MB") DataSize resultCache) {}
}
