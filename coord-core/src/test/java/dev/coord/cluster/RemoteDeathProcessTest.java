package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.LeaderChangeReason;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.MariaDb;
import dev.coord.testing.OtherUser;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Postgres;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** As in containers that share a database: each process has pid 1 in a namespace of its own, and no file is shared. */
@EnabledOnOs(OS.LINUX)
class RemoteDeathProcessTest {
    /** Who starts them ends: so does each in its namespace, whose first process it is. */
    private static final List<String> UNSHARE =
            List.of("unshare", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc");
    /** Long enough for a busy machine, on which the leader must not lose the lease before it is killed. */
    private static final Duration DEADLINE = Duration.ofSeconds(6);

    private static final Duration THRESHOLD = Duration.ofSeconds(8);

    @TempDir
    private Path root;

    private final List<JavaProcess> processes = new ArrayList<>();

    @BeforeEach
    void assumeNamespaces() {
        assumeTrue(
                OtherUser.succeeds(
                        Stream.concat(UNSHARE.stream(), Stream.of("true")).toList()),
                "PID namespaces need root and util-linux (unshare): run as root to have them");
    }

    @AfterEach
    void close() {
        processes.forEach(JavaProcess::close);
    }

    private JavaProcess start(ParticipantOptions options) {
        JavaProcess process = JavaProcess.startIn(
                "true", UNSHARE, "p" + (processes.size() + 1), ParticipantMain.class, options.toArguments());
        processes.add(process);
        return process;
    }

    /** A leader in the first term, and one who follows it and hears from it. */
    private void startTwo(ParticipantOptions options) {
        start(options).await("LEADER 1");
        JavaProcess follower = start(options);
        follower.await("STARTED");
        await("a connection to the leader")
                .until(() -> follower.ask("hears-leader", "HEARS").text().equals("HEARS true"));
    }

    @Test
    void aKilledLeaderIsKnownToBeDeadLongBeforeItsLeaseIsStale() {
        assertKnownToBeDead(Postgres.newDatabase());
    }

    @Test
    @Tag("campaign")
    void inMariaDbAsWell() {
        assertKnownToBeDead(MariaDb.newDatabase());
    }

    private void assertKnownToBeDead(String database) {
        startTwo(ParticipantOptions.patient(root).withDatabase(database));

        processes.get(0).kill();

        processes.get(1).await("LEADER 2");
        assertThat(processes.get(1).await("CHANGED 2").text()).endsWith(LeaderChangeReason.PROCESS_DIED.name());
    }

    @Test
    @Tag("campaign")
    void withoutThatProofItsLeaseHasToBeStale() {
        startTwo(ParticipantOptions.patient(root)
                .withTimes(DEADLINE, THRESHOLD, THRESHOLD)
                .withDatabase(Postgres.newDatabase())
                .withRemoteDeath(RemoteDeath.NEVER));

        processes.get(0).kill();

        processes.get(1).await("LEADER 2");
        assertThat(processes.get(1).await("CHANGED 2").text()).endsWith(LeaderChangeReason.NOT_RENEWED.name());
    }
}
