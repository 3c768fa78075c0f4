package dev.coord.cluster;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred rounds of {@link Chaos}. */
@Tag("campaign")
class ChaosCampaign {
    @TempDir
    private Path root;

    @Test
    void nothingIsLostInAHundredRounds() throws IOException {
        Chaos.run(root, 5, Integer.getInteger("chaos.rounds", 100));
    }
}
