package dev.coord.world;

import dev.coord.testing.MariaDb;
import dev.coord.testing.Postgres;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A hundred rounds of {@link WorldChaos}. */
@Tag("campaign")
class WorldChaosCampaign {
    @TempDir
    private Path root;

    @Test
    void whatClientsAreToldIsWhatTheLogSaysInAHundredRounds() throws InterruptedException {
        WorldChaos.run(root, Integer.getInteger("chaos.rounds", 100));
    }

    @Test
    void norInAHundredRoundsOnPostgres() throws InterruptedException {
        String url = Postgres.newDatabase();
        WorldChaos.run(root, Integer.getInteger("chaos.rounds", 100), options -> options.withDatabase(url));
    }

    @Test
    void norInAHundredRoundsOnMariaDb() throws InterruptedException {
        String url = MariaDb.newDatabase();
        WorldChaos.run(root, Integer.getInteger("chaos.rounds", 100), options -> options.withDatabase(url));
    }
}
