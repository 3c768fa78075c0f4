package dev.coord.cluster;

import dev.coord.testing.MariaDbServer;
import dev.coord.testing.Sql;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;

/** On a MariaDB. */
@Tag("campaign")
class MariaDbProcessCampaign extends DatabaseProcessContract {
    private static final String CONNECTIONS =
            "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";

    private MariaDbServer server;

    @Override
    String startServer(Path root) {
        server = MariaDbServer.start(root.resolve("server"), 1);
        return server.url();
    }

    @Override
    long connections() {
        return Sql.number(server.url(), CONNECTIONS);
    }

    @Override
    void killServer() {
        server.kill();
    }

    @Override
    void restartServer() {
        server.restart();
    }

    @Override
    void signal(String name) {
        server.signal(name);
    }

    @Override
    void closeServer() {
        server.close();
    }
}
