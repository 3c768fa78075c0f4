package dev.coord.spring.autoconfigure;

import dev.coord.InvalidSettingsException;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.mesh.MeshSettings;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.world.WorldSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * What can be set about Coord. The defaults are those of {@link CoordinatorSettings}, {@link SharedStoreSettings} and
 * {@link MeshSettings}.
 */
@ConfigurationProperties("coord")
public class CoordProperties {
    static final String DEFAULT_GROUP = "default";

    /** Whether this application takes part in the election of a leader. */
    private boolean enabled = true;

    /**
     * Absolute path of the directory that the processes share; made if it is not there. By default
     * "${user.home}/.coord/${spring.application.name}".
     */
    private @Nullable String dir;

    /** Name of the group, whose participants elect one leader among them. */
    private String group = DEFAULT_GROUP;

    /** What this participant can do, for others to choose by. */
    private List<String> capabilities = new ArrayList<>();

    /** How often a participant gives a sign of life. */
    private Duration heartbeatInterval = Duration.ofMillis(500);

    /** How long the role handler may take to stop, before the lease is released all the same. */
    private Duration handlerGrace = Duration.ofSeconds(3);

    /** After how long without a heartbeat a participant that is not known to be dead is removed. */
    private Duration participantExpiry = Duration.ofSeconds(10);

    /** How long starting waits for the store. */
    private Duration startTimeout = Duration.ofSeconds(10);

    /** How long closing may take in all. */
    private Duration closeTimeout = Duration.ofSeconds(5);

    /** More groups that this application takes part in, by name. What one does not set is as for the main group. */
    private Map<String, Group> groups = new LinkedHashMap<>();

    private final Lease lease = new Lease();

    private final Store store = new Store();

    private final World world = new World();

    private final Mesh mesh = new Mesh();

    public boolean isEnabled() {
        return enabled;
    }

    public void setEnabled(boolean enabled) {
        this.enabled = enabled;
    }

    public @Nullable String getDir() {
        return dir;
    }

    public void setDir(@Nullable String dir) {
        this.dir = dir;
    }

    public String getGroup() {
        return group;
    }

    public void setGroup(String group) {
        this.group = group;
    }

    public List<String> getCapabilities() {
        return capabilities;
    }

    public void setCapabilities(List<String> capabilities) {
        this.capabilities = capabilities;
    }

    public Duration getHeartbeatInterval() {
        return heartbeatInterval;
    }

    public void setHeartbeatInterval(Duration heartbeatInterval) {
        this.heartbeatInterval = heartbeatInterval;
    }

    public Duration getHandlerGrace() {
        return handlerGrace;
    }

    public void setHandlerGrace(Duration handlerGrace) {
        this.handlerGrace = handlerGrace;
    }

    public Duration getParticipantExpiry() {
        return participantExpiry;
    }

    public void setParticipantExpiry(Duration participantExpiry) {
        this.participantExpiry = participantExpiry;
    }

    public Duration getStartTimeout() {
        return startTimeout;
    }

    public void setStartTimeout(Duration startTimeout) {
        this.startTimeout = startTimeout;
    }

    public Duration getCloseTimeout() {
        return closeTimeout;
    }

    public void setCloseTimeout(Duration closeTimeout) {
        this.closeTimeout = closeTimeout;
    }

    public Map<String, Group> getGroups() {
        return groups;
    }

    public void setGroups(Map<String, Group> groups) {
        this.groups = groups;
    }

    public Lease getLease() {
        return lease;
    }

    public Store getStore() {
        return store;
    }

    public World getWorld() {
        return world;
    }

    public Mesh getMesh() {
        return mesh;
    }

    /** The times as the coordinator wants them. */
    CoordinatorSettings toCoordinatorSettings() {
        return toCoordinatorSettings(new Group());
    }

    /** The times of one of the {@link #getGroups()}. */
    CoordinatorSettings toCoordinatorSettings(Group own) {
        return CoordinatorSettings.builder()
                .leaseRenewalInterval(or(own.lease.renewalInterval, lease.renewalInterval))
                .renewDeadline(or(own.lease.renewDeadline, lease.renewDeadline))
                .leaseStaleThreshold(or(own.lease.staleThreshold, lease.staleThreshold))
                .maxLeaseStaleThreshold(
                        own.lease.maxStaleThreshold == null ? lease.maxStaleThreshold : own.lease.maxStaleThreshold)
                .heartbeatInterval(or(own.heartbeatInterval, heartbeatInterval))
                .handlerGrace(or(own.handlerGrace, handlerGrace))
                .participantExpiry(or(own.participantExpiry, participantExpiry))
                .startTimeout(startTimeout)
                .closeTimeout(or(own.closeTimeout, closeTimeout))
                .build();
    }

    /** What this participant can do in one of the {@link #getGroups()}. */
    List<String> capabilities(Group own) {
        return or(own.capabilities, capabilities);
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
        long bytes = world.maxOperationSize.toBytes();
        if (bytes > Integer.MAX_VALUE) {
            throw new InvalidSettingsException(
                    "The world's largest operation cannot have " + bytes + " bytes", "world.max-operation-size");
        }
        return new WorldSettings(
                world.submitTimeout,
                world.operationTimeout,
                world.resultRetention,
                world.maxResults,
                world.blockCache.toBytes(),
                (int) bytes,
                world.sweepInterval);
    }

    /** One more group. What is null is as for the main group. */
    public static class Group {
        /** Whether this application takes part in the group. */
        private boolean enabled = true;

        /** What this participant can do in the group, for others to choose by. */
        private @Nullable List<String> capabilities;

        /** How often a participant gives a sign of life. */
        private @Nullable Duration heartbeatInterval;

        /** How long the role handler of the group may take to stop, before the lease is released all the same. */
        private @Nullable Duration handlerGrace;

        /** After how long without a heartbeat a participant that is not known to be dead is removed. */
        private @Nullable Duration participantExpiry;

        /** How long leaving the group may take in all. */
        private @Nullable Duration closeTimeout;

        private final GroupLease lease = new GroupLease();

        /** For {@code reports: } in YAML, with nothing after it: a group as the main one. */
        public static Group valueOf(String nothing) {
            if (!nothing.isBlank()) {
                throw new IllegalArgumentException(
                        "A group has settings, for instance 'enabled', and not the value '" + nothing + "'");
            }
            return new Group();
        }

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        public @Nullable List<String> getCapabilities() {
            return capabilities;
        }

        public void setCapabilities(@Nullable List<String> capabilities) {
            this.capabilities = capabilities;
        }

        public @Nullable Duration getHeartbeatInterval() {
            return heartbeatInterval;
        }

        public void setHeartbeatInterval(@Nullable Duration heartbeatInterval) {
            this.heartbeatInterval = heartbeatInterval;
        }

        public @Nullable Duration getHandlerGrace() {
            return handlerGrace;
        }

        public void setHandlerGrace(@Nullable Duration handlerGrace) {
            this.handlerGrace = handlerGrace;
        }

        public @Nullable Duration getParticipantExpiry() {
            return participantExpiry;
        }

        public void setParticipantExpiry(@Nullable Duration participantExpiry) {
            this.participantExpiry = participantExpiry;
        }

        public @Nullable Duration getCloseTimeout() {
            return closeTimeout;
        }

        public void setCloseTimeout(@Nullable Duration closeTimeout) {
            this.closeTimeout = closeTimeout;
        }

        public GroupLease getLease() {
            return lease;
        }
    }

    /** The lease of the leader of one more group. */
    public static class GroupLease {
        /** How often the leader renews its lease. */
        private @Nullable Duration renewalInterval;

        /** After how long without a successful renewal the leader considers itself deposed; less than the stale threshold. */
        private @Nullable Duration renewDeadline;

        /** After how long without a renewal others may take the lease. */
        private @Nullable Duration staleThreshold;

        /** How far a leader that has just started, or is not run in time, stretches the stale threshold. */
        private @Nullable Duration maxStaleThreshold;

        public @Nullable Duration getRenewalInterval() {
            return renewalInterval;
        }

        public void setRenewalInterval(@Nullable Duration renewalInterval) {
            this.renewalInterval = renewalInterval;
        }

        public @Nullable Duration getRenewDeadline() {
            return renewDeadline;
        }

        public void setRenewDeadline(@Nullable Duration renewDeadline) {
            this.renewDeadline = renewDeadline;
        }

        public @Nullable Duration getStaleThreshold() {
            return staleThreshold;
        }

        public void setStaleThreshold(@Nullable Duration staleThreshold) {
            this.staleThreshold = staleThreshold;
        }

        public @Nullable Duration getMaxStaleThreshold() {
            return maxStaleThreshold;
        }

        public void setMaxStaleThreshold(@Nullable Duration maxStaleThreshold) {
            this.maxStaleThreshold = maxStaleThreshold;
        }
    }

    /** The lease of the leader. */
    public static class Lease {
        /** How often the leader renews its lease. */
        private Duration renewalInterval = Duration.ofMillis(250);

        /** After how long without a successful renewal the leader considers itself deposed; less than the stale threshold. */
        private Duration renewDeadline = Duration.ofMillis(750);

        /** After how long without a renewal others may take the lease. */
        private Duration staleThreshold = Duration.ofSeconds(1);

        /**
         * How far a leader that has just started, or is not run in time, stretches the stale threshold; by default not beyond a
         * longer stale threshold.
         */
        private @Nullable Duration maxStaleThreshold;

        public Duration getRenewalInterval() {
            return renewalInterval;
        }

        public void setRenewalInterval(Duration renewalInterval) {
            this.renewalInterval = renewalInterval;
        }

        public Duration getRenewDeadline() {
            return renewDeadline;
        }

        public void setRenewDeadline(Duration renewDeadline) {
            this.renewDeadline = renewDeadline;
        }

        public Duration getStaleThreshold() {
            return staleThreshold;
        }

        public void setStaleThreshold(Duration staleThreshold) {
            this.staleThreshold = staleThreshold;
        }

        public @Nullable Duration getMaxStaleThreshold() {
            return maxStaleThreshold;
        }

        public void setMaxStaleThreshold(@Nullable Duration maxStaleThreshold) {
            this.maxStaleThreshold = maxStaleThreshold;
        }
    }

    /** Where the durable state is. */
    public static class Store {
        /** After how long an operation that got no answer fails as unavailable. */
        private Duration callTimeout = Duration.ofSeconds(3);

        private final H2 h2 = new H2();

        public Duration getCallTimeout() {
            return callTimeout;
        }

        public void setCallTimeout(Duration callTimeout) {
            this.callTimeout = callTimeout;
        }

        public H2 getH2() {
            return h2;
        }
    }

    /** The embedded database that the processes share. */
    public static class H2 {
        /** What to do about a process that has the database open and is frozen. */
        private FrozenOwner frozenOwner = FrozenOwner.COPY;

        /** After how long without a sign of life the process that has the database open counts as frozen. */
        private Duration ownerStaleThreshold = Duration.ofSeconds(1);

        /** Whether each commit is forced to the disk before it is acknowledged, so that it survives a power cut. */
        private boolean sync;

        public FrozenOwner getFrozenOwner() {
            return frozenOwner;
        }

        public void setFrozenOwner(FrozenOwner frozenOwner) {
            this.frozenOwner = frozenOwner;
        }

        public Duration getOwnerStaleThreshold() {
            return ownerStaleThreshold;
        }

        public void setOwnerStaleThreshold(Duration ownerStaleThreshold) {
            this.ownerStaleThreshold = ownerStaleThreshold;
        }

        public boolean isSync() {
            return sync;
        }

        public void setSync(boolean sync) {
            this.sync = sync;
        }
    }

    /** How participants call each other. */
    public static class Mesh {
        /** How long connecting to another participant may take. */
        private Duration connectTimeout = Duration.ofSeconds(1);

        /** Deadline of unary calls on the mesh that set none. */
        private Duration callTimeout = Duration.ofSeconds(5);

        /** How often a participant gives a sign of life to those that watch it. */
        private Duration heartbeatInterval = Duration.ofMillis(250);

        /** After how long without a sign of life the leader counts as unresponsive; at least twice the interval. */
        private Duration unresponsiveAfter = Duration.ofSeconds(1);

        /** Largest message that is accepted on the mesh. */
        private DataSize maxMessageSize = DataSize.ofMegabytes(4);

        private final Health health = new Health();

        private final Reflection reflection = new Reflection();

        public Duration getConnectTimeout() {
            return connectTimeout;
        }

        public void setConnectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
        }

        public Duration getCallTimeout() {
            return callTimeout;
        }

        public void setCallTimeout(Duration callTimeout) {
            this.callTimeout = callTimeout;
        }

        public Duration getHeartbeatInterval() {
            return heartbeatInterval;
        }

        public void setHeartbeatInterval(Duration heartbeatInterval) {
            this.heartbeatInterval = heartbeatInterval;
        }

        public Duration getUnresponsiveAfter() {
            return unresponsiveAfter;
        }

        public void setUnresponsiveAfter(Duration unresponsiveAfter) {
            this.unresponsiveAfter = unresponsiveAfter;
        }

        public DataSize getMaxMessageSize() {
            return maxMessageSize;
        }

        public void setMaxMessageSize(DataSize maxMessageSize) {
            this.maxMessageSize = maxMessageSize;
        }

        public Health getHealth() {
            return health;
        }

        public Reflection getReflection() {
            return reflection;
        }
    }

    /** The health service of the mesh. */
    public static class Health {
        /** Whether the mesh serves grpc.health.v1.Health; needs io.grpc:grpc-services. */
        private boolean enabled;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }

    /** The reflection service of the mesh. */
    public static class Reflection {
        /** Whether the mesh serves gRPC reflection; needs io.grpc:grpc-services. */
        private boolean enabled;

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }
    }

    /** The world. */
    public static class World {
        /** Whether this application has a world: a small replicated state that the leader writes and everyone reads. */
        private boolean enabled = true;

        /** How long submitting an operation waits for an answer, over all the leaders that it may take. */
        private Duration submitTimeout = Duration.ofSeconds(10);

        /** How long one operation may take. */
        private Duration operationTimeout = Duration.ofSeconds(5);

        /** For how long the change log and the results of operations are kept: a submission repeated within that time is recognised. */
        private Duration resultRetention = Duration.ofMinutes(10);

        /** How many entries of the change log are kept, at most, but for those that are not older than twice the submit timeout. */
        private int maxResults = 100_000;

        /** How much content of large blocks is kept in memory. */
        private DataSize blockCache = DataSize.ofMegabytes(64);

        /** The largest operation, and the most that one may change; at most 1MB. */
        private DataSize maxOperationSize = DataSize.ofMegabytes(1);

        /** How often the leader removes blocks that nothing refers to. */
        private Duration sweepInterval = Duration.ofMinutes(10);

        public boolean isEnabled() {
            return enabled;
        }

        public void setEnabled(boolean enabled) {
            this.enabled = enabled;
        }

        public Duration getSubmitTimeout() {
            return submitTimeout;
        }

        public void setSubmitTimeout(Duration submitTimeout) {
            this.submitTimeout = submitTimeout;
        }

        public Duration getOperationTimeout() {
            return operationTimeout;
        }

        public void setOperationTimeout(Duration operationTimeout) {
            this.operationTimeout = operationTimeout;
        }

        public Duration getResultRetention() {
            return resultRetention;
        }

        public void setResultRetention(Duration resultRetention) {
            this.resultRetention = resultRetention;
        }

        public int getMaxResults() {
            return maxResults;
        }

        public void setMaxResults(int maxResults) {
            this.maxResults = maxResults;
        }

        public DataSize getBlockCache() {
            return blockCache;
        }

        public void setBlockCache(DataSize blockCache) {
            this.blockCache = blockCache;
        }

        public DataSize getMaxOperationSize() {
            return maxOperationSize;
        }

        public void setMaxOperationSize(DataSize maxOperationSize) {
            this.maxOperationSize = maxOperationSize;
        }

        public Duration getSweepInterval() {
            return sweepInterval;
        }

        public void setSweepInterval(Duration sweepInterval) {
            this.sweepInterval = sweepInterval;
        }
    }
}
