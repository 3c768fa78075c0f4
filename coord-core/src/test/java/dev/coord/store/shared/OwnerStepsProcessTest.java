package dev.coord.store.shared;

import dev.coord.store.shared.ArmedFailpoint.Action;
import dev.coord.store.shared.OwnerSteps.Fate;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Some of the steps of {@link OwnerStepsCampaign}. */
class OwnerStepsProcessTest {
    @TempDir
    private Path root;

    @ParameterizedTest(name = "the owner before: {0}, the next at {1}: {2}")
    @CsvSource({"NONE_YET, COPIED, DIE", "FROZEN, EPOCH_TAKEN, DIE", "FROZEN, COPYING, FREEZE"})
    void theOthersGetAnOwnerAndNothingIsLost(Fate before, Failpoints.Step step, Action action) throws IOException {
        new OwnerSteps(before, FrozenOwner.COPY, step, action).check(root);
    }
}
