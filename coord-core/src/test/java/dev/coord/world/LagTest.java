package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** For how long a participant is behind. */
class LagTest {
    private final SettableNanoClock clock = new SettableNanoClock();
    private final Lag lag = new Lag(clock);

    @Test
    void whoHasAllIsNotBehindHoweverLongNothingHappens() {
        assertThat(lag.age()).isZero();
        lag.known(3);
        lag.read(3);
        clock.tickMillis(5000);
        assertThat(lag.age()).isZero();
        lag.read(4);
        assertThat(lag.age()).isZero();
    }

    @Test
    void itCountsFromWhenTheFirstCommitThatIsMissingWasKnown() {
        lag.read(1);
        clock.tickMillis(5000);
        lag.known(2);
        clock.tickMillis(100);
        lag.known(3);
        clock.tickMillis(100);
        assertThat(lag.age()).isEqualTo(Duration.ofMillis(200));
        lag.read(1);
        assertThat(lag.age()).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void whoReadsAnOlderWorldIsNotBehindTheOneThatIsGone() {
        lag.known(10);
        lag.read(10);
        lag.read(5);
        clock.tickMillis(5000);
        assertThat(lag.age()).isZero();
        lag.known(6);
        clock.tickMillis(100);
        assertThat(lag.age()).isEqualTo(Duration.ofMillis(100));
        lag.read(6);
        assertThat(lag.age()).isZero();
    }

    @Test
    void whoWasToldOfCommitsThatWereLostIsNotBehindThem() {
        lag.read(5);
        lag.known(10);
        clock.tickMillis(5000);
        assertThat(lag.age()).isEqualTo(Duration.ofSeconds(5));
        lag.knownAnew(5);
        assertThat(lag.age()).isZero();
        lag.knownAnew(7);
        clock.tickMillis(100);
        assertThat(lag.age()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void whoGoesOnIsNeverLongBehindThoughThereIsAlwaysMore() {
        for (int i = 1; i < 100; i++) {
            lag.known(i * 10L);
            clock.tickMillis(100);
            lag.read(i * 10L - 1);
            lag.known(i * 10L + 1);
            lag.read(i * 10L);
            long behind = lag.age().toMillis();
            assertThat(behind).isBetween(0L, 100L);
        }
    }
}
