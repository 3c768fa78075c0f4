package dev.coord.cluster;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The long form of {@link ThreeParticipantsProcessTest}. */
@Tag("campaign")
class SimultaneousStartCampaign {
    @TempDir
    private Path root;

    @Test
    void oneLeadsWhenTheyStartAtTheSameTime() {
        for (int round = 1; round <= Integer.getInteger("start.rounds", 20); round++) {
            ThreeParticipantsProcessTest.startAtTheSameTime(root.resolve("round-" + round));
        }
    }
}
