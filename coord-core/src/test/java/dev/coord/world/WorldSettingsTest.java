package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.InvalidSettingsException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WorldSettingsTest {
    private static final WorldSettings DEFAULTS = WorldSettings.defaults();

    static Stream<UnaryOperator<WorldSettings>> senseless() {
        return Stream.of(
                s -> s.withSubmitTimeout(Duration.ZERO),
                s -> s.withOperationTimeout(Duration.ofMillis(-1)),
                s -> s.withResults(Duration.ZERO, 1),
                s -> s.withResults(Duration.ofSeconds(1), 0),
                s -> s.withSweepInterval(Duration.ZERO),
                s -> s.withMaxLogBytes(1),
                s -> s.withMaxLogBytes(Long.MAX_VALUE),
                s -> s.withMemory(0, 1),
                s -> s.withMemory(1, -1),
                s -> withSizes(s, -1, 1),
                s -> withSizes(s, 0, 0),
                s -> withSizes(s, 0, 1024 * 1024 + 1));
    }

    private static WorldSettings withSizes(WorldSettings s, long cache, int operation) {
        return new WorldSettings(
                s.submitTimeout(),
                s.operationTimeout(),
                s.resultRetention(),
                s.maxResults(),
                cache,
                operation,
                s.sweepInterval(),
                s.maxLogBytes(),
                s.maxQueueBytes(),
                s.resultCacheBytes());
    }

    @ParameterizedTest
    @MethodSource("senseless")
    void whatMakesNoSenseIsRefused(UnaryOperator<WorldSettings> change) {
        assertThatThrownBy(() -> change.apply(DEFAULTS))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("world");
    }

    @Test
    void eachLimitCanBeChangedAlone() {
        WorldSettings changed = DEFAULTS.withSubmitTimeout(Duration.ofSeconds(1))
                .withOperationTimeout(Duration.ofSeconds(2))
                .withResults(Duration.ofSeconds(3), 4)
                .withSweepInterval(Duration.ofSeconds(5));

        assertThat(changed)
                .isEqualTo(new WorldSettings(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(3),
                        4,
                        DEFAULTS.blockCacheBytes(),
                        DEFAULTS.maxOperationSize(),
                        Duration.ofSeconds(5),
                        DEFAULTS.maxLogBytes(),
                        DEFAULTS.maxQueueBytes(),
                        DEFAULTS.resultCacheBytes()));
        assertThat(withSizes(DEFAULTS, 0, 1).maxOperationSize()).isEqualTo(1);
    }
}
