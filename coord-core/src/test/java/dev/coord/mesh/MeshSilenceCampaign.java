package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.coord.mesh.MeshGroup.Status;
import dev.coord.testing.JavaProcess;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Connections that say nothing, to the socket of the leader, which is also the owner. */
@Tag("campaign")
class MeshSilenceCampaign {
    /** Threads of H2 that begin when it is stored for the first time. */
    private static final int STORING = 2;

    private static final int CONNECTIONS = 10_000;
    private static final int SPARE = 500;

    private static final long SOME_HEAP = 20_000_000;

    @TempDir
    private Path root;

    private final List<SocketChannel> silent = new ArrayList<>();
    private MeshGroup group;
    private JavaProcess leader;
    private JavaProcess follower;

    @BeforeEach
    void start() {
        group = MeshGroup.in(root.resolve("shared"));
        leader = group.start();
        leader.await("LEADER 1");
        follower = group.start();
        group.awaitLeader();
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel connection : silent) {
            connection.close();
        }
        group.close();
    }

    private record Footprint(int threads, int descriptors, long heap) {
        static Footprint of(JavaProcess process) {
            long heap = Long.parseLong(process.ask("heap", "HEAP").words()[1]);
            return new Footprint(process.threads(), process.descriptors(), heap);
        }
    }

    @Test
    void tenThousandConnectionsThatSayNothingDisturbNobodyAndLeaveNothing() throws IOException {
        var system = (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long needed = system.getOpenFileDescriptorCount() + CONNECTIONS + SPARE;
        assumeTrue(
                system.getMaxFileDescriptorCount() >= needed,
                () -> CONNECTIONS + " connections need " + needed + " descriptors, and this process may have "
                        + system.getMaxFileDescriptorCount() + ": raise ulimit -n");
        // Once, so that what is loaded and allocated the first time does not count.
        callAfterAnother();
        Footprint before = Footprint.of(leader);
        var socket = UnixDomainSocketAddress.of(
                root.resolve("shared").toRealPath().resolve("coord-" + leader.pid() + ".sock"));

        for (int i = 0; i < CONNECTIONS; i++) {
            silent.add(SocketChannel.open(socket));
            if (i % 1000 == 0) {
                callAfterAnother();
            }
        }

        callAfterAnother();
        assertThat(leader.descriptors()).isLessThan(before.descriptors() + CONNECTIONS / 4);
        JavaProcess newcomer = group.start();
        MeshGroup.awaitPeers(newcomer, 3);
        newcomer.ask("close", "CLOSED");
        newcomer.awaitExit();
        await("the end of their handshakes")
                .untilAsserted(() -> assertThat(leader.descriptors()).isLessThanOrEqualTo(before.descriptors()));
        await("the end of idle threads").pollInterval(Duration.ofMillis(200)).untilAsserted(() -> {
            Footprint after = Footprint.of(leader);
            assertThat(after.threads()).isLessThanOrEqualTo(before.threads() + STORING);
            assertThat(after.heap()).isLessThan(before.heap() + SOME_HEAP);
        });
        assertThat(Status.of(leader).role()).isEqualTo("LEADER");
        assertThat(leader.lines())
                .filteredOn(line -> line.text().startsWith("LEADER"))
                .hasSize(1);
        assertThat(Status.of(follower).term()).isEqualTo(1);
    }

    /** A call on a new connection, and on the one that is there; and the lease is renewed. */
    private void callAfterAnother() {
        MeshGroup.awaitAnswer(follower, leader);
        MeshGroup.awaitPeers(follower, 2);
        Status status = Status.of(leader);
        assertThat(status.role()).isEqualTo("LEADER");
        assertThat(status.term()).isEqualTo(1);
    }
}
