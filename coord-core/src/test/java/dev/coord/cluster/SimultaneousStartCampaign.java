package dev.coord.cluster;

import java.nio.file.Path;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

/** The long form of {@link ThreeParticipantsProcessTest}. */
@Tag("campaign")
class SimultaneousStartCampaign {
    @TempDir
    private Path root;

    @RepeatedTest(20)
    void oneLeadsWhenTheyStartAtTheSameTime() {
        ThreeParticipantsProcessTest.startAtTheSameTime(root);
    }
}
