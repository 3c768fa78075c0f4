package dev.coord.store.shared;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Has to be passed by each new version of H2, see {@link H2Gate}. */
@Tag("campaign")
class H2GateCampaign {
    @TempDir
    private Path root;

    @Test
    void nothingAcknowledgedIsMissingAfterManyKills() throws IOException, SQLException {
        H2Gate.run(root, Integer.getInteger("gate.kills", 120));
    }
}
