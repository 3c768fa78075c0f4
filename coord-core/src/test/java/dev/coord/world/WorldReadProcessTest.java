package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.Group;
import dev.coord.testing.MeasuresTime;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link WorldReadBenchmark}. */
@MeasuresTime
class WorldReadProcessTest {
    /** Five times what is promised: the machine may have more to do. */
    private static final double LONGEST_MILLIS = 50;

    @TempDir
    private Path root;

    @Test
    void readsGoOnWhileTheLeaderIsKilledAndAnotherOneTakesOver() {
        try (Group group = Group.of(ChaosParticipantMain.class, root)) {
            WorldReads reads = WorldReads.measure(group, 2, Duration.ZERO);
            System.out.print(reads);
            assertThat(reads.windows())
                    .isNotEmpty()
                    .allSatisfy(window -> assertThat(window.longest()).isLessThanOrEqualTo(LONGEST_MILLIS));
        }
    }
}
