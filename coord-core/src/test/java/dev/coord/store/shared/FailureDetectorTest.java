package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FailureDetectorTest {
    private static final long EPOCH = 7;
    private static final Duration THRESHOLD = Duration.ofSeconds(1);
    private static final long NEVER = 0;

    private final SettableNanoClock clock = new SettableNanoClock();
    private final FailureDetector suspicion = new FailureDetector(THRESHOLD, clock.nanoTime());

    @Test
    void anOwnerThatGivesSignsOfLifeIsNeverSuspected() {
        for (int i = 0; i < 200; i++) {
            clock.tickMillis(50);
            assertThat(step(EPOCH, clock.nanoTime())).isFalse();
        }
    }

    @Test
    void aSilentOwnerIsSuspectedAfterTheThresholdAndASecondLook() {
        long heard = clock.nanoTime();
        assertThat(step(EPOCH, heard)).isFalse();
        for (int millis = 50; millis <= 1000; millis += 50) {
            clock.tickMillis(50);
            assertThat(step(EPOCH, heard)).as("after %s ms", millis).isFalse();
        }

        clock.tickMillis(50);
        assertThat(step(EPOCH, heard)).as("the first suspicion").isFalse();
        clock.tickMillis(50);
        assertThat(step(EPOCH, heard)).as("the second look").isTrue();
        assertThat(suspicion.silence()).isEqualTo(Duration.ofMillis(1100));
    }

    @Test
    void aSignOfLifeBetweenTheSuspicionAndTheSecondLookClearsTheOwner() {
        long heard = clock.nanoTime();
        stepFor(Duration.ofMillis(1050), EPOCH, heard);

        clock.tickMillis(10);
        assertThat(step(EPOCH, clock.nanoTime())).isFalse();

        heard = clock.nanoTime();
        assertThat(stepFor(THRESHOLD, EPOCH, heard)).isFalse();
    }

    @Test
    void aProcessThatWasFrozenItselfDoesNotBlameTheOwner() {
        long heard = clock.nanoTime();
        assertThat(step(EPOCH, heard)).isFalse();

        clock.tick(Duration.ofMinutes(5));
        assertThat(step(EPOCH, heard)).as("on waking up").isFalse();
        assertThat(suspicion.silence()).isEqualTo(FailureDetector.LONGEST_STEP);

        clock.tick(Duration.ofMinutes(5));
        assertThat(step(EPOCH, heard)).as("after another freeze").isFalse();
        assertThat(suspicion.silence()).isEqualTo(FailureDetector.LONGEST_STEP.multipliedBy(2));
    }

    @Test
    void whatWasHeardLongAgoCountsOnlyAsOneStepOfSilence() {
        assertThat(step(EPOCH, clock.nanoTime())).isFalse();
        long heard = clock.nanoTime() + 1;
        clock.tick(Duration.ofMinutes(5));

        // A sign of life that came in before the freeze is looked at after it.
        assertThat(step(EPOCH, heard)).isFalse();

        assertThat(suspicion.silence()).isEqualTo(FailureDetector.LONGEST_STEP);
    }

    @Test
    void aProcessThatStartsWaitsLongerForTheFirstSignOfLife() {
        assertThat(step(EPOCH, NEVER)).isFalse();
        Duration patience = THRESHOLD.multipliedBy(FailureDetector.MOST_PATIENCE);

        assertThat(stepFor(patience, EPOCH, NEVER)).isFalse();
        assertThat(stepFor(Duration.ofMillis(100), EPOCH, NEVER)).isTrue();
    }

    @Test
    void aProcessThatHeardFromAnyOwnerHasNoPatienceWithTheNext() {
        assertThat(step(EPOCH, clock.nanoTime())).isFalse();

        assertThat(stepFor(THRESHOLD.plusMillis(150), EPOCH + 1, NEVER)).isTrue();
    }

    @Test
    void aNewEpochBeginsWithACleanSlate() {
        long heard = clock.nanoTime();
        assertThat(step(EPOCH, heard)).isFalse();
        stepFor(Duration.ofMillis(1050), EPOCH, heard);

        clock.tickMillis(50);
        assertThat(step(EPOCH + 1, NEVER)).isFalse();
        assertThat(suspicion.silence()).isZero();
        assertThat(stepFor(THRESHOLD, EPOCH + 1, NEVER)).isFalse();
    }

    @Test
    void aLinkThatBreaksBeginsAnewWithoutForgivingWhatFollows() {
        assertThat(step(EPOCH, clock.nanoTime())).isFalse();
        clock.tickMillis(50);

        assertThat(step(EPOCH, NEVER)).isFalse();
        assertThat(stepFor(THRESHOLD, EPOCH, NEVER)).isFalse();
        assertThat(stepFor(Duration.ofMillis(100), EPOCH, NEVER)).isTrue();
    }

    @Test
    void silenceThatCouldNotHaveBeenBrokenDoesNotCount() {
        long heard = clock.nanoTime();
        assertThat(step(EPOCH, heard)).isFalse();
        for (int i = 0; i < 200; i++) {
            clock.tickMillis(50);
            assertThat(suspicion.step(EPOCH, heard, false, clock.nanoTime())).isFalse();
        }
        assertThat(suspicion.silence()).isZero();

        assertThat(step(EPOCH, heard)).isFalse();
        assertThat(suspicion.silence()).as("but for one step").isEqualTo(FailureDetector.LONGEST_STEP);
        assertThat(stepFor(THRESHOLD.minus(FailureDetector.LONGEST_STEP), EPOCH, heard))
                .isFalse();
        assertThat(stepFor(Duration.ofMillis(100), EPOCH, heard)).isTrue();
    }

    @ParameterizedTest(name = "a step of {0} ms: {1} ms")
    @CsvSource({"50, 1000", "250, 1000", "251, 2000", "450, 2000", "451, 4000", "60000, 4000"})
    void whoIsNotRunInTimeHasMorePatience(long step, long patience) {
        long heard = clock.nanoTime();
        assertThat(step(EPOCH, heard)).isFalse();

        clock.tickMillis(step);
        step(EPOCH, heard);

        assertThat(suspicion.patience(clock.nanoTime())).isEqualTo(Duration.ofMillis(patience));
        assertThat(stepFor(Duration.ofMillis(patience - Math.min(step, 200)), EPOCH, heard))
                .isFalse();
        assertThat(stepFor(Duration.ofMillis(150), EPOCH, heard)).isTrue();
    }

    @Test
    void whoHearsLateHasMorePatience() {
        assertThat(step(EPOCH, clock.nanoTime())).isFalse();

        suspicion.heardLate(Duration.ofMillis(300), clock.nanoTime());

        assertThat(suspicion.patience(clock.nanoTime())).isEqualTo(THRESHOLD.multipliedBy(2));
    }

    @Test
    void patienceEndsWhenItHasBeenRunInTimeForAWhile() {
        assertThat(step(EPOCH, clock.nanoTime())).isFalse();
        clock.tick(Duration.ofSeconds(3));
        step(EPOCH, clock.nanoTime());
        assertThat(suspicion.patience(clock.nanoTime())).isEqualTo(THRESHOLD.multipliedBy(4));

        for (int i = 0; i < 1300; i++) {
            clock.tickMillis(50);
            step(EPOCH, clock.nanoTime());
        }

        assertThat(suspicion.patience(clock.nanoTime())).isEqualTo(THRESHOLD);
    }

    /** Steps of 50 ms; whether any of them found the owner frozen. */
    private boolean stepFor(Duration time, long epoch, long heard) {
        boolean frozen = false;
        for (long millis = 50; millis <= time.toMillis(); millis += 50) {
            clock.tickMillis(50);
            frozen |= step(epoch, heard);
        }
        return frozen;
    }

    private boolean step(long epoch, long heard) {
        return suspicion.step(epoch, heard, true, clock.nanoTime());
    }
}
