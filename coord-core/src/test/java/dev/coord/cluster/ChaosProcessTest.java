package dev.coord.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link ChaosCampaign}. */
class ChaosProcessTest {
    @TempDir
    private Path root;

    @Test
    void nothingIsLostWhenRandomProcessesDieAndFreeze() throws IOException {
        Chaos.run(root, 3, 3);
    }
}
