package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.InvalidSettingsException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LeaseTimingTest {
    @ParameterizedTest(name = "interval {0} ms, deadline {1} ms, threshold {2} ms: {3}")
    @CsvSource({
        "0, 750, 1000, renewal interval must be more than 0",
        "-1, 750, 1000, renewal interval must be more than 0",
        "376, 750, 1000, at most half of the renew deadline",
        "250, 0, 1000, at most half of the renew deadline",
        "250, -750, 1000, at most half of the renew deadline",
        "250, 1000, 1000, must be less than the stale threshold",
        "250, 1001, 1000, must be less than the stale threshold",
        "250, 750, 0, must be less than the stale threshold",
        "250, 750, -1, must be less than the stale threshold"
    })
    void isRefusedWithAllTheNumbers(long interval, long deadline, long threshold, String why) {
        assertThatThrownBy(() -> timing(interval, deadline, threshold))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining(why)
                .hasMessageContaining("renewal interval " + interval + " ms")
                .hasMessageContaining("renew deadline " + deadline + " ms")
                .hasMessageContaining("stale threshold " + threshold + " ms");
    }

    @ParameterizedTest
    @CsvSource({"250, 750, 1000", "375, 750, 751", "1, 2, 3", "20000, 60000, 600000"})
    void isAcceptedWhenTheLeaderKnowsFirst(long interval, long deadline, long threshold) {
        assertThat(timing(interval, deadline, threshold).staleThreshold()).isEqualTo(Duration.ofMillis(threshold));
    }

    private static LeaseTiming timing(long interval, long deadline, long threshold) {
        return new LeaseTiming(Duration.ofMillis(interval), Duration.ofMillis(deadline), Duration.ofMillis(threshold));
    }
}
