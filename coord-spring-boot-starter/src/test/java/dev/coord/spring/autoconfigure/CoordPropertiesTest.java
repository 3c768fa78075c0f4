package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.cluster.RemoteDeath;
import dev.coord.election.LeaseTiming;
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
        CoordProperties properties = bind(Map.of());
        assertThat(properties.toCoordinatorSettings()).isEqualTo(CoordinatorSettings.defaults());
        assertThat(properties.toStoreSettings()).isEqualTo(SharedStoreSettings.defaults());
        assertThat(properties.toMeshSettings()).isEqualTo(MeshSettings.defaults());
        assertThat(properties.toWorldSettings()).isEqualTo(WorldSettings.defaults());
        assertThat(properties.world().enabled()).isTrue();
        assertThat(properties.groups()).isEmpty();
        assertThat(properties.mesh().health().enabled()).isFalse();
        assertThat(properties.mesh().reflection().enabled()).isFalse();
        assertThat(properties.enabled()).isTrue();
        assertThat(properties.dir()).isNull();
        assertThat(properties.group()).isEqualTo(Coordinator.builder().group());
        assertThat(properties.capabilities()).isEmpty();
    }

    @Test
    void capabilitiesAreAList() {
        assertThat(bind(Map.of("coord.capabilities", "a, b")).capabilities()).isEqualTo(List.of("a", "b"));
    }

    @Test
    void whatAGroupDoesNotSetIsAsForTheMainOne() {
        CoordProperties properties = bind(Map.of(
                "coord.capabilities", "gpu",
                "coord.attributes.zone", "main",
                "coord.close-timeout", "9s",
                "coord.heartbeat-interval", "1s",
                "coord.groups.a.enabled", "true",
                "coord.groups.b.capabilities", "",
                "coord.groups.b.heartbeat-interval", "2s",
                "coord.groups.b.lease.renewal-interval", "100ms",
                "coord.groups.b.lease.renew-deadline", "2s",
                "coord.groups.b.lease.stale-threshold", "3s"));
        Group a = properties.groups().get("a");
        assertThat(properties.capabilities(a)).containsExactly("gpu");
        assertThat(properties.attributes(a)).isEqualTo(Map.of("zone", "main"));
        assertThat(properties.toCoordinatorSettings(a)).isEqualTo(properties.toCoordinatorSettings());

        Group b = properties.groups().get("b");
        assertThat(properties.capabilities(b)).isEmpty();
        assertThat(properties.toCoordinatorSettings(b))
                .isEqualTo(CoordinatorSettings.defaults()
                        .withLease(LeaseTiming.stretched(
                                Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofSeconds(3)))
                        .withHeartbeatInterval(Duration.ofSeconds(2))
                        .withCloseTimeout(Duration.ofSeconds(9)));
    }

    @Test
    void everySettingOfAGroupsCoordinatorArrivesWhereItBelongs() {
        CoordProperties properties = bind(Map.of(
                "coord.groups.a.heartbeat-interval", "1s",
                "coord.groups.a.handler-grace", "4s",
                "coord.groups.a.participant-expiry", "1m",
                "coord.groups.a.close-timeout", "6s",
                "coord.groups.a.lease.remote-death", "never"));
        assertThat(properties.toCoordinatorSettings(properties.groups().get("a")))
                .isEqualTo(CoordinatorSettings.defaults()
                        .withRemoteDeath(RemoteDeath.NEVER)
                        .withParticipantExpiry(Duration.ofMinutes(1))
                        .withHeartbeatInterval(Duration.ofSeconds(1))
                        .withCloseTimeout(Duration.ofSeconds(6))
                        .withHandlerGrace(Duration.ofSeconds(4)));
        assertThat(properties.toCoordinatorSettings()).isEqualTo(CoordinatorSettings.defaults());
    }

    @Test
    void inAnExternalDatabaseHeartbeatsAreRarer() {
        assertThat(bind(Map.of("coord.store.type", "jdbc")).toCoordinatorSettings())
                .isEqualTo(CoordinatorSettings.databaseDefaults());
        assertThat(bind(Map.of("coord.store.type", "jdbc", "coord.participant-expiry", "8s"))
                        .toCoordinatorSettings()
                        .heartbeatInterval())
                .isEqualTo(Duration.ofSeconds(4));
        assertThat(bind(Map.of("coord.store.type", "jdbc", "coord.heartbeat-interval", "1s"))
                        .toCoordinatorSettings())
                .isEqualTo(CoordinatorSettings.databaseDefaults().withHeartbeatInterval(Duration.ofSeconds(1)));
    }

    private static CoordProperties bind(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values)).bindOrCreate("coord", CoordProperties.class);
    }
}
