package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.CoordinatorSettings;
import dev.coord.mesh.MeshSettings;
import dev.coord.spring.autoconfigure.CoordProperties.Group;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.world.WorldSettings;
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
        assertThat(properties.toWorldSettings()).isEqualTo(WorldSettings.defaults());
        assertThat(properties.getWorld().isEnabled()).isTrue();
        assertThat(properties.getGroups()).isEmpty();
        assertThat(properties.getMesh().getHealth().isEnabled()).isFalse();
        assertThat(properties.getMesh().getReflection().isEnabled()).isFalse();
        assertThat(properties.isEnabled()).isTrue();
        assertThat(properties.getDir()).isNull();
        assertThat(properties.getGroup()).isEqualTo("default");
        assertThat(properties.getCapabilities()).isEmpty();
    }

    @Test
    void capabilitiesAreAList() {
        assertThat(bind(Map.of("coord.capabilities", "a, b")).getCapabilities()).isEqualTo(List.of("a", "b"));
    }

    @Test
    void whatAGroupDoesNotSetIsAsForTheMainOne() {
        CoordProperties properties = bind(Map.of(
                "coord.capabilities", "gpu",
                "coord.close-timeout", "9s",
                "coord.heartbeat-interval", "1s",
                "coord.groups.a.enabled", "true",
                "coord.groups.b.capabilities", "",
                "coord.groups.b.heartbeat-interval", "2s",
                "coord.groups.b.lease.renewal-interval", "100ms",
                "coord.groups.b.lease.renew-deadline", "2s",
                "coord.groups.b.lease.stale-threshold", "3s"));
        Group a = properties.getGroups().get("a");
        assertThat(properties.capabilities(a)).containsExactly("gpu");
        assertThat(properties.toCoordinatorSettings(a))
                .usingRecursiveComparison()
                .isEqualTo(properties.toCoordinatorSettings());

        Group b = properties.getGroups().get("b");
        assertThat(properties.capabilities(b)).isEmpty();
        assertThat(properties.toCoordinatorSettings(b))
                .usingRecursiveComparison()
                .isEqualTo(CoordinatorSettings.builder()
                        .leaseRenewalInterval(Duration.ofMillis(100))
                        .renewDeadline(Duration.ofSeconds(2))
                        .leaseStaleThreshold(Duration.ofSeconds(3))
                        .heartbeatInterval(Duration.ofSeconds(2))
                        .closeTimeout(Duration.ofSeconds(9))
                        .build());
    }

    @Test
    void everyTimeOfAGroupArrivesWhereItBelongs() {
        CoordProperties properties = bind(Map.of(
                "coord.groups.a.heartbeat-interval", "1s",
                "coord.groups.a.handler-grace", "4s",
                "coord.groups.a.participant-expiry", "1m",
                "coord.groups.a.close-timeout", "6s"));
        assertThat(properties.toCoordinatorSettings(properties.getGroups().get("a")))
                .usingRecursiveComparison()
                .isEqualTo(CoordinatorSettings.builder()
                        .heartbeatInterval(Duration.ofSeconds(1))
                        .handlerGrace(Duration.ofSeconds(4))
                        .participantExpiry(Duration.ofMinutes(1))
                        .closeTimeout(Duration.ofSeconds(6))
                        .build());
        assertThat(properties.toCoordinatorSettings())
                .usingRecursiveComparison()
                .isEqualTo(CoordinatorSettings.defaults());
    }

    private static CoordProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bind("coord", CoordProperties.class)
                .get();
    }
}
