package dev.coord.store.shared;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** See {@link Damages}: all places, or {@code -Ddamages.number} of them. A seed that found something is given as {@code -Ddamages.seed}. */
@Tag("campaign")
class DamageCampaign {
    @TempDir
    private Path root;

    @Test
    void whatIsDamagedIsRefusedOrHealedAndNeverOlder() throws Exception {
        Damages.run(
                root,
                Integer.getInteger("damages.number", Integer.MAX_VALUE),
                Long.getLong("damages.seed", System.nanoTime()));
    }
}
