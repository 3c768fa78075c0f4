package dev.coord.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SettableNanoClockTest {
    private final SettableNanoClock clock = new SettableNanoClock();

    @Test
    void standsStillUntilItIsMoved() {
        long start = clock.nanoTime();
        assertThat(clock.nanoTime()).isEqualTo(start);

        clock.tickMillis(250);

        assertThat(clock.since(start)).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void measuresAcrossTheWrapOfItsValues() {
        long start = clock.nanoTime();

        clock.tick(Duration.ofDays(1));

        assertThat(clock.nanoTime()).isLessThan(start);
        assertThat(clock.since(start)).isEqualTo(Duration.ofDays(1));
    }

    @Test
    void neverGoesBack() {
        assertThatThrownBy(() -> clock.tick(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void theClockOfTheProcessIsMonotonic() {
        NanoClock system = NanoClock.system();
        long before = system.nanoTime();
        assertThat(system.since(before)).isGreaterThanOrEqualTo(Duration.ZERO);
    }
}
