package dev.coord.world;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short form of {@link SubmissionFuzzCampaign}. */
class SubmissionFuzzTest {
    @Test
    void everyMessageIsAnsweredAndTheLeaderGoesOn(@TempDir Path directory) {
        new SubmissionFuzz(1).run(directory, Duration.ofSeconds(2));
    }
}
