package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.mesh.MeshGroup.Status;
import dev.coord.testing.JavaProcess;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has no file descriptor left. */
@Tag("campaign")
class MeshDescriptorLimitCampaign {
    private static final int LIMIT = 300;

    @TempDir
    private Path root;

    private MeshGroup group;

    @BeforeEach
    void prepare() {
        group = MeshGroup.in(root.resolve("shared"));
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
        MeshGroup.awaitPeers(leader, 3);

        assertThat(starved.ask("exhaust", "EXHAUSTED").text()).contains("Too many open files");

        await("an answer over the connection from before")
                .until(() -> MeshGroup.peers(leader).containsKey(MeshGroup.id(starved)));
        // What was open when the others were taken may be closed now: one more connection fits in then.
        await().untilAsserted(() -> {
            starved.ask("exhaust", "EXHAUSTED");
            assertThat(other.ask("ask " + MeshGroup.id(starved), "").text())
                    .startsWith("UNREACHABLE")
                    .contains("did not answer", MeshGroup.id(starved));
        });
        starved.awaitIdle();
        assertThat(Status.of(leader).term()).isEqualTo(1);
        assertThat(Status.of(starved).role()).isEqualTo("FOLLOWER");

        starved.ask("free", "FREED");
        await().until(() -> other.ask("ask " + MeshGroup.id(starved), "").text().startsWith("ANSWERED"));
        assertThat(group.awaitLeader()).isEqualTo(leader);
    }

    @Test
    void whenTheLeaderThatIsTheOwnerHasNoDescriptorsTheGroupGoesOn() {
        JavaProcess starved = group.startLimited(LIMIT);
        starved.await("LEADER 1");
        JavaProcess follower = group.start();
        group.awaitLeader();

        assertThat(starved.ask("exhaust", "EXHAUSTED").text()).contains("Too many open files");

        starved.awaitIdle();
        assertThat(Status.of(starved).role())
                .as("those who are there go on as before")
                .isEqualTo("LEADER");
        assertThat(Status.of(follower).term()).isEqualTo(1);
        // It cannot be let in: whether it waits, or goes on with a copy of the database, is its choice.
        JavaProcess newcomer = group.launch();
        starved.awaitIdle();

        starved.ask("free", "FREED");
        newcomer.await("STARTED");
        JavaProcess leader = group.awaitLeader();
        MeshGroup.awaitPeers(leader, 3);
    }
}
