package dev.coord.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every step on the way to being owner, with every fate, see {@link OwnerSteps}; with {@code -Dsteps.part=n}, each nth. */
@Tag("campaign")
class OwnerStepsCampaign {
    @TempDir
    private Path root;

    @ParameterizedTest(name = "{0}")
    @MethodSource("steps")
    void theOthersGetAnOwnerAndNothingIsLost(OwnerSteps steps) throws IOException {
        steps.check(root);
    }

    static List<OwnerSteps> steps() {
        List<OwnerSteps> all = OwnerSteps.all().toList();
        int part = Integer.getInteger("steps.part", 1);
        return IntStream.range(0, all.size())
                .filter(i -> i % part == 0)
                .mapToObj(all::get)
                .toList();
    }
}
