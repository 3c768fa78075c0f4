package dev.coord.mesh;

import dev.coord.mesh.MeshGroup.RoleChange;
import dev.coord.testing.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long after SIGKILL of the leader, which is also the database's owner or not, the first call on the next one succeeds; and
 * how long after a change of leader all processes tell all others their right roles.
 */
@Tag("benchmark")
class MeshFailoverBenchmark {
    private static final int ROUNDS = 20;

    @TempDir
    Path directory;

    @Test
    void fromTheKillToTheFirstAnswerOfTheNewLeader() {
        List<Long> micros = new ArrayList<>();
        List<Long> sinceElected = new ArrayList<>();
        try (var group = MeshGroup.forBenchmark(directory.resolve("shared"))) {
            group.start();
            group.start();
            for (int round = 0; round < ROUNDS; round++) {
                group.start();
                JavaProcess leader = group.awaitLeader();
                String old = MeshGroup.id(leader);
                JavaProcess caller = group.alive().stream()
                        .filter(p -> !p.equals(leader))
                        .findFirst()
                        .orElseThrow();
                caller.send(group.call());
                caller.await("ANSWER " + old + " LEADER");
                warmUp(Duration.ofSeconds(3));
                int from = caller.lineCount();
                long killed = leader.kill();
                long answered = MeshGroup.awaitOtherLeader(caller, from, old).nanos();
                micros.add((answered - killed) / 1000);
                sinceElected.add((answered - lastElection(group)) / 1000);
            }
        }
        print("SIGKILL of the leader to the first answer of the next one", micros);
        print("The next leader's own account that it leads to its first answer", sinceElected);
    }

    @Test
    void fromANewLeaderToRightRolesEverywhere() {
        List<Long> micros = new ArrayList<>();
        try (var group = MeshGroup.forBenchmark(directory.resolve("shared"))) {
            group.start();
            group.start();
            group.start();
            JavaProcess leader = group.awaitLeader();
            group.awaitRoles(leader, 1);
            warmUp(Duration.ofSeconds(10));
            for (int term = 1; term <= ROUNDS; term++) {
                RoleChange change = group.stepDown(leader, term);
                micros.add(change.untilAllAreRight().toNanos() / 1000);
                leader = change.leader();
            }
        }
        print("A new leader to right answers of all three processes to all three", micros);
    }

    private static long lastElection(MeshGroup group) {
        return group.alive().stream()
                .flatMap(process -> process.lines().stream())
                .filter(line -> line.text().startsWith("LEADER "))
                .mapToLong(JavaProcess.Line::nanos)
                .max()
                .orElseThrow();
    }

    private static void warmUp(Duration time) {
        Awaitility.await().pollDelay(time).atMost(time.multipliedBy(2)).until(() -> true);
    }

    private static void print(String what, List<Long> micros) {
        List<Long> sorted = micros.stream().sorted().toList();
        System.out.printf(
                "%s, %d rounds: median %.1f ms, p95 %.1f ms, max %.1f ms%n",
                what,
                sorted.size(),
                sorted.get(sorted.size() / 2) / 1000.0,
                sorted.get((int) (sorted.size() * 0.95) - 1) / 1000.0,
                sorted.get(sorted.size() - 1) / 1000.0);
    }
}
