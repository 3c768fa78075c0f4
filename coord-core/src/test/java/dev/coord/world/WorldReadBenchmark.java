package dev.coord.world;

import dev.coord.testing.Group;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long reads take while the leader, which is also the database's owner, is killed and another one takes over, beside reads of a
 * map by the same thread.
 */
@Tag("benchmark")
class WorldReadBenchmark {
    private static final int ROUNDS = 20;
    private static final Duration WARM_UP = Duration.ofSeconds(5);

    @TempDir
    private Path root;

    @Test
    void readsDuringAFailover() {
        try (Group group = Group.forBenchmark(root, ChaosParticipantMain.class)) {
            System.out.print(WorldReads.measure(group, ROUNDS, WARM_UP));
        }
    }
}
