package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.JavaProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGSTOP of a follower that the others are connected to. */
class MeshFrozenPeerProcessTest {
    @TempDir
    private Path root;

    private MeshGroup group;

    @BeforeEach
    void begin() {
        group = MeshGroup.in(root.resolve("shared"));
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
        MeshGroup.awaitAnswer(one, frozen);
        MeshGroup.awaitAnswer(one, other);
        int from = one.lineCount();

        frozen.freeze();

        // One thread waits for the frozen peer while another one calls the others.
        one.send(group.call());
        one.await(from, "ANSWER " + MeshGroup.id(leader) + " LEADER");
        one.send("ask " + MeshGroup.id(frozen));
        for (JavaProcess asked : List.of(leader, one)) {
            MeshGroup.awaitAnswer(other, asked);
        }
        assertThat(one.await(from, "UNREACHABLE").text()).contains(MeshGroup.id(frozen), "did not answer", "1000 ms");

        int before = one.lineCount();
        leader.kill();
        JavaProcess.Line answer = MeshGroup.awaitOtherLeader(one, before, MeshGroup.id(leader));
        assertThat(answer.words()[1]).isIn(MeshGroup.id(one), MeshGroup.id(other));

        frozen.thaw();
        group.awaitLeader();
        MeshGroup.awaitAnswer(other, frozen);
    }
}
