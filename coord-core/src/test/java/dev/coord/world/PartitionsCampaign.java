package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.LeaderChangeReason;
import dev.coord.cluster.Coordinator;
import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.testing.Certificates;
import dev.coord.testing.DatabaseHostMain;
import dev.coord.testing.Figures;
import dev.coord.testing.Group;
import dev.coord.testing.Hosts;
import dev.coord.testing.Hosts.Host;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import dev.coord.testing.PostgresServer;
import dev.coord.world.Partition.Network;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three hosts with an application each, and one with the database, between which the network fails in one way after the other
 * while clients write and read: each {@link Partition} once, or at random for {@code -Dpartitions.minutes}. Each is held for 5
 * to {@code -Dpartitions.seconds}. {@code -Dpartitions.only=RESET,LOSS} leaves the others out.
 */
@Tag("campaign")
class PartitionsCampaign {
    private static final int APPLICATIONS = 3;
    /** Of a process to the database, at most. */
    private static final int CONNECTIONS = 4;

    private static final List<Partition> PARTITIONS = Stream.of(Partition.values())
            .filter(partition -> List.of(System.getProperty("partitions.only", partition.name())
                            .split(",", -1))
                    .contains(partition.name()))
            .toList();
    private static final int MINUTES = Integer.getInteger("partitions.minutes", 0);
    private static final int SHORTEST_SECONDS = 5;
    private static final int LONGEST_SECONDS = Integer.getInteger("partitions.seconds", MINUTES > 0 ? 30 : 8);

    @TempDir
    private Path root;

    private final Random random = new Random(Long.getLong("partitions.seed", new Random().nextLong()));
    private final List<AutoCloseable> open = new ArrayList<>();
    private final Figures figures = new Figures();
    private Hosts hosts;
    private JavaProcess database;
    private Group group;
    private WorldClients clients;
    private int round;

    @BeforeEach
    void start() {
        Optional<String> missing = Hosts.missing();
        assumeTrue(missing.isEmpty(), missing.orElse(""));
        hosts = opened(new Hosts(APPLICATIONS + 1));
        database = DatabaseHostMain.start(databaseHost(), root.resolve("data"));
        open.add(0, () -> DatabaseHostMain.stop(database));
        group = opened(Group.of(
                NetworkParticipantMain.class,
                root,
                options -> options.withDefaultTimes().withDatabase(DatabaseHostMain.url(databaseHost()))));
        var authority = new Certificates("the authority of the hosts");
        for (Host host : applications()) {
            Path identity = root.resolve(host.namespace());
            authority.write(identity, authority.issue(host.address()));
            group.launch(host, options -> options.withIdentity(identity))
                    .process()
                    .await("STARTED");
        }
        group.awaitAgreement();
        clients = new WorldClients(group::all, () -> "register-" + round, random.nextLong());
        clients.start();
    }

    private <T extends AutoCloseable> T opened(T what) {
        open.add(0, what);
        return what;
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private Host databaseHost() {
        return hosts.all().get(APPLICATIONS);
    }

    private List<Host> applications() {
        return hosts.all().subList(0, APPLICATIONS);
    }

    @Test
    void whateverTheNetworkDoesThereIsOneLeaderAndNothingIsLost() throws InterruptedException {
        if (MINUTES == 0) {
            for (Partition partition : PARTITIONS) {
                round(partition);
            }
        }
        long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
        while (System.nanoTime() < end) {
            round(PARTITIONS.get(random.nextInt(PARTITIONS.size())));
        }
        check();
    }

    @Test
    void theDatabaseForgetsAHostThatVanishes() {
        Participant leader = group.awaitAgreement();
        Host host = applications().get(group.all().indexOf(leader));
        assertThat(DatabaseHostMain.countSessions(database, host)).isPositive();

        host.cut(databaseHost());

        // Others write on, of which the server wants to tell the one that is not there any more.
        await("the end of its connections").until(() -> {
            clients.awaitProgress();
            return DatabaseHostMain.countSessions(database, host) == 0;
        });
        clients.end();
    }

    private void round(Partition partition) {
        round++;
        Participant leader = group.awaitAgreement();
        clients.awaitProgress();
        long term = leader.lastTerm();
        Host host = applications().get(group.all().indexOf(leader));
        var network = new Network(
                host,
                applications().stream().filter(other -> !other.equals(host)).toList(),
                databaseHost(),
                database,
                random);

        long began = System.nanoTime();
        partition.begin(network);
        pass(Duration.ofSeconds(SHORTEST_SECONDS + random.nextInt(LONGEST_SECONDS - SHORTEST_SECONDS + 1)));
        if (partition.leads() != Partition.Leads.ANYBODY) {
            await("the end of the leadership of " + leader + " in " + partition).until(() -> !leader.leads());
        }
        if (partition.leads() == Partition.Leads.ANOTHER) {
            figures.add(
                    partition + ", until another one leads",
                    group.awaitLeaderAfter(term).nanos() - began);
        }
        assertThat(group.all().stream()
                        .flatMap(participant -> participant.process().lines().stream())
                        .filter(line -> line.text().endsWith(LeaderChangeReason.PROCESS_DIED.name())))
                .as("leaders that were taken for dead, of which none was")
                .isEmpty();
        for (Participant participant : group.all()) {
            assertThat(participant
                            .process()
                            .ask("read during-" + round + " 0 register-0", "READ during-" + round)
                            .words()[2])
                    .as("a read at %s in %s", participant, partition)
                    .isEqualTo("DONE");
        }

        partition.end(network);
        hosts.all().forEach(Host::heal);
        long healed = System.nanoTime();
        group.awaitAgreement();
        figures.add(partition + ", from its end until one leader is known to all", System.nanoTime() - healed);
        long answered = group.all().stream()
                .mapToLong(participant -> clients.awaitAnswer("healed-" + round, participant))
                .max()
                .orElseThrow();
        figures.add(partition + ", from its end until all can write", answered - healed);
        System.out.printf(
                "%s: from %s in term %d to %s%n",
                partition, leader, term, group.lastLeader().orElseThrow());
    }

    /** How long it lasts is part of what is tested. */
    private static void pass(Duration time) {
        await().atMost(time.plusMinutes(1)).pollDelay(time).until(() -> true);
    }

    private void check() throws InterruptedException {
        clients.end();
        group.awaitAgreement();
        await("the end of connections of which the database alone knows")
                .until(() -> applications().stream()
                        .allMatch(host -> DatabaseHostMain.countSessions(database, host) <= CONNECTIONS));
        group.close();
        DatabaseHostMain.stop(database);
        // What is there is read from here, where the hosts cannot be reached.
        try (PostgresServer server = PostgresServer.start(root.resolve("data"))) {
            ClientsCheck check =
                    ClientsCheck.of(group, clients, Coordinator.builder().database(DatabaseSettings.at(server.url())));
            System.out.printf("%d partitions, %s%n%s", round, check, figures);
        }
    }
}
