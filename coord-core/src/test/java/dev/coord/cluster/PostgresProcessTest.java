package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Participant;
import dev.coord.testing.PostgresServer;
import dev.coord.testing.Sql;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** On a PostgreSQL. */
class PostgresProcessTest extends DatabaseProcessContract {
    private static final String CONNECTIONS = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'coord'";
    private static final String END_SESSIONS =
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'";

    private PostgresServer server;

    @Override
    String startServer(Path root) {
        server = PostgresServer.start(root.resolve("data"));
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
        server.signalAll(name);
    }

    @Override
    void closeServer() {
        server.close();
    }

    @Test
    void aLeaderWhoseSessionEndsLeadsNoLongerBeforeAnybodyElseDoes() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        Sql.execute(server.url(), END_SESSIONS);

        old.process().await("LOST " + term + " SESSION_ENDED");
        group.awaitLeaderAfter(term);
        group.awaitAgreement();
        group.assertOneLeaderAtATime();
        await("no more connections than before").until(() -> connections() <= 3 * MOST_CONNECTIONS);
    }

    @Test
    void aPromotedServerGrantsTermsThatTheOtherCannotHaveGranted() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        server.kill();
        server.restartPromoted();

        assertThat(group.awaitLeaderAfter(term).term()).isEqualTo(term + 1 + 1_000_000);
        group.awaitAgreement();
        group.assertOneLeaderAtATime();
    }
}
