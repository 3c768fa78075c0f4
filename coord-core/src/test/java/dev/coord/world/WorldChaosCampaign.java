package dev.coord.world;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred rounds of {@link WorldChaos}. */
@Tag("campaign")
class WorldChaosCampaign {
    @TempDir
    private Path root;

    @Test
    void whatClientsAreToldIsWhatTheLogSaysInAHundredRounds() throws InterruptedException {
        WorldChaos.run(root, Integer.getInteger("chaos.rounds", 100));
    }
}
