package dev.coord.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatienceTest {
    private static final Duration LEAST = Duration.ofSeconds(1);
    private static final Duration MOST = Duration.ofSeconds(10);

    private final SettableNanoClock clock = new SettableNanoClock();
    private final Patience patience = new Patience(LEAST, MOST, clock.nanoTime());

    @ParameterizedTest(name = "after a pause of {0} ms: {1} ms")
    @CsvSource({
        "-5, 1000",
        "0, 1000",
        "1, 1000",
        "200, 1000",
        "201, 2000",
        "400, 2000",
        "401, 4000",
        "800, 4000",
        "1600, 8000",
        "1601, 10000",
        "3600000, 10000"
    })
    void outlastsAFewTimesTheLongestPause(long pause, long expected) {
        growUp();

        patience.paused(Duration.ofMillis(pause), clock.nanoTime());

        assertThat(patience.at(clock.nanoTime())).isEqualTo(Duration.ofMillis(expected));
    }

    @Test
    void theLongestPauseCountsWhateverComesAfterIt() {
        growUp();
        patience.paused(Duration.ofMillis(700), clock.nanoTime());
        for (int i = 0; i < 29; i++) {
            clock.tick(Duration.ofSeconds(1));
            patience.paused(Duration.ofMillis(250), clock.nanoTime());
        }
        assertThat(patience.at(clock.nanoTime())).isEqualTo(Duration.ofSeconds(4));
        assertThat(patience.longestPause(clock.nanoTime())).isEqualTo(Duration.ofMillis(700));
    }

    @ParameterizedTest(name = "after {0} s: {1} ms")
    @CsvSource({"0, 4000", "29, 4000", "60, 1000", "3600, 1000"})
    void comesBackWhenThereWasNoPauseForAWhile(long seconds, long expected) {
        growUp();
        patience.paused(Duration.ofMillis(700), clock.nanoTime());

        clock.tick(Duration.ofSeconds(seconds));

        assertThat(patience.at(clock.nanoTime())).isEqualTo(Duration.ofMillis(expected));
    }

    @Test
    void comesDownToWhatTheLaterPausesNeed() {
        growUp();
        patience.paused(Duration.ofSeconds(3), clock.nanoTime());
        for (int i = 0; i < 61; i++) {
            clock.tick(Duration.ofSeconds(1));
            patience.paused(Duration.ofMillis(300), clock.nanoTime());
        }
        assertThat(patience.at(clock.nanoTime())).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void expectsTheWorstUntilItHasRunFreely() {
        assertThat(patience.at(clock.nanoTime())).isEqualTo(MOST);
        clock.tick(Patience.CALM.minusMillis(1));
        assertThat(patience.at(clock.nanoTime())).isEqualTo(MOST);

        clock.tickMillis(1);

        assertThat(patience.at(clock.nanoTime())).isEqualTo(LEAST);
    }

    @Test
    void aPauseWorthTheNameIsNoFreeRun() {
        for (int i = 0; i < 20; i++) {
            clock.tick(Patience.CALM.dividedBy(2));
            patience.paused(Duration.ofMillis(100), clock.nanoTime());
            assertThat(patience.at(clock.nanoTime())).isEqualTo(MOST);
        }
        clock.tick(Patience.CALM.minusMillis(1));
        patience.paused(Duration.ofMillis(99), clock.nanoTime());
        assertThat(patience.at(clock.nanoTime())).isEqualTo(MOST);

        clock.tickMillis(1);

        assertThat(patience.at(clock.nanoTime()))
                .as("a pause not worth the name")
                .isEqualTo(LEAST);
    }

    @Test
    void doesNotBecomeYoungAgain() {
        growUp();

        patience.paused(Duration.ofMillis(150), clock.nanoTime());

        assertThat(patience.at(clock.nanoTime())).isEqualTo(LEAST);
    }

    @Test
    void goesByThePausesAloneWhereThatIsAskedFor() {
        Patience grown = Patience.ofPausesAlone(LEAST, MOST, clock.nanoTime());
        assertThat(grown.at(clock.nanoTime())).isEqualTo(LEAST);

        grown.paused(Duration.ofMillis(300), clock.nanoTime());

        assertThat(grown.at(clock.nanoTime())).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void neverChangesWhereTheMostIsNotMoreThanTheLeast() {
        var firm = new Patience(LEAST, Duration.ofMillis(500), clock.nanoTime());

        firm.paused(Duration.ofSeconds(5), clock.nanoTime());

        assertThat(firm.at(clock.nanoTime())).isEqualTo(LEAST);
    }

    private void growUp() {
        clock.tick(Patience.CALM);
        assertThat(patience.at(clock.nanoTime())).isEqualTo(LEAST);
    }
}
