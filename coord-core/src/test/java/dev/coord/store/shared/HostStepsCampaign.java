package dev.coord.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step on the way to being host, with every fate, see {@link HostSteps}. */
@Tag("campaign")
class HostStepsCampaign {
    @TempDir
    private Path root;

    @ParameterizedTest(name = "{0}")
    @MethodSource("dev.coord.store.shared.HostSteps#all")
    void theOthersGetAHostAndNothingIsLost(HostSteps steps) throws IOException {
        steps.check(root);
    }
}
