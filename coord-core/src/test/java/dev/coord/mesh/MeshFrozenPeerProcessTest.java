package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.MeasuresTime;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGSTOP of a follower that the others are connected to. */
@MeasuresTime
class MeshFrozenPeerProcessTest {
    private static final Duration PROMPTLY = Duration.ofSeconds(1);
    private static final Duration QUICKLY = Duration.ofMillis(5 * 150);

    @TempDir
    private Path root;

    private MeshGroup group;

    @BeforeEach
    void begin() {
        group = new MeshGroup(root.resolve("shared"), JavaProcess.QUICK_START);
    }

    @AfterEach
    void killAll() {
        group.close();
    }

    @Test
    void aFrozenPeerDelaysNoOtherPeerAndNoElection() {
        JavaProcess leader = group.start();
        leader.await("LEADER 1");
        JavaProcess one = group.start();
        JavaProcess other = group.start();
        JavaProcess frozen = group.start();
        group.awaitLeader();
        one.ask("ask " + MeshGroup.id(frozen), "ANSWERED");
        one.ask("ask " + MeshGroup.id(other), "ANSWERED");
        int from = one.lineCount();

        frozen.freeze();

        // One thread waits for the frozen peer while another one calls the others.
        one.send("call");
        one.await(from, "ANSWER " + MeshGroup.id(leader) + " LEADER");
        one.send("ask " + MeshGroup.id(frozen));
        for (JavaProcess asked : List.of(leader, one)) {
            long began = System.nanoTime();
            other.ask("ask " + MeshGroup.id(asked), "ANSWERED");
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(PROMPTLY);
        }
        assertThat(one.await(from, "UNREACHABLE").text()).contains(MeshGroup.id(frozen), "did not answer", "1000 ms");

        int before = one.lineCount();
        long killed = leader.kill();
        JavaProcess.Line answer = MeshGroup.awaitOtherLeader(one, before, MeshGroup.id(leader));
        assertThat(answer.words()[1]).isIn(MeshGroup.id(one), MeshGroup.id(other));
        assertThat(Duration.ofNanos(answer.nanos() - killed)).isLessThan(QUICKLY);

        frozen.thaw();
        group.awaitLeader();
        other.ask("ask " + MeshGroup.id(frozen), "ANSWERED");
    }
}
