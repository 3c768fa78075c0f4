package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.MariaDbServer;
import dev.coord.testing.Participant;
import dev.coord.testing.Participant.NewLeader;
import dev.coord.testing.Sql;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes on one MariaDB, which is killed, too. Whoever is killed gets a successor for the next test. */
@Tag("campaign")
class MariaDbProcessCampaign {
    private static final String CONNECTIONS =
            "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()";
    /** A session and three more. */
    private static final int MOST_CONNECTIONS = 4;

    private static MariaDbServer server;
    private static Group group;

    @BeforeAll
    static void start(@TempDir Path root) {
        server = MariaDbServer.start(root.resolve("server"), 1);
        group = Group.in(root, options -> options.withShortTimes().withDatabase(server.url()));
        group.startAll(2);
    }

    @BeforeEach
    void completeThree() {
        while (group.well().size() < 3) {
            group.start();
        }
        group.awaitAgreement();
    }

    @AfterAll
    static void close() {
        // Where there is no MariaDB nothing was started.
        if (server != null) {
            group.close();
            server.close();
        }
    }

    @Test
    void anotherLeadsWhenTheLeaderIsKilledAndNoConnectionIsLeft() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        old.kill();

        NewLeader next = group.awaitLeaderAfter(term);
        assertThat(next.term()).isEqualTo(term + 1);
        assertThat(group.awaitAgreement()).isEqualTo(next.participant());
        await("its connections end").until(() -> Sql.number(server.url(), CONNECTIONS) <= 2 * MOST_CONNECTIONS);
        assertOneLeaderAtATime();
    }

    @Test
    void aLeaderThatIsAskedToEndHandsOverFirst() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        old.process().terminate();

        old.process().awaitExit();
        old.process().await("LOST " + term + " CLOSED");
        NewLeader next = group.awaitLeaderAfter(term);
        assertThat(next.term()).isEqualTo(term + 1);
        assertThat(old.process()
                        .await("WORK-ENDED " + term)
                        .isBefore(next.participant().process().await("LEADER " + next.term())))
                .isTrue();
        assertOneLeaderAtATime();
    }

    @Test
    void aFrozenLeaderIsReplacedAndKnowsItWhenItGoesOn() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        old.freeze();
        group.awaitLeaderAfter(term);
        old.thaw();

        old.process().await("LOST " + term);
        assertThat(group.awaitAgreement().lastTerm()).isGreaterThan(term);
        assertOneLeaderAtATime();
    }

    @Test
    void thereIsOneLeaderAgainAfterTheServerWasKilled() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        server.kill();
        old.process().await("LOST " + term);
        server.restart();

        group.awaitLeaderAfter(term);
        group.awaitAgreement();
        assertOneLeaderAtATime();
    }

    @Test
    void aServerThatStandsStillEndsTheLeadershipByTheLeadersOwnClock() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        server.signal("STOP");
        old.process().await("LOST " + term);
        server.signal("CONT");

        group.awaitLeaderAfter(term);
        group.awaitAgreement();
        assertOneLeaderAtATime();
    }

    private static void assertOneLeaderAtATime() {
        group.assertOneLeaderAtATime();
    }
}
