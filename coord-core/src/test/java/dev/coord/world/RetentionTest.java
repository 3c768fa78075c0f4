package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What may go from the log, on a clock that is stepped. */
class RetentionTest {
    private final SettableNanoClock clock = new SettableNanoClock();
    private final Retention retention = new Retention(Duration.ofSeconds(100), Duration.ofSeconds(10), 50);

    private long removable(long seqno) {
        return retention.removable(seqno, clock.nanoTime());
    }

    @Test
    void nothingGoesBeforeItsTime() {
        assertThat(removable(0)).isZero();
        assertThat(removable(10)).isZero();
        clock.tick(Duration.ofSeconds(100));
        assertThat(removable(10)).isZero();
    }

    @Test
    void whatIsOlderThanTheRetentionGoes() {
        assertThat(removable(10)).isZero();
        clock.tick(Duration.ofSeconds(60));
        assertThat(removable(20)).isZero();
        clock.tick(Duration.ofMillis(40_001));

        assertThat(removable(30)).isEqualTo(10);
        clock.tick(Duration.ofSeconds(60));
        assertThat(removable(30)).isEqualTo(20);
        clock.tick(Duration.ofSeconds(60));
        assertThat(removable(30)).isEqualTo(30);
    }

    @Test
    void entriesOfATimeBeforeThisLeaderCountAsNew() {
        assertThat(removable(1_000)).isZero();
        clock.tick(Duration.ofSeconds(100));
        assertThat(removable(1_000)).isZero();
        clock.tick(Duration.ofMillis(1));
        assertThat(removable(1_000)).isEqualTo(1_000);
    }

    @Test
    void whatIsTooMuchGoesWhenNobodyRepeatsItAnyMore() {
        assertThat(removable(10)).isZero();
        clock.tick(Duration.ofSeconds(1));
        assertThat(removable(200)).as("too many, but too new").isZero();
        clock.tick(Duration.ofMillis(9_001));

        assertThat(removable(200)).isEqualTo(10);
        clock.tick(Duration.ofSeconds(10));
        assertThat(removable(200)).as("the last 50 stay").isZero();
        assertThat(removable(251)).isEqualTo(200);
    }

    @Test
    void whatMayBeRepeatedIsNeverOlderThanTheRetention() {
        var brief = new Retention(Duration.ofSeconds(1), Duration.ofSeconds(10), 5);
        assertThat(brief.removable(3, clock.nanoTime())).isZero();
        clock.tick(Duration.ofMillis(1001));

        assertThat(brief.removable(100, clock.nanoTime())).isEqualTo(3);
    }

    @Test
    void manyCommitsAreRememberedInFewSamples() {
        for (int i = 1; i <= 100_000; i++) {
            assertThat(removable(i)).isZero();
            clock.tick(Duration.ofNanos(1_000));
        }
        clock.tick(Duration.ofSeconds(100));

        // Within a thousandth of the retention.
        assertThat(removable(100_000)).isBetween(1L, 100_000L);
    }
}
