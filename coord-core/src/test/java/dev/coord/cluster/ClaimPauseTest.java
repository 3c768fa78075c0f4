package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ClaimPauseTest {
    private static final Duration UNWANTED = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(1);

    private final SettableNanoClock clock = new SettableNanoClock();
    private final ClaimPause pause = new ClaimPause(UNWANTED);

    @BeforeEach
    void stand() {
        pause.stand();
    }

    @Test
    void whoNeverGaveUpMayClaim() {
        assertThat(mayClaim(Duration.ZERO)).isTrue();
    }

    @Test
    void whoSteppedDownWaitsUntilThePauseIsOver() {
        pause.steppedDown(Duration.ofSeconds(10), clock.nanoTime());

        assertThat(mayClaim(Duration.ZERO)).isFalse();
        clock.tick(Duration.ofSeconds(10).minusNanos(1));
        assertThat(mayClaim(Duration.ZERO)).isFalse();
        clock.tick(Duration.ofNanos(1));
        assertThat(mayClaim(Duration.ZERO)).isTrue();
    }

    @Test
    void whoSteppedDownTakesALeaseThatNobodyElseWants() {
        pause.steppedDown(Duration.ofHours(1), clock.nanoTime());

        assertThat(mayClaim(UNWANTED)).isFalse();
        assertThat(mayClaim(UNWANTED.plusNanos(1))).isTrue();
    }

    @Test
    void aPauseThatIsOverStaysOver() {
        pause.steppedDown(Duration.ofSeconds(1), clock.nanoTime());
        clock.tick(Duration.ofSeconds(1));
        assertThat(mayClaim(Duration.ZERO)).isTrue();

        // So far that the difference of two values changes its sign.
        clock.tick(Duration.ofDays(365 * 200));

        assertThat(mayClaim(Duration.ZERO)).isTrue();
    }

    @Test
    void aPauseOfNothingIsNone() {
        pause.steppedDown(Duration.ZERO, clock.nanoTime());

        assertThat(mayClaim(Duration.ZERO)).isTrue();
    }

    @Test
    void whoseHandlerFailedWaitsEvenIfNobodyElseWantsTheLease() {
        Duration wait = pause.handlerFailed(clock.nanoTime());

        assertThat(mayClaim(LONG)).isFalse();
        clock.tick(wait.minusNanos(1));
        assertThat(mayClaim(LONG)).isFalse();
        clock.tick(Duration.ofNanos(1));
        assertThat(mayClaim(Duration.ZERO)).isTrue();
    }

    @Test
    void eachFailureInARowDoublesTheWaitUpToHalfAMinute() {
        List<Long> millis = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            millis.add(pause.handlerFailed(clock.nanoTime()).toMillis());
        }

        assertThat(millis).containsExactly(500L, 1000L, 2000L, 4000L, 8000L, 16000L, 30000L, 30000L, 30000L);
    }

    @Test
    void aLeadershipThatWentWellMakesTheNextFailureAFirstOne() {
        pause.handlerFailed(clock.nanoTime());
        pause.handlerFailed(clock.nanoTime());

        pause.wentWell();

        assertThat(pause.handlerFailed(clock.nanoTime())).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void steppingDownDoesNotShortenTheWaitAfterAFailure() {
        pause.handlerFailed(clock.nanoTime());

        pause.steppedDown(Duration.ZERO, clock.nanoTime());

        assertThat(mayClaim(LONG)).isFalse();
        clock.tickMillis(500);
        assertThat(mayClaim(Duration.ZERO)).isTrue();
    }

    @Test
    void aFailureDoesNotShortenThePauseAfterSteppingDown() {
        pause.steppedDown(LONG, clock.nanoTime());

        pause.handlerFailed(clock.nanoTime());

        clock.tickMillis(500);
        assertThat(mayClaim(Duration.ZERO)).isFalse();
    }

    @Test
    void whoIsNoCandidateClaimsOnlyWhenItNeedsALeaderAndNobodyElseStands() {
        pause.retire();
        assertThat(mayClaim(LONG)).isFalse();

        assertThat(pause.needed(LONG, clock.nanoTime())).isTrue();

        assertThat(mayClaim(UNWANTED)).isFalse();
        assertThat(mayClaim(UNWANTED.plusNanos(1))).isTrue();
        assertThat(pause.mayClaim(clock.nanoTime(), Duration.ZERO, true)).isTrue();
        assertThat(pause.needed(LONG, clock.nanoTime())).as("no news").isFalse();
        clock.tick(LONG);
        assertThat(mayClaim(LONG)).isFalse();
    }

    @Test
    void whoHasRetiredDoesNotStandAgain() {
        pause.retire();
        pause.stand();

        assertThat(pause.isCandidate()).isFalse();
        assertThat(pause.isRetired()).isTrue();
    }

    @Test
    void whoHasNotStoodYetIsNoCandidate() {
        var before = new ClaimPause(UNWANTED);

        assertThat(before.mayClaim(clock.nanoTime(), LONG, true)).isFalse();
        assertThat(before.isRetired()).isFalse();
    }

    private boolean mayClaim(Duration claimableFor) {
        return pause.mayClaim(clock.nanoTime(), claimableFor, false);
    }
}
