package dev.coord.store.shared;

import static dev.coord.store.shared.FailureDetector.MOST_PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.Store;
import dev.coord.store.StoreOwner;
import dev.coord.store.shared.SharedStoreSettings.FrozenOwner;
import dev.coord.testing.Console;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.OtherUser;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;
import dev.coord.transport.Address;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** As in containers: each process sees the directory by a path of its own. */
@EnabledOnOs(OS.LINUX)
class TwoPathsProcessTest {
    private static final Duration THRESHOLD = Duration.ofMillis(500);
    private static final List<String> NAMESPACE = List.of("unshare", "--user", "--map-root-user", "--mount");
    private static final String GROUP = "default";

    @TempDir
    private Path root;

    private Path directory;
    private Path elsewhere;

    @BeforeEach
    void make() throws IOException {
        var probe = new ArrayList<>(NAMESPACE);
        probe.add("true");
        assumeTrue(
                OtherUser.succeeds(probe), "mount namespaces need util-linux (unshare), and a kernel that allows them");
        directory = Files.createDirectory(root.resolve("here"));
        elsewhere = Files.createDirectory(root.resolve("there"));
    }

    /** Starts a participant that sees the directory {@code elsewhere}. */
    private JavaProcess startElsewhere() {
        return JavaProcess.startIn(
                "mount --bind '" + directory + "' '" + elsewhere + "'",
                NAMESPACE,
                "elsewhere",
                ParticipantMain.class,
                ParticipantOptions.patient(elsewhere)
                        .withOwnerStaleThreshold(THRESHOLD)
                        .toArguments());
    }

    private static SharedStoreSettings settings() {
        return SharedStoreSettings.defaults().withOwnerStaleThreshold(THRESHOLD).withCallTimeout(Patience.LIMIT);
    }

    @Test
    void bothWorkTogether() throws IOException {
        try (JavaProcess first = startElsewhere()) {
            first.await("LEADER 1");
            try (Store store = SharedStore.open(directory, settings())) {
                assertThat(store.leases().get(GROUP).orElseThrow().term()).isEqualTo(new Term(1));
                Path socket = store.leases()
                        .get(GROUP)
                        .flatMap(Lease::holder)
                        .flatMap(LeaseHolder::address)
                        .flatMap(Address::path)
                        .orElseThrow();
                assertThat(socket)
                        .as("the leader's socket, as it is seen from here")
                        .exists();
                assertThat(store.participants().list(GROUP))
                        .allSatisfy(record -> assertThat(record.address()).contains(Address.unix(socket)));

                first.kill();

                await("this process is the owner").until(() -> isHere(store));
                try (JavaProcess second = startElsewhere()) {
                    second.await("LEADER 2");
                    assertThat(store.leases().get(GROUP).orElseThrow().term()).isEqualTo(new Term(2));
                }
            }
        }
        assertThat(databases()).as("no epoch was taken").containsExactly("coord.1.mv.db");
    }

    /** As if both were at the end of a long path: the owner's socket lies in a directory that the other does not share. */
    @Test
    void whoCannotReachTheOwnerSaysSoAndLeavesItAlone() throws IOException {
        directory = Files.createDirectories(root.resolve("a-directory-with-a-long-name".repeat(5)));
        try (Store store = SharedStore.open(directory, settings())) {
            assertThat(store.leases().get(GROUP)).isEmpty();
            Path socket = store.ownedDatabase()
                    .orElseThrow()
                    .server()
                    .address()
                    .path()
                    .orElseThrow();
            try (JavaProcess newcomer = JavaProcess.startIn(
                    "mount -t tmpfs none '" + socket.getParent() + "'",
                    NAMESPACE,
                    "newcomer",
                    Newcomer.class,
                    List.of(directory.toString()))) {
                assertThat(newcomer.await("PROBLEM").text())
                        .contains("could not be reached at " + socket, "It is alive, and stays the owner");
                // For many times the threshold.
                assertThat(newcomer.await("UNAVAILABLE").text())
                        .contains("could not be reached at " + socket, "It is alive, and stays the owner");
                assertThat(store.leases().get(GROUP)).as("still served").isEmpty();
                assertThat(isHere(store)).isTrue();
                assertThat(databases()).containsExactly("coord.1.mv.db");
                assertThat(store.problems()).isEmpty();
            }
        }
    }

    /** Would kill a frozen owner. */
    static final class Newcomer {
        private Newcomer() {}

        public static void main(String[] args) throws Exception {
            SharedStoreSettings settings = settings()
                    .withFrozenOwner(FrozenOwner.KILL)
                    .withCallTimeout(THRESHOLD.multipliedBy(MOST_PATIENCE * 2));
            try (Store store = SharedStore.open(Path.of(args[0]), settings)) {
                await().until(() -> !store.problems().isEmpty());
                Console.say("PROBLEM " + store.problems());
                try {
                    Console.say("ANSWER " + store.leases().get(GROUP));
                } catch (StoreUnavailableException e) {
                    Console.say("UNAVAILABLE " + e.getMessage());
                }
                Console.obey(words -> true);
            }
        }
    }

    private static boolean isHere(Store store) {
        return store.ownedDatabase().orElseThrow().owner().map(StoreOwner::here).orElse(false);
    }

    private List<String> databases() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("coord\\.\\d+\\.mv\\.db"))
                    .toList();
        }
    }
}
