package dev.coord.world;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link WorldChaosCampaign}. */
class WorldChaosProcessTest {
    @TempDir
    private Path root;

    @Test
    void whatClientsAreToldIsWhatTheLogSaysWhateverHappensToTheLeaders() throws InterruptedException {
        WorldChaos.run(root, 4);
    }
}
