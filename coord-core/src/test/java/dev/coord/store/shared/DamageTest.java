package dev.coord.store.shared;

import java.nio.file.Path;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link DamageCampaign}. */
class DamageTest {
    @TempDir
    private Path root;

    @Test
    void whatIsDamagedIsRefusedOrHealedAndNeverOlder() throws Exception {
        Damages.run(root, 60, ThreadLocalRandom.current().nextLong());
    }
}
