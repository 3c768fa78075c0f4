package dev.coord.world;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random and damaged messages to a leader for more than a minute, see {@link SubmissionFuzz}; other ones each time. */
@Tag("campaign")
class SubmissionFuzzCampaign {
    @Test
    void everyMessageIsAnsweredAndTheLeaderGoesOn(@TempDir Path directory) {
        new SubmissionFuzz(new Random().nextLong())
                .run(directory, Duration.ofSeconds(Integer.getInteger("fuzz.seconds", 75)));
    }
}
