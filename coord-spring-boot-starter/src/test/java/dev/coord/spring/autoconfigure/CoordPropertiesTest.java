package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.CoordinatorSettings;
import dev.coord.mesh.MeshSettings;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.store.shared.SharedStoreSettings.FrozenHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class CoordPropertiesTest {
    @Test
    void theDefaultsAreThoseOfTheCore() {
        var properties = new CoordProperties();
        assertThat(properties.toCoordinatorSettings())
                .usingRecursiveComparison()
                .isEqualTo(CoordinatorSettings.defaults());
        assertThat(properties.toStoreSettings()).isEqualTo(SharedStoreSettings.defaults());
        assertThat(properties.toMeshSettings()).isEqualTo(MeshSettings.defaults());
        assertThat(properties.getMesh().getHealth().isEnabled()).isFalse();
        assertThat(properties.getMesh().getReflection().isEnabled()).isFalse();
        assertThat(properties.isEnabled()).isTrue();
        assertThat(properties.getDir()).isNull();
        assertThat(properties.getGroup()).isEqualTo("default");
        assertThat(properties.getCapabilities()).isEmpty();
    }

    @Test
    void everyTimeArrivesWhereItBelongs() {
        CoordProperties properties = bind(Map.of(
                "coord.lease.renewal-interval", "100ms",
                "coord.lease.renew-deadline", "1500",
                "coord.lease.stale-threshold", "2s",
                "coord.heartbeat-interval", "1s",
                "coord.handler-grace", "4s",
                "coord.participant-expiry", "1m",
                "coord.start-timeout", "30s",
                "coord.close-timeout", "6s"));
        assertThat(properties.toCoordinatorSettings())
                .usingRecursiveComparison()
                .isEqualTo(CoordinatorSettings.builder()
                        .leaseRenewalInterval(Duration.ofMillis(100))
                        .renewDeadline(Duration.ofMillis(1500))
                        .leaseStaleThreshold(Duration.ofSeconds(2))
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .handlerGrace(Duration.ofSeconds(4))
                        .participantExpiry(Duration.ofMinutes(1))
                        .startTimeout(Duration.ofSeconds(30))
                        .closeTimeout(Duration.ofSeconds(6))
                        .build());
    }

    @Test
    void theStoresSettingsArriveWhereTheyBelong() {
        CoordProperties properties = bind(Map.of(
                "coord.store.call-timeout", "5s",
                "coord.store.h2.frozen-host", "kill",
                "coord.store.h2.host-stale-threshold", "2s",
                "coord.store.h2.sync", "true"));
        assertThat(properties.toStoreSettings())
                .isEqualTo(SharedStoreSettings.defaults()
                        .withHostStaleThreshold(Duration.ofSeconds(2))
                        .withCallTimeout(Duration.ofSeconds(5))
                        .withFrozenHost(FrozenHost.KILL)
                        .withSync(true));
    }

    @Test
    void theMeshsSettingsArriveWhereTheyBelong() {
        CoordProperties properties = bind(Map.of(
                "coord.mesh.connect-timeout", "2s",
                "coord.mesh.call-timeout", "3s",
                "coord.mesh.heartbeat-interval", "100",
                "coord.mesh.unresponsive-after", "700ms",
                "coord.mesh.max-message-size", "64KB",
                "coord.mesh.health.enabled", "true",
                "coord.mesh.reflection.enabled", "true"));
        assertThat(properties.toMeshSettings())
                .isEqualTo(new MeshSettings(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        Duration.ofMillis(100),
                        Duration.ofMillis(700),
                        64 * 1024));
        assertThat(properties.getMesh().getHealth().isEnabled()).isTrue();
        assertThat(properties.getMesh().getReflection().isEnabled()).isTrue();
    }

    @Test
    void capabilitiesAreAList() {
        assertThat(bind(Map.of("coord.capabilities", "a, b")).getCapabilities()).isEqualTo(List.of("a", "b"));
    }

    @Test
    void everyPropertyIsDescribedForEditors() throws IOException {
        try (InputStream metadata =
                CoordProperties.class.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
            assertThat(metadata).isNotNull();
            assertThat(new String(metadata.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("\"name\": \"coord.lease.renewal-interval\"", "\"defaultValue\": \"250ms\"")
                    .contains("\"description\": \"How often the leader renews its lease.\"")
                    .contains("\"name\": \"coord.mesh.max-message-size\"", "\"defaultValue\": \"4MB\"")
                    .contains("\"name\": \"coord.mesh.health.enabled\"", "\"name\": \"coord.mesh.reflection.enabled\"")
                    .contains("\"description\": \"Largest message that is accepted on the mesh.\"")
                    .contains("\"name\": \"management.health.coord.enabled\"");
        }
    }

    private static CoordProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bind("coord", CoordProperties.class)
                .get();
    }
}
