package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.registry.ProcessIdentity;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Leases;
import dev.coord.testing.OtherUser;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** As in containers that share a directory: each process has pid 1 in a namespace of its own. */
@EnabledOnOs(OS.LINUX)
class PidNamespaceProcessTest {
    private static final String GROUP = "default";
    private static final List<String> UNSHARE =
            List.of("unshare", "--pid", "--fork", "--kill-child=SIGKILL", "--mount-proc");

    @TempDir
    private Path root;

    private final List<JavaProcess> processes = new ArrayList<>();

    @AfterEach
    void kill() {
        processes.forEach(JavaProcess::close);
    }

    private JavaProcess start(Path directory) {
        JavaProcess process = JavaProcess.startIn(
                "true",
                UNSHARE,
                "p" + (processes.size() + 1),
                ParticipantMain.class,
                ParticipantOptions.patient(directory).toArguments());
        processes.add(process);
        return process;
    }

    private static String leader(Store store) {
        return store.leases().get(GROUP).map(Leases::holderOf).orElse("");
    }

    @Test
    void twoProcessesWithPidOneAreTakenNeitherForEachOtherNorForDead() {
        var probe = new ArrayList<>(UNSHARE);
        probe.add("true");
        assumeTrue(
                OtherUser.succeeds(probe),
                "PID namespaces need root and util-linux (unshare): run as root to have them");
        Path directory = root.resolve("directory");
        try (Store store = SharedStore.open(directory, TestStores.PATIENT)) {
            JavaProcess first = start(directory);
            await().until(() -> !leader(store).isEmpty());
            String firstLeader = leader(store);
            start(directory);
            await().until(() -> store.participants().list(GROUP).size() == 2);

            List<ProcessIdentity> identities = store.participants().list(GROUP).stream()
                    .map(Participant::process)
                    .map(process -> ProcessIdentity.parse(process).orElseThrow())
                    .toList();
            assertThat(identities)
                    .allSatisfy(identity -> assertThat(identity.pid()).isEqualTo(1));
            assertThat(identities.get(0).pidNamespace())
                    .isNotEqualTo(identities.get(1).pidNamespace());
            assertThat(store.leases()
                            .get(GROUP)
                            .orElseThrow()
                            .holder()
                            .orElseThrow()
                            .pid())
                    .isEqualTo(1);

            // Both stay, and the leader leads on.
            long renewals = store.leases().get(GROUP).orElseThrow().renewals();
            await().until(() -> store.leases().get(GROUP).orElseThrow().renewals() > renewals + 5);
            assertThat(leader(store)).isEqualTo(firstLeader);
            assertThat(store.participants().list(GROUP)).hasSize(2);

            // The first is killed; the second knows it from the lock, and takes its place before the lease is stale.
            first.kill();
            await().until(() -> !leader(store).equals(firstLeader));
            assertThat(store.leases().get(GROUP).orElseThrow().term().value()).isEqualTo(2);
            await().until(() -> store.participants().list(GROUP).size() == 1);
        }
    }
}
