package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.mesh.MeshGroup.Status;
import dev.coord.testing.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has no file descriptor left. */
class MeshDescriptorLimitProcessTest {
    private static final int LIMIT = 300;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofSeconds(1);

    @TempDir
    private Path root;

    private MeshGroup group;

    @BeforeEach
    void prepare() {
        group = new MeshGroup(root.resolve("shared"), JavaProcess.QUICK_START);
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void aFollowerWithoutDescriptorsKeepsItsConnectionsAndRecovers() {
        JavaProcess leader = group.start();
        leader.await("LEADER 1");
        JavaProcess starved = group.startLimited(LIMIT);
        JavaProcess other = group.start();
        group.awaitLeader();
        await().atMost(SOON).until(() -> MeshGroup.peers(leader).size() == 3);

        assertThat(starved.ask("exhaust", "EXHAUSTED").text()).contains("Too many open files");

        assertThat(MeshGroup.peers(leader))
                .as("over the connection from before")
                .containsKey(MeshGroup.id(starved));
        // What was open when the others were taken may be closed now: one more connection fits in then.
        await().atMost(SOON).untilAsserted(() -> {
            starved.ask("exhaust", "EXHAUSTED");
            assertThat(other.ask("ask " + MeshGroup.id(starved), "").text())
                    .startsWith("UNREACHABLE")
                    .contains("did not answer", MeshGroup.id(starved));
        });
        assertThatItIsNotBusy(starved);
        assertThat(Status.of(leader).term()).isEqualTo(1);
        assertThat(Status.of(starved).role()).isEqualTo("FOLLOWER");

        starved.ask("free", "FREED");
        await().atMost(SOON)
                .until(() ->
                        other.ask("ask " + MeshGroup.id(starved), "").text().startsWith("ANSWERED"));
        assertThat(group.awaitLeader()).isEqualTo(leader);
    }

    @Test
    void whenTheLeaderThatIsTheHostHasNoDescriptorsTheGroupGoesOn() {
        JavaProcess starved = group.startLimited(LIMIT);
        starved.await("LEADER 1");
        JavaProcess follower = group.start();
        group.awaitLeader();

        assertThat(starved.ask("exhaust", "EXHAUSTED").text()).contains("Too many open files");

        assertThatItIsNotBusy(starved);
        assertThat(Status.of(starved).role())
                .as("those who are there go on as before")
                .isEqualTo("LEADER");
        assertThat(Status.of(follower).term()).isEqualTo(1);
        // It cannot be let in: whether it waits, or goes on with a copy of the database, is its choice.
        JavaProcess newcomer = group.launch();
        assertThatItIsNotBusy(starved);

        starved.ask("free", "FREED");
        newcomer.await("STARTED");
        JavaProcess leader = group.awaitLeader();
        await().atMost(SOON).until(() -> MeshGroup.peers(leader).size() == 3);
    }

    private static void assertThatItIsNotBusy(JavaProcess process) {
        Duration before = process.processorTime();
        long began = System.nanoTime();
        await().pollDelay(WINDOW).atMost(SOON).until(() -> true);
        Duration used = process.processorTime().minus(before);
        assertThat(used)
                .as("processor time of %s", process)
                .isLessThan(Duration.ofNanos((System.nanoTime() - began) / 2));
    }
}
