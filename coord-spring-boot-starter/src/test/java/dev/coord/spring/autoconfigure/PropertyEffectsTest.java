package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.cluster.RemoteDeath;
import dev.coord.mesh.MeshSettings;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.world.WorldRoleHandler;
import dev.coord.world.WorldSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.test.util.ReflectionTestUtils;

/** Each property reaches the thing that it is about. What that does with it is for the tests of the thing. */
class PropertyEffectsTest {
    /** A property, a value that is not the default, and what is found of it in a running application. */
    private record Effect(String property, String value, Function<ApplicationContext, Object> where, Object expected) {
        /** As the metadata has it: a map of one's own keys is one property. */
        String described() {
            return property.startsWith("coord.attributes.") ? "coord.attributes" : property;
        }
    }

    private static final List<Effect> EFFECTS = List.of(
            coordinator("group", "workers", Coordinator::group, "workers"),
            coordinator("capabilities", "gpu,disk", PropertyEffectsTest::capabilities, List.of("gpu", "disk")),
            coordinator(
                    "attributes.zone",
                    "b",
                    PropertyEffectsTest::attributes,
                    Map.of("zone", "b", "coord.protocol", "1")),
            times(
                    "lease.renewal-interval",
                    "100ms",
                    settings -> settings.lease().renewalInterval(),
                    100),
            times("lease.renew-deadline", "8s", settings -> settings.lease().renewDeadline(), 8_000),
            times("lease.stale-threshold", "10s", settings -> settings.lease().staleThreshold(), 10_000),
            times(
                    "lease.max-stale-threshold",
                    "20s",
                    settings -> settings.lease().maxStaleThreshold(),
                    20_000),
            coordinator(
                    "lease.remote-death",
                    "never",
                    coordinator -> field(coordinator, CoordinatorSettings.class, "settings")
                            .remoteDeath(),
                    RemoteDeath.NEVER),
            times("heartbeat-interval", "700ms", CoordinatorSettings::heartbeatInterval, 700),
            times("handler-grace", "2s", CoordinatorSettings::handlerGrace, 2_000),
            times("participant-expiry", "1m", CoordinatorSettings::participantExpiry, 60_000),
            times("start-timeout", "30s", CoordinatorSettings::startTimeout, 30_000),
            times("close-timeout", "6s", CoordinatorSettings::closeTimeout, 6_000),
            mesh("connect-timeout", "2s", MeshSettings::connectTimeout, Duration.ofSeconds(2)),
            mesh("call-timeout", "3s", MeshSettings::callTimeout, Duration.ofSeconds(3)),
            mesh("heartbeat-interval", "100", MeshSettings::heartbeatInterval, Duration.ofMillis(100)),
            mesh("unresponsive-after", "700ms", MeshSettings::unresponsiveAfter, Duration.ofMillis(700)),
            mesh("max-message-size", "5MB", MeshSettings::maxMessageSize, 5 * 1024 * 1024),
            store("call-timeout", "5s", SharedStoreSettings::callTimeout, Duration.ofSeconds(5)),
            store("h2.frozen-owner", "wait", SharedStoreSettings::frozenOwner, FrozenOwner.WAIT),
            store("h2.owner-stale-threshold", "2s", SharedStoreSettings::ownerStaleThreshold, Duration.ofSeconds(2)),
            store("h2.sync", "true", SharedStoreSettings::sync, true),
            world("submit-timeout", "9s", WorldSettings::submitTimeout, Duration.ofSeconds(9)),
            world("operation-timeout", "4s", WorldSettings::operationTimeout, Duration.ofSeconds(4)),
            world("result-retention", "1h", WorldSettings::resultRetention, Duration.ofHours(1)),
            world("max-results", "50000", WorldSettings::maxResults, 50_000),
            world("block-cache", "32MB", WorldSettings::blockCacheBytes, 32L * 1024 * 1024),
            world("max-log-size", "64MB", WorldSettings::maxLogBytes, 64L * 1024 * 1024),
            world("max-queue-size", "1MB", WorldSettings::maxQueueBytes, 1024L * 1024),
            world("result-cache", "2MB", WorldSettings::resultCacheBytes, 2L * 1024 * 1024),
            world("max-operation-size", "512KB", WorldSettings::maxOperationSize, 512 * 1024),
            world("sweep-interval", "1m", WorldSettings::sweepInterval, Duration.ofMinutes(1)));

    /** Those that make beans come and go, and the tests that see that. */
    private static final Map<String, Class<?>> ELSEWHERE = Map.ofEntries(
            Map.entry("coord.enabled", CoordAutoConfigurationTest.class),
            Map.entry("coord.dir", CoordAutoConfigurationTest.class),
            Map.entry("coord.groups", CoordGroupsAutoConfigurationTest.class),
            Map.entry("coord.health.no-leader-grace", CoordHealthContributorAutoConfigurationTest.class),
            Map.entry("coord.health.world-lag-grace", CoordHealthContributorAutoConfigurationTest.class),
            Map.entry("coord.health.readiness.enabled", CoordHealthContributorAutoConfigurationTest.class),
            Map.entry("coord.mesh.address", MeshNetworkTest.class),
            Map.entry("coord.mesh.advertised-address", MeshNetworkTest.class),
            Map.entry("coord.mesh.ssl.enabled", MeshNetworkTest.class),
            Map.entry("coord.mesh.ssl.bundle", MeshNetworkTest.class),
            Map.entry("coord.mesh.ssl.server-name", MeshNetworkTest.class),
            Map.entry("coord.mesh.health.enabled", CoordMeshAutoConfigurationTest.class),
            Map.entry("coord.mesh.reflection.enabled", CoordMeshAutoConfigurationTest.class),
            Map.entry("coord.world.enabled", CoordWorldAutoConfigurationTest.class));

    /** Those of an external database, in {@link CoordJdbcAutoConfigurationTest}. */
    private static final List<String> OF_A_DATABASE = List.of(
            "coord.store.type",
            "coord.store.url",
            "coord.store.username",
            "coord.store.password",
            "coord.store.schema",
            "coord.store.schema-name",
            "coord.store.table-prefix",
            "coord.store.session",
            "coord.store.lease-timeout",
            "coord.store.poll-interval");

    @TempDir
    private Path temp;

    @Test
    void eachPropertyArrivesWhereItBelongs() {
        var properties = new ArrayList<String>();
        properties.add("coord.dir=" + temp.resolve("shared"));
        EFFECTS.forEach(effect -> properties.add(effect.property + "=" + effect.value));
        new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CoordAutoConfiguration.class, CoordWorldAutoConfiguration.class))
                .withPropertyValues(properties.toArray(String[]::new))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    var expected = new TreeMap<String, Object>();
                    var found = new TreeMap<String, Object>();
                    for (Effect effect : EFFECTS) {
                        expected.put(effect.property, effect.expected);
                        found.put(effect.property, effect.where.apply(context));
                    }
                    assertThat(found).isEqualTo(expected);
                });
    }

    @Test
    void noValueHereIsTheDefault() {
        Map<String, PropertyMetadata> all = PropertyMetadata.all();
        assertThat(EFFECTS)
                .noneMatch(effect -> effect.value.equalsIgnoreCase(
                        all.get(effect.described()).defaultValue()));
    }

    @Test
    void everyPropertyIsHereOrElsewhere() {
        var tested = new TreeSet<>(ELSEWHERE.keySet());
        tested.addAll(OF_A_DATABASE);
        EFFECTS.forEach(effect -> tested.add(effect.described()));
        assertThat(tested).containsExactlyElementsOf(PropertyMetadata.names());
    }

    private static Effect coordinator(
            String property, String value, Function<Coordinator, Object> where, Object expected) {
        return new Effect(
                "coord." + property, value, context -> where.apply(context.getBean(Coordinator.class)), expected);
    }

    private static Object attributes(Coordinator coordinator) {
        return coordinator.watcher().participants().get(0).attributes();
    }

    private static Object capabilities(Coordinator coordinator) {
        return coordinator.watcher().participants().get(0).capabilities().stream()
                .toList();
    }

    private static Effect times(
            String property, String value, Function<CoordinatorSettings, Duration> where, long millis) {
        return coordinator(
                property,
                value,
                coordinator -> where.apply(field(coordinator, CoordinatorSettings.class, "settings")),
                Duration.ofMillis(millis));
    }

    private static Effect mesh(String property, String value, Function<MeshSettings, Object> where, Object expected) {
        return coordinator(
                "mesh." + property,
                value,
                coordinator -> where.apply(field(coordinator.mesh(), MeshSettings.class, "settings")),
                expected);
    }

    private static Effect store(
            String property, String value, Function<SharedStoreSettings, Object> where, Object expected) {
        return coordinator(
                "store." + property,
                value,
                coordinator -> where.apply(field(coordinator, SharedStoreSettings.class, "store", "store", "settings")),
                expected);
    }

    private static Effect world(String property, String value, Function<WorldSettings, Object> where, Object expected) {
        return new Effect(
                "coord.world." + property,
                value,
                context -> where.apply(field(context.getBean(WorldRoleHandler.class), WorldSettings.class, "settings")),
                expected);
    }

    private static <T> T field(Object from, Class<T> type, String... path) {
        Object found = from;
        for (String name : path) {
            found = ReflectionTestUtils.getField(found, name);
            assertThat(found).as(name).isNotNull();
        }
        return type.cast(found);
    }
}
