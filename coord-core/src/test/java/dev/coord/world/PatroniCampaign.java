package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Figures;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import dev.coord.testing.Participant.NewLeader;
import dev.coord.testing.Patroni;
import dev.coord.testing.Patroni.Server;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes on two PostgreSQL servers under Patroni, of which now one and now the other is the primary. */
@Tag("campaign")
class PatroniCampaign {
    private static final int PARTICIPANTS = 3;
    private static final int ROUNDS = Integer.getInteger("patroni.rounds", 3);
    private static final long TERMS_OF_A_TIMELINE = 1_000_000;

    @TempDir
    private Path root;

    private Figures figures;

    @BeforeEach
    void measure() {
        figures = new Figures();
    }

    private Group group(Patroni servers) {
        Group group = Group.of(
                ChaosParticipantMain.class,
                root,
                options -> options.withDefaultTimes().withDatabase(servers.url()));
        group.startAll(PARTICIPANTS);
        return group;
    }

    @Test
    void onASynchronousStandbyNothingIsLost() throws InterruptedException {
        try (Patroni servers = Patroni.start(root.resolve("servers"), true);
                Group group = group(servers)) {
            var clients = new WorldClients(group::all, () -> "register", 1);
            clients.start();
            for (int round = 1; round <= ROUNDS; round++) {
                change("switchover", servers, group, clients, servers::switchover);

                Server killed = servers.primary();
                change("SIGKILL", servers, group, clients, killed::kill);
                killed.start();
                settle(servers, clients);

                Server frozen = servers.primary();
                change("SIGSTOP", servers, group, clients, frozen::freeze);
                frozen.thaw();
                settle(servers, clients);
            }
            clients.end();
            group.awaitAgreement();
            assertThat(group.all())
                    .allSatisfy(participant -> assertThat(resets(participant)).startsWith("RESETS 0 "));
            check(group, clients);
        }
    }

    /** Ends the processes, and compares what the clients were told with the log. */
    private void check(Group group, WorldClients clients) throws InterruptedException {
        group.close();
        System.out.printf(
                "%s%n%s", ClientsCheck.of(group, clients, group.options().coordinator()), figures);
    }

    /** Does {@code what} to the primary, and waits for the next one and the next leader. */
    private void change(String what, Patroni servers, Group group, WorldClients clients, Runnable harm) {
        settle(servers, clients);
        Server next = servers.standby();
        long term = group.awaitAgreement().lastTerm();
        long began = System.nanoTime();

        harm.run();

        long writes = next.awaitWrites();
        NewLeader leader = group.awaitLeaderAfter(term);
        figures.add(what + ", until the next primary takes writes", writes - began);
        figures.add(what + ", from then until there is a leader", Math.max(0, leader.nanos() - writes));
        clients.awaitProgress();
    }

    private static void settle(Patroni servers, WorldClients clients) {
        servers.awaitBoth();
        clients.awaitProgress();
    }

    @Test
    void commitsThatTheStandbyDidNotGetAreMissedByAllAndNoTermIsGrantedTwice() {
        try (Patroni servers = Patroni.start(root.resolve("servers"), false);
                Group group = group(servers)) {
            var application = new Application(servers);
            Participant first = group.awaitAgreement();
            long term = first.lastTerm();
            long kept = add(group, "kept");
            application.write(term);
            Server old = servers.primary();
            Server next = servers.standby();
            old.awaitReplicated();

            old.freezeSender();
            add(group, "lost-1");
            add(group, "lost-2");
            first.stepDown(Duration.ofSeconds(5));
            long lostTerm = group.awaitLeaderAfter(term).term();
            Participant deposed = group.awaitAgreement();
            long lost = add(group, "lost-3");
            application.write(lostTerm);
            for (Participant participant : group.all()) {
                participant.process().ask("read seen " + lost + " register", "READ seen DONE " + lost);
            }
            deposed.freeze();
            old.kill();

            long writes = next.awaitWrites();
            NewLeader leader = group.awaitLeaderAfter(lostTerm);
            figures.add("asynchronous, from writes until there is a leader", Math.max(0, leader.nanos() - writes));
            deposed.thaw();
            assertThat(group.awaitAgreement().lastTerm()).isGreaterThan(TERMS_OF_A_TIMELINE);
            assertThat(application.write(leader.term())).isTrue();
            assertThat(application.write(lostTerm)).isFalse();
            assertThat(application.write(term)).isFalse();
            for (Participant participant : group.all()) {
                await("news of what was lost")
                        .until(() -> resets(participant).equals("RESETS 1 " + lost + " " + kept + " " + (lost - kept)));
            }
            assertThat(add(group, "new")).isEqualTo(kept + 1);

            old.start();
            servers.awaitBoth();
            add(group, "newer");
            group.awaitAgreement();
            group.assertOneLeaderAtATime();
            List<String> terms = group.all().stream()
                    .flatMap(participant -> participant.process().lines().stream())
                    .map(Line::text)
                    .filter(line -> line.startsWith("LEADER "))
                    .toList();
            assertThat(terms).doesNotHaveDuplicates();
            System.out.println(figures);
        }
    }

    /** Counts the counter on through any participant; returns the number of the commit. */
    private static long add(Group group, String id) {
        Line answer = group.well().get(0).process().ask("op " + id + " add", "OP " + id + " ");
        assertThat(answer.words()[2]).as(answer.text()).isEqualTo("DONE");
        return Long.parseLong(answer.words()[3]);
    }

    private static String resets(Participant participant) {
        return participant.process().ask("resets", "RESETS ").text();
    }

    /** A table of the application's, in which it fences by the leader's term. */
    private record Application(Patroni servers) {
        private Application {
            execute(servers, "CREATE TABLE application (term bigint)");
            execute(servers, "INSERT INTO application VALUES (0)");
        }

        /** What a leader writes that believes to have {@code term}; whether that was let through. */
        boolean write(long term) {
            return execute(servers, "UPDATE application SET term = " + term + " WHERE term <= " + term) == 1;
        }

        private static int execute(Patroni servers, String sql) {
            try (Connection connection = DriverManager.getConnection(servers.url());
                    var statement = connection.createStatement()) {
                return statement.executeUpdate(sql);
            } catch (SQLException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
