package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.InvalidSettingsException;
import dev.coord.election.LeaseTiming;
import dev.coord.store.jdbc.DatabaseSettings;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CoordinatorSettingsTest {
    /** What changes one setting. */
    private interface Setting extends BiFunction<CoordinatorSettings, Duration, CoordinatorSettings> {}

    @Test
    void theDefaultsAreThoseThatAreDocumented() {
        assertThat(CoordinatorSettings.defaults())
                .isEqualTo(new CoordinatorSettings(
                        new LeaseTiming(
                                Duration.ofMillis(250),
                                Duration.ofMillis(750),
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(10)),
                        Duration.ofMillis(500),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        RemoteDeath.CONNECTIONS));
    }

    @Test
    void aCoordinatorInAnExternalDatabaseHasTheDefaultsForIt() {
        var builder = Coordinator.builder();
        assertThat(builder.settings()).isEqualTo(CoordinatorSettings.defaults());
        builder.database(DatabaseSettings.at("jdbc:postgresql://host/database"));
        assertThat(builder.settings()).isEqualTo(CoordinatorSettings.databaseDefaults());
        builder.settings(CoordinatorSettings.defaults());
        assertThat(builder.settings()).isEqualTo(CoordinatorSettings.defaults());
    }

    @Test
    void eachSettingIsChangedByItself() {
        var settings = new CoordinatorSettings(
                new LeaseTiming(Duration.ofMillis(10), Duration.ofMillis(30), Duration.ofMillis(40)),
                Duration.ofMillis(50),
                Duration.ofMillis(170),
                Duration.ofMillis(60),
                Duration.ofMillis(80),
                Duration.ofMillis(90),
                RemoteDeath.NEVER);

        assertThat(CoordinatorSettings.defaults()
                        .withLease(settings.lease())
                        .withHeartbeatInterval(settings.heartbeatInterval())
                        .withParticipantExpiry(settings.participantExpiry())
                        .withHandlerGrace(settings.handlerGrace())
                        .withStartTimeout(settings.startTimeout())
                        .withCloseTimeout(settings.closeTimeout())
                        .withRemoteDeath(settings.remoteDeath()))
                .isEqualTo(settings);
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("no heartbeats", CoordinatorSettings::withHeartbeatInterval, 0, "heartbeat interval", "0 ms"),
                refused("rare heartbeats", CoordinatorSettings::withHeartbeatInterval, 6000, "6000 ms", "10000 ms"),
                refused("expiry of 0", CoordinatorSettings::withParticipantExpiry, 0, "participant expiry", "0 ms"),
                refused("early expiry", CoordinatorSettings::withParticipantExpiry, 900, "900 ms", "500 ms"),
                refused("negative grace", CoordinatorSettings::withHandlerGrace, -1, "handler grace", "-1 ms"),
                refused("grace as long as closing", CoordinatorSettings::withHandlerGrace, 5000, "5000 ms"),
                refused("start timeout of 0", CoordinatorSettings::withStartTimeout, 0, "start timeout", "0 ms"),
                refused("close timeout of 0", CoordinatorSettings::withCloseTimeout, 0, "close timeout", "0 ms"),
                refused("closing before the grace", CoordinatorSettings::withCloseTimeout, 1000, "1000 ms", "3000 ms"));
    }

    private static Arguments refused(String name, Setting setting, long millis, String... inMessage) {
        return Arguments.of(name, setting, Duration.ofMillis(millis), inMessage);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, Setting setting, Duration value, String[] inMessage) {
        CoordinatorSettings defaults = CoordinatorSettings.defaults();

        assertThatThrownBy(() -> setting.apply(defaults, value))
                .isInstanceOf(InvalidSettingsException.class)
                .message()
                .contains(inMessage);
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("heartbeat", (Setting) CoordinatorSettings::withHeartbeatInterval),
                Arguments.of("grace", (Setting) CoordinatorSettings::withHandlerGrace),
                Arguments.of("expiry", (Setting) CoordinatorSettings::withParticipantExpiry),
                Arguments.of("start timeout", (Setting) CoordinatorSettings::withStartTimeout),
                Arguments.of("close timeout", (Setting) CoordinatorSettings::withCloseTimeout));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void refusesForEver(String name, Setting setting) {
        CoordinatorSettings defaults = CoordinatorSettings.defaults();

        assertThatThrownBy(() -> setting.apply(defaults, ChronoUnit.FOREVER.getDuration()))
                .as("%s: nanoseconds would overflow when it is used", name)
                .isInstanceOf(InvalidSettingsException.class);
    }
}
