package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.store.jdbc.DatabaseStore;
import dev.coord.testing.Figures;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import dev.coord.testing.PostgresServer;
import dev.coord.testing.Sql;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a world on a PostgreSQL with its default durability does in a second, beside what the server does by plain JDBC in the same run;
 * what idle participants ask of it; and how long nobody leads. The leader is another process.
 */
@Tag("benchmark")
class DatabaseBenchmark {
    private static final int SECONDS = Integer.getInteger("benchmark.seconds", 10);
    private static final int WARM_UP_SECONDS = Integer.getInteger("benchmark.warmup", 15);
    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 20);
    private static final int FOLLOWERS = 10;
    private static final int WRITES = 1000;
    private static final String COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";

    @TempDir
    private Path root;

    private final AtomicInteger next = new AtomicInteger();
    private PostgresServer server;

    @BeforeEach
    void start() {
        server = PostgresServer.startDurable(root.resolve("data"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    /** One of those that share this process, each with a store of its own. */
    private record Follower(DatabaseStore store, Coordinator coordinator, World world) implements AutoCloseable {
        static Follower start(String url) throws Exception {
            DatabaseStore store = DatabaseStore.open(DatabaseSettings.at(url));
            WorldRoleHandler handler = BenchmarkParticipantMain.world();
            Coordinator coordinator = Coordinator.builder()
                    .store(store)
                    .settings(CoordinatorSettings.databaseDefaults())
                    .handler(handler)
                    .shutdownHook(false)
                    .build();
            coordinator.start();
            return new Follower(store, coordinator, handler.world());
        }

        @Override
        public void close() {
            coordinator.close();
            store.close();
        }
    }

    @Test
    void submissionsVisibilityAndIdleParticipants() throws Exception {
        List<Follower> followers = new ArrayList<>();
        try (JavaProcess leader = JavaProcess.start(
                "leader", JavaProcess.NORMAL, BenchmarkParticipantMain.class, List.of(server.url()))) {
            leader.await("ROLE LEADER");
            followers.add(Follower.start(server.url()));
            World world = followers.get(0).world();
            Times.ofSubmissions(world, next, 64, WARM_UP_SECONDS);

            double plain = plainCommits();
            double one = perSecond(Times.ofSubmissions(world, next, 1, SECONDS), "1 in flight");
            System.out.printf("  time of one commit by plain JDBC x %.2f%n", plain / one);
            long commits = Sql.number(server.url(), COMMITS);
            Times times = Times.ofSubmissions(world, next, 64, SECONDS);
            double many = perSecond(times, "64 in flight");
            double group = (double) times.count() / committedSince(commits);
            plain = (plain + plainCommits()) / 2;
            System.out.printf(
                    "  %.1f in each commit; %.2f of the commits of plain JDBC x as many%n",
                    group, many / (plain * group));

            double idleOne = idleStatements();
            while (followers.size() < FOLLOWERS) {
                followers.add(Follower.start(server.url()));
            }
            double idleTen = idleStatements();
            double each = (idleTen - idleOne) / (FOLLOWERS - 1);
            System.out.printf(
                    "idle, transactions in a second: %.1f of each follower, %.1f of the leader%n",
                    each, idleOne - each);
            double withTen =
                    perSecond(Times.ofSubmissions(world, next, 64, SECONDS), "64 in flight, with ten followers");
            System.out.printf("  %.2f of that with one%n", withTen / many);
            System.out.println("applied by the leader until read on all of " + FOLLOWERS + " followers: "
                    + visibility(world, followers).quantiles());
        } finally {
            followers.forEach(Follower::close);
        }
    }

    private static double perSecond(Times times, String what) {
        System.out.printf("%s: %d /s, %s%n", what, times.count() / SECONDS, times.quantiles());
        return (double) times.count() / SECONDS;
    }

    /** Transactions as those of a leader: a head that is locked and moved on, and an entry of the log. */
    private double plainCommits() throws SQLException {
        var times = new Times();
        try (Connection connection = DriverManager.getConnection(server.url());
                var statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS plain_head (n bigint)");
            statement.execute("CREATE TABLE IF NOT EXISTS plain_log (n bigint PRIMARY KEY, content bytea)");
            statement.execute("TRUNCATE plain_head, plain_log");
            statement.execute("INSERT INTO plain_head VALUES (0)");
            connection.setAutoCommit(false);
            long end = System.nanoTime() + Duration.ofSeconds(SECONDS).toNanos();
            try (var lock = connection.prepareStatement("SELECT n FROM plain_head FOR UPDATE");
                    var insert = connection.prepareStatement("INSERT INTO plain_log VALUES (?, ?)");
                    var update = connection.prepareStatement("UPDATE plain_head SET n = n + 1")) {
                while (System.nanoTime() < end) {
                    long began = System.nanoTime();
                    lock.executeQuery().close();
                    insert.setLong(1, next.incrementAndGet());
                    insert.setBytes(2, new byte[200]);
                    insert.executeUpdate();
                    update.executeUpdate();
                    connection.commit();
                    times.add(System.nanoTime() - began);
                }
            }
        }
        return perSecond(times, "plain JDBC, one connection");
    }

    /** The server counts a while later. */
    private long committedSince(long before) {
        pass(Duration.ofSeconds(2));
        return Sql.number(server.url(), COMMITS) - before;
    }

    /** Transactions in a second while nothing is submitted. */
    private double idleStatements() {
        pass(Duration.ofSeconds(5));
        long before = Sql.number(server.url(), COMMITS);
        pass(Duration.ofSeconds(SECONDS));
        return (double) (Sql.number(server.url(), COMMITS) - before) / SECONDS;
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(30)).until(() -> true);
    }

    /** From before the leader applies an operation, which is before it commits it, until it can be read by the last of all. */
    private Times visibility(World world, List<Follower> followers) throws InterruptedException {
        // What is read here may be behind the log: the answer says how far that is.
        long first =
                world.submit(new BenchmarkOperations(next.incrementAndGet())).seqno() + 1;
        var seen = new AtomicLongArray(WRITES);
        List<Thread> readers = new ArrayList<>();
        for (Follower follower : followers) {
            var reader = new Thread(() -> {
                try {
                    for (int i = 0; i < WRITES; i++) {
                        assertThat(follower.world().awaitSeqno(first + i, Duration.ofMinutes(1)))
                                .isTrue();
                        seen.accumulateAndGet(i, System.nanoTime(), Math::max);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            reader.start();
            readers.add(reader);
        }
        long[] applied = new long[WRITES];
        for (int i = 0; i < WRITES; i++) {
            WorldResult result = world.submit(new BenchmarkOperations(next.incrementAndGet()));
            assertThat(result.seqno()).isEqualTo(first + i);
            applied[i] = ByteBuffer.wrap(result.value()).getLong();
        }
        var times = new Times();
        for (Thread reader : readers) {
            reader.join();
        }
        for (int i = 0; i < WRITES; i++) {
            times.add(seen.get(i) - applied[i]);
        }
        return times;
    }

    @Test
    void howLongNobodyLeads() {
        var figures = new Figures();
        try (Group group = Group.forBenchmark(root, server.url())) {
            group.startAll(3);
            for (int round = 0; round < ROUNDS; round++) {
                figures.add("SIGKILL of the leader", next(group, Participant::kill, true));
                figures.add(
                        "SIGTERM of the leader",
                        next(group, leader -> leader.process().terminate(), true));
                figures.add("the database killed, from its first answer", next(group, leader -> restart(), false));
            }
        }
        System.out.println(figures);
    }

    private long restart() {
        server.kill();
        server.restart();
        return System.nanoTime();
    }

    private static long next(Group group, ToLongFunction<Participant> harm, boolean ends) {
        group.well()
                .forEach(participant -> await().until(() -> participant.age().compareTo(Duration.ofSeconds(4)) > 0));
        Participant leader = group.awaitAgreement();
        long term = leader.lastTerm();
        long harmed = harm.applyAsLong(leader);
        long next = group.awaitLeaderAfter(term).nanos();
        if (ends) {
            leader.process().awaitExit();
            leader.close();
            group.start();
        }
        return Math.max(0, next - harmed);
    }
}
