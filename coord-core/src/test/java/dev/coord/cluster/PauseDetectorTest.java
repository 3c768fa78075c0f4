package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PauseDetectorTest {
    private static final Duration WANTED = Duration.ofMillis(100);

    private final SettableNanoClock clock = new SettableNanoClock();
    private final List<Duration> noticed = new ArrayList<>();
    private final PauseDetector pauses = new PauseDetector(clock, noticed::add);

    private void waitFor(long millis) {
        long began = clock.nanoTime();
        clock.tickMillis(millis);
        pauses.waited(began, WANTED);
    }

    @Test
    void whatIsWaitedBeyondWhatWasWantedIsAPause() {
        waitFor(40);
        waitFor(100);
        waitFor(101);
        waitFor(1000);

        assertThat(noticed).containsExactly(Duration.ofMillis(1), Duration.ofMillis(900));
    }

    @Test
    void aLateAnswerIsAsGoodAsAPause() {
        pauses.answered(Duration.ofMillis(50));
        pauses.answered(Duration.ofMillis(350));

        assertThat(noticed).containsExactly(Duration.ofMillis(300));
    }

    @Test
    void saysThatTheProcessDidNotRun() {
        waitFor(1000);
        clock.tickMillis(20);

        assertThat(pauses.whyLost(Duration.ofMillis(1100), Optional.of(Duration.ofMillis(950))))
                .isEqualTo(
                        "this process did not run for 900 ms, and the last renewal began 1100 ms ago: its machine is too"
                                + " busy, or it was suspended");
    }

    @Test
    void saysThatTheStoreGaveNoAnswer() {
        waitFor(190);

        assertThat(pauses.whyLost(Duration.ofMillis(800), Optional.of(Duration.ofMillis(790))))
                .as("a pause that is not worth telling")
                .isEqualTo("the store has given no answer for 790 ms, and the last renewal began 800 ms ago");
    }

    @Test
    void aPauseBeforeTheLastRenewalIsNoReason() {
        waitFor(1000);
        clock.tickMillis(800);

        assertThat(pauses.whyLost(Duration.ofMillis(790), Optional.empty()))
                .isEqualTo("the last renewal began 790 ms ago");
    }
}
