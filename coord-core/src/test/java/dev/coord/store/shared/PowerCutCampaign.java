package dev.coord.store.shared;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** See {@link PowerCuts}. A seed that found something is given as {@code -Dcuts.seed}. */
@Tag("campaign")
class PowerCutCampaign {
    @TempDir
    private Path root;

    @ParameterizedTest(name = "sync={0}")
    @ValueSource(booleans = {true, false})
    void nothingIsMissingAfterThousandsOfPowerCuts(boolean sync) throws Exception {
        PowerCuts.run(
                root, sync, Integer.getInteger("cuts.number", 1000), Long.getLong("cuts.seed", System.nanoTime()));
    }
}
