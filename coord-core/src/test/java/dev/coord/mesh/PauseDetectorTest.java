package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PauseDetectorTest {
    private final SettableNanoClock clock = new SettableNanoClock();
    private final PauseDetector pauses = new PauseDetector(clock, Duration.ofMillis(750));

    @Test
    void looksAtRegularTimesAreNoPause() {
        for (int i = 0; i < 10; i++) {
            clock.tickMillis(250);
            assertThat(pauses.look()).isFalse();
        }
    }

    @Test
    void aLookThatIsALittleLateIsNoPause() {
        clock.tickMillis(750);
        assertThat(pauses.look()).isFalse();
    }

    @Test
    void aLookThatIsMuchTooLateIsAPauseOnce() {
        clock.tickMillis(751);
        assertThat(pauses.look()).isTrue();
        assertThat(pauses.look()).as("those that should have been meanwhile").isFalse();
        clock.tickMillis(250);
        assertThat(pauses.look()).isFalse();
    }
}
