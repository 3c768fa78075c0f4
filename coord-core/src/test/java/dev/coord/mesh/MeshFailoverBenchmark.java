package dev.coord.mesh;

import dev.coord.testing.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long after SIGKILL of the leader, which is also the database's host or not, the first call on the next one succeeds. */
@Tag("benchmark")
class MeshFailoverBenchmark {
    private static final int ROUNDS = 20;

    @TempDir
    Path directory;

    @Test
    void fromTheKillToTheFirstAnswerOfTheNewLeader() {
        List<Long> micros = new ArrayList<>();
        try (var group = new MeshGroup(directory.resolve("shared"), JavaProcess.NORMAL)) {
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
                caller.send("call");
                caller.await("ANSWER " + old + " LEADER");
                // Let the newcomer warm up.
                Awaitility.await().pollDelay(Duration.ofSeconds(3)).until(() -> true);
                int from = caller.lineCount();
                long killed = leader.kill();
                micros.add((MeshGroup.awaitOtherLeader(caller, from, old).nanos() - killed) / 1000);
            }
        }
        List<Long> sorted = micros.stream().sorted().toList();
        System.out.printf(
                "SIGKILL of the leader to the first answer of the next one, %d rounds: median %.1f ms, p95 %.1f ms, max %.1f ms%n",
                sorted.size(),
                sorted.get(sorted.size() / 2) / 1000.0,
                sorted.get((int) (sorted.size() * 0.95) - 1) / 1000.0,
                sorted.get(sorted.size() - 1) / 1000.0);
    }
}
