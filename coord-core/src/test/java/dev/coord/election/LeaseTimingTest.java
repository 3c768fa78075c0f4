package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.InvalidSettingsException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest(name = "threshold {0} ms: {1} ms")
    @CsvSource({"1000, 750", "2000, 1500", "10000, 7500", "4, 3", "1, 0"})
    void theDeadlineIsStretchedWithTheThreshold(long threshold, long deadline) {
        LeaseTiming timing = timing(250, 750, 1000);

        Duration stretched = timing.renewDeadline(Duration.ofMillis(threshold));

        assertThat(stretched.toMillis()).isEqualTo(deadline);
        assertThat(stretched.toNanos()).isLessThan(Duration.ofMillis(threshold).toNanos());
    }

    @Test
    void theStretchedDeadlineIsLessThanTheThresholdHoweverCloseTheyAre() {
        Duration threshold = Duration.ofHours(24);
        var timing = new LeaseTiming(
                Duration.ofSeconds(1), threshold.dividedBy(2).minusNanos(1), threshold.dividedBy(2), threshold);

        assertThat(timing.renewDeadline(threshold).toNanos()).isLessThan(threshold.toNanos());
    }

    @Test
    void aLongestThresholdBelowTheThresholdIsRefusedWithAllTheNumbers() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() ->
                        new LeaseTiming(Duration.ofMillis(250), Duration.ofMillis(750), second, second.minusMillis(1)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("longest stale threshold must not be less")
                .hasMessageContaining("renewal interval 250 ms")
                .hasMessageContaining("renew deadline 750 ms")
                .hasMessageContaining("stale threshold 1000 ms")
                .hasMessageContaining("at most stretched to 999 ms");
    }

    @Test
    void isNeverStretchedUnlessThatIsSaid() {
        assertThat(timing(250, 750, 1000).maxStaleThreshold()).isEqualTo(Duration.ofSeconds(1));
    }

    @ParameterizedTest(name = "threshold {0} ms: {1} ms")
    @CsvSource({"1000, 10000", "10000, 10000", "11000, 11000"})
    void isStretchedByDefaultButNotBeyondALongThreshold(long threshold, long max) {
        LeaseTiming timing =
                LeaseTiming.stretched(Duration.ofMillis(250), Duration.ofMillis(750), Duration.ofMillis(threshold));

        assertThat(timing.maxStaleThreshold()).isEqualTo(Duration.ofMillis(max));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void refusesForEver(int which) {
        Duration[] times = {Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3), Duration.ofMillis(4)};
        times[which] = ChronoUnit.FOREVER.getDuration();

        assertThatThrownBy(() -> new LeaseTiming(times[0], times[1], times[2], times[3]))
                .as("nanoseconds would overflow when it is used")
                .isInstanceOf(InvalidSettingsException.class);
    }

    private static LeaseTiming timing(long interval, long deadline, long threshold) {
        return new LeaseTiming(Duration.ofMillis(interval), Duration.ofMillis(deadline), Duration.ofMillis(threshold));
    }
}
