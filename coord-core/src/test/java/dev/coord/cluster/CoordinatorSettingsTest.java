package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.InvalidSettingsException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CoordinatorSettingsTest {
    /** One setter of the builder. */
    private interface Setting extends BiFunction<CoordinatorSettings.Builder, Duration, CoordinatorSettings.Builder> {}

    @Test
    void theDefaultsAreThePublicConstants() {
        CoordinatorSettings defaults = CoordinatorSettings.defaults();

        assertThat(CoordinatorSettings.DEFAULT_LEASE_RENEWAL_INTERVAL)
                .isEqualTo(Duration.ofMillis(250))
                .isEqualTo(defaults.leaseRenewalInterval());
        assertThat(CoordinatorSettings.DEFAULT_RENEW_DEADLINE)
                .isEqualTo(Duration.ofMillis(750))
                .isEqualTo(defaults.renewDeadline());
        assertThat(CoordinatorSettings.DEFAULT_LEASE_STALE_THRESHOLD)
                .isEqualTo(Duration.ofSeconds(1))
                .isEqualTo(defaults.leaseStaleThreshold());
        assertThat(CoordinatorSettings.DEFAULT_MAX_LEASE_STALE_THRESHOLD)
                .isEqualTo(Duration.ofSeconds(10))
                .isEqualTo(defaults.maxLeaseStaleThreshold());
        assertThat(CoordinatorSettings.DEFAULT_HEARTBEAT_INTERVAL)
                .isEqualTo(Duration.ofMillis(500))
                .isEqualTo(defaults.heartbeatInterval());
        assertThat(CoordinatorSettings.DEFAULT_CLOSE_TIMEOUT)
                .isEqualTo(Duration.ofSeconds(5))
                .isEqualTo(defaults.closeTimeout());
    }

    @Test
    void aBuilderFromSettingsHasTheirValues() {
        CoordinatorSettings settings = CoordinatorSettings.builder()
                .leaseRenewalInterval(Duration.ofMillis(10))
                .renewDeadline(Duration.ofMillis(30))
                .leaseStaleThreshold(Duration.ofMillis(40))
                .maxLeaseStaleThreshold(Duration.ofMillis(45))
                .heartbeatInterval(Duration.ofMillis(50))
                .handlerGrace(Duration.ofMillis(60))
                .participantExpiry(Duration.ofMillis(170))
                .startTimeout(Duration.ofMillis(80))
                .closeTimeout(Duration.ofMillis(90))
                .build();

        assertThat(settings.toBuilder().build()).usingRecursiveComparison().isEqualTo(settings);
    }

    @Test
    void aThresholdBeyondTheLongestIsNotStretched() {
        CoordinatorSettings settings = CoordinatorSettings.builder()
                .leaseStaleThreshold(Duration.ofSeconds(11))
                .build();

        assertThat(settings.maxLeaseStaleThreshold()).isEqualTo(Duration.ofSeconds(11));
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                refused("interval of 0", CoordinatorSettings.Builder::leaseRenewalInterval, 0, "0 ms", "750 ms"),
                refused("negative interval", CoordinatorSettings.Builder::leaseRenewalInterval, -5, "-5 ms", "750 ms"),
                refused("late renewals", CoordinatorSettings.Builder::leaseRenewalInterval, 400, "400 ms", "750 ms"),
                refused("deadline at the threshold", CoordinatorSettings.Builder::renewDeadline, 1000, "1000 ms"),
                refused("threshold of 0", CoordinatorSettings.Builder::leaseStaleThreshold, 0, "0 ms", "750 ms"),
                refused(
                        "threshold below the deadline",
                        CoordinatorSettings.Builder::leaseStaleThreshold,
                        700,
                        "700 ms"),
                refused(
                        "longest threshold below the threshold",
                        CoordinatorSettings.Builder::maxLeaseStaleThreshold,
                        999,
                        "250 ms",
                        "750 ms",
                        "1000 ms",
                        "999 ms"),
                refused(
                        "heartbeat of 0",
                        CoordinatorSettings.Builder::heartbeatInterval,
                        0,
                        "heartbeat interval",
                        "0 ms"),
                refused("rare heartbeats", CoordinatorSettings.Builder::heartbeatInterval, 6000, "6000 ms", "10000 ms"),
                refused("expiry of 0", CoordinatorSettings.Builder::participantExpiry, 0, "participant expiry", "0 ms"),
                refused("early expiry", CoordinatorSettings.Builder::participantExpiry, 900, "900 ms", "500 ms"),
                refused("negative grace", CoordinatorSettings.Builder::handlerGrace, -1, "handler grace", "-1 ms"),
                refused("grace as long as closing", CoordinatorSettings.Builder::handlerGrace, 5000, "5000 ms"),
                refused("start timeout of 0", CoordinatorSettings.Builder::startTimeout, 0, "start timeout", "0 ms"),
                refused("close timeout of 0", CoordinatorSettings.Builder::closeTimeout, 0, "close timeout", "0 ms"),
                refused(
                        "closing before the grace",
                        CoordinatorSettings.Builder::closeTimeout,
                        1000,
                        "1000 ms",
                        "3000 ms"));
    }

    private static Arguments refused(String name, Setting setting, long millis, String... inMessage) {
        return Arguments.of(name, setting, Duration.ofMillis(millis), inMessage);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void refused(String name, Setting setting, Duration value, String[] inMessage) {
        CoordinatorSettings.Builder builder = setting.apply(CoordinatorSettings.builder(), value);

        assertThatThrownBy(builder::build)
                .isInstanceOf(InvalidSettingsException.class)
                .message()
                .contains(inMessage);
    }

    static Stream<Arguments> settings() {
        return Stream.of(
                Arguments.of("interval", (Setting) CoordinatorSettings.Builder::leaseRenewalInterval),
                Arguments.of("deadline", (Setting) CoordinatorSettings.Builder::renewDeadline),
                Arguments.of("threshold", (Setting) CoordinatorSettings.Builder::leaseStaleThreshold),
                Arguments.of("longest threshold", (Setting) CoordinatorSettings.Builder::maxLeaseStaleThreshold),
                Arguments.of("heartbeat", (Setting) CoordinatorSettings.Builder::heartbeatInterval),
                Arguments.of("grace", (Setting) CoordinatorSettings.Builder::handlerGrace),
                Arguments.of("expiry", (Setting) CoordinatorSettings.Builder::participantExpiry),
                Arguments.of("start timeout", (Setting) CoordinatorSettings.Builder::startTimeout),
                Arguments.of("close timeout", (Setting) CoordinatorSettings.Builder::closeTimeout));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("settings")
    void refusesForEver(String name, Setting setting) {
        CoordinatorSettings.Builder builder =
                setting.apply(CoordinatorSettings.builder(), ChronoUnit.FOREVER.getDuration());

        assertThatThrownBy(builder::build)
                .as("%s: nanoseconds would overflow when it is used", name)
                .isInstanceOf(InvalidSettingsException.class);
    }
}
