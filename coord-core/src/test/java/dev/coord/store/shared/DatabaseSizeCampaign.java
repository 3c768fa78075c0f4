package dev.coord.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An hour of {@link DatabaseSizeTest}, or {@code -Didle.seconds}. */
@Tag("campaign")
class DatabaseSizeCampaign {
    @TempDir
    private Path root;

    @Test
    void theFileStaysSmallForAnHourOfRenewals() throws IOException, SQLException {
        DatabaseSizeTest.renewFor(Integer.getInteger("idle.seconds", 3600), root);
    }
}
