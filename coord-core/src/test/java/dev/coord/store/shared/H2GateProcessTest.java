package dev.coord.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@link H2GateCampaign}. */
class H2GateProcessTest {
    @TempDir
    private Path root;

    @Test
    void nothingAcknowledgedIsMissingAfterSomeKills() throws IOException, SQLException {
        H2Gate.run(root, 2);
    }
}
