package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.jayway.jsonpath.JsonPath;
import dev.coord.sample.RoleLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged application as users run it: three processes on one directory. Starting them takes most of the time, so the tests
 * share them, in order: of three one is killed, of two one is stopped, and the last one ends with its standard input.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeInstancesIT {
    private static final Path JAR = Path.of(System.getProperty("coord.sample.jar"));
    private static final Duration START_LIMIT = Duration.ofMinutes(2);
    private static final Duration LIMIT = Duration.ofSeconds(10);
    /** What a killed process leaves is removed now and then. */
    private static final Duration SWEEP_LIMIT = Duration.ofMinutes(1);

    private static final int SIGTERM_EXIT = 128 + 15;
    private static final int SIGKILL_EXIT = 128 + 9;

    private final Fleet fleet = new Fleet();
    private final Health health = new Health();
    private Path dir;

    @BeforeAll
    void startThree(@TempDir Path temp) throws IOException, InterruptedException {
        dir = temp.resolve("shared");
        for (int port : Ports.free(3)) {
            fleet.start(JAR, port, dir, temp.resolve("pids"));
        }
        settledLeader();
    }

    @AfterAll
    void stopAll() throws InterruptedException {
        fleet.stop(LIMIT);
    }

    @Test
    @Order(1)
    void theirHealthShowsOneLeaderAndTwoFollowersOfIt() {
        within(START_LIMIT).untilAsserted(() -> {
            Instance leader = settledLeader();
            for (Instance instance : fleet.instances()) {
                assertThat(details(instance))
                        .containsEntry("role", instance == leader ? "LEADER" : "FOLLOWER")
                        .containsEntry("leaderPid", (int) leader.pid())
                        .containsEntry("participants", 3)
                        .hasEntrySatisfying(
                                "leaderId", id -> assertThat(id).asString().isNotEmpty())
                        .hasEntrySatisfying(
                                "term", term -> assertThat((Integer) term).isPositive())
                        .hasEntrySatisfying(
                                "sinceRenewalMs",
                                since -> assertThat((Integer) since).isNotNegative());
            }
        });
    }

    @Test
    @Order(2)
    void anotherLeadsInALaterTermWhenTheLeaderIsKilled() throws InterruptedException {
        Instance leader = settledLeader();
        long term = fleet.role(leader).orElseThrow().term();

        long killed = System.nanoTime();
        leader.kill();
        Instance successor = awaitLeader(term, killed + LIMIT.toNanos());
        RoleLine role = fleet.role(successor).orElseThrow();
        System.out.println("Taken over " + (role.nanos() - killed) / 1_000_000 + " ms after SIGKILL of the leader");

        assertThat(successor).isNotSameAs(leader);
        within(LIMIT).until(() -> details(successor).get("role").equals("LEADER"));
        within(LIMIT).until(() -> details(successor).get("participants").equals(2));
        assertThat(leader.awaitEnd(LIMIT)).isTrue();
        assertThat(leader.exitCode()).isEqualTo(SIGKILL_EXIT);
        within(SWEEP_LIMIT).until(() -> socketsOf(leader).isEmpty() && processLocks() == 2);
    }

    @Test
    @Order(3)
    void sigtermHandsOverAndLeavesNothingOfTheProcess() throws IOException, InterruptedException {
        Instance leader = settledLeader();
        long term = fleet.role(leader).orElseThrow().term();
        assertThat(socketsOf(leader)).hasSize(1);

        long asked = System.nanoTime();
        leader.terminate();
        RoleLine successor =
                fleet.role(awaitLeader(term, asked + LIMIT.toNanos())).orElseThrow();
        System.out.println(
                "Handed over " + (successor.nanos() - asked) / 1_000_000 + " ms after SIGTERM of the leader");

        assertThat(leader.awaitEnd(LIMIT)).isTrue();
        assertThat(leader.exitCode()).isEqualTo(SIGTERM_EXIT);
        assertThat(socketsOf(leader)).isEmpty();
        assertThat(processLocks()).isEqualTo(1);
    }

    @Test
    @Order(4)
    void theLastOneEndsWithItsStandardInputAndLeavesNothingEither() throws IOException, InterruptedException {
        Instance last =
                fleet.instances().stream().filter(Instance::isAlive).findAny().orElseThrow();
        last.stop();
        assertThat(last.awaitEnd(LIMIT)).isTrue();
        assertThat(last.exitCode()).isZero();
        assertThat(processLocks()).isZero();
        assertThat(files()).noneMatch(name -> name.endsWith(".sock"));
    }

    /** Waits until those who live agree on a leader, as far as anything was heard of them. */
    private Instance settledLeader() throws InterruptedException {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            boolean settled = fleet.isSettled();
            Instance.Change change = fleet.next(settled ? System.nanoTime() : deadline);
            if (change == null) {
                assertThat(settled)
                        .as("agreed on a leader within %s", START_LIMIT)
                        .isTrue();
                return fleet.leader().orElseThrow();
            }
        }
    }

    /** Waits for a leader in a term after {@code term}. */
    private Instance awaitLeader(long term, long deadline) throws InterruptedException {
        while (true) {
            Instance.Change change = fleet.next(deadline);
            assertThat(change).as("a leader after term %d in time", term).isNotNull();
            if (change.role()
                    .filter(role -> role.isLeader() && role.term() > term)
                    .isPresent()) {
                return change.instance();
            }
        }
    }

    private Map<String, Object> details(Instance instance) throws InterruptedException {
        return JsonPath.read(health.body(instance.port()), "$.components.coord.details");
    }

    private List<String> socketsOf(Instance instance) throws IOException {
        return files().stream()
                .filter(name -> name.contains("-" + instance.pid() + "."))
                .toList();
    }

    private long processLocks() throws IOException {
        return files().stream().filter(name -> name.startsWith("process-")).count();
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(dir)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static ConditionFactory within(Duration limit) {
        return Awaitility.await().atMost(limit).ignoreExceptions();
    }
}
