package dev.coord.store.shared;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The short form of {@link PowerCutCampaign}. */
class PowerCutTest {
    @TempDir
    private Path root;

    @ParameterizedTest(name = "sync={0}")
    @ValueSource(booleans = {true, false})
    void nothingIsMissingAfterPowerCuts(boolean sync) throws Exception {
        PowerCuts.run(root, sync, 50, ThreadLocalRandom.current().nextLong());
    }
}
