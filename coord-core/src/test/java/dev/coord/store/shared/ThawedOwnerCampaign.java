package dev.coord.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@link ThawedOwnerProcessTest} at each step at which the old owner can thaw. */
@Tag("campaign")
class ThawedOwnerCampaign {
    @TempDir
    private Path root;

    @ParameterizedTest
    @EnumSource(names = {"SOURCE_CHOSEN", "COPYING", "COPIED"})
    void whatAThawedOwnerWritesIsNeitherAcknowledgedNorHarmful(Failpoints.Step step) throws IOException, SQLException {
        ThawedOwnerProcessTest.thawAt(step, root);
    }
}
