package dev.coord.store.shared;

import dev.coord.store.shared.ArmedHooks.Action;
import dev.coord.store.shared.HostSteps.Fate;
import dev.coord.store.shared.SharedStoreSettings.FrozenHost;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some of the steps of {@link HostStepsCampaign}. */
class HostStepsProcessTest {
    @TempDir
    private Path root;

    @ParameterizedTest(name = "the host before: {0}, the next at {1}: {2}")
    @CsvSource({
        "NONE_YET, COPIED, DIE",
        "KILLED, DONE_NOT_ANSWERED, FREEZE",
        "FROZEN, EPOCH_TAKEN, DIE",
        "FROZEN, COPYING, FREEZE"
    })
    void theOthersGetAHostAndNothingIsLost(Fate before, Hooks.Step step, Action action) throws IOException {
        new HostSteps(before, FrozenHost.COPY, step, action).check(root);
    }
}
