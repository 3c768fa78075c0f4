package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.Participant;
import dev.coord.testing.Participant.NewLeader;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes on one server of an external database, which is killed, too. Whoever is killed gets a successor for the next test.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DatabaseProcessContract {
    /** A session and three more. */
    static final int MOST_CONNECTIONS = 4;

    /** None where there is no server, and the tests are skipped. */
    @Nullable
    Group group;

    /** Starts the server, with its files below {@code root}; returns the URL of its database. */
    abstract String startServer(Path root);

    /** How many connections of the participants it has. */
    abstract long connections();

    abstract void killServer();

    abstract void restartServer();

    /** Sends a signal to all its processes. */
    abstract void signal(String name);

    abstract void closeServer();

    @BeforeAll
    void start(@TempDir Path root) {
        String url = startServer(root);
        group = Group.in(root, options -> options.withShortTimes().withDatabase(url));
        group.startAll(2);
    }

    @BeforeEach
    void completeThree() {
        group.complete(3);
    }

    @AfterAll
    void close() {
        if (group != null) {
            group.close();
            closeServer();
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
        await("its connections end").until(() -> connections() <= 2 * MOST_CONNECTIONS);
        group.assertOneLeaderAtATime();
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
        group.assertOneLeaderAtATime();
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
        group.assertOneLeaderAtATime();
    }

    @Test
    void thereIsOneLeaderAgainAfterTheServerWasKilled() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        killServer();
        old.process().await("LOST " + term);
        restartServer();

        group.awaitLeaderAfter(term);
        group.awaitAgreement();
        group.assertOneLeaderAtATime();
    }

    @Test
    void aServerThatStandsStillEndsTheLeadershipByTheLeadersOwnClock() {
        Participant old = group.awaitAgreement();
        long term = old.lastTerm();

        signal("STOP");
        old.process().await("LOST " + term);
        signal("CONT");

        group.awaitLeaderAfter(term);
        group.awaitAgreement();
        group.assertOneLeaderAtATime();
    }
}
