package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.DirectoryException;
import dev.coord.Role;
import dev.coord.StoreUnavailableException;
import dev.coord.store.Store;
import dev.coord.testing.FaultyParticipants;
import dev.coord.testing.OwnThreads;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What a coordinator takes from its JVM, it gives back. */
@EnabledOnOs(OS.LINUX)
class CoordinatorLeakTest {
    private static final int CYCLES = 20;

    private final OwnThreads own = new OwnThreads();

    @TempDir
    private Path directory;

    @Test
    void nothingIsLeftBehindByManyLives() throws Exception {
        // The first lives load classes and start threads that belong to the JVM's libraries.
        live();
        live();
        await().untilAsserted(() -> assertThat(threads()).noneMatch(name -> name.startsWith("coord-")));
        List<String> threads = threads();
        List<String> descriptors = descriptors();

        for (int i = 0; i < CYCLES; i++) {
            live();
        }

        await().untilAsserted(() -> assertThat(threads).containsAll(threads()));
        assertThat(threads).as("of coord").noneMatch(name -> name.startsWith("coord-"));
        await().untilAsserted(() -> assertThat(descriptors()).hasSizeLessThanOrEqualTo(descriptors.size()));
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "coord.1.mv.db", "coord.1.journal", "coord.1.journal.1", "epoch", "owner.1.lock");
    }

    @Test
    void nothingIsLeftBehindByOneThatCouldNotStart() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        nothingIsLeftBehindBy(() -> {
            Coordinator coordinator = Coordinator.builder().directory(file).build();
            assertThatThrownBy(coordinator::start)
                    .isInstanceOfSatisfying(
                            DirectoryException.class, e -> assertThat(e.path()).isEqualTo(file));
        });
    }

    @Test
    void nothingIsLeftBehindByOneWhoseStoreDidNotAnswer() throws Exception {
        try (Store store = TestStores.local(TestStores.memory())) {
            var participants = new FaultyParticipants(store.participants());
            participants.fail(Integer.MAX_VALUE);
            nothingIsLeftBehindBy(() -> {
                Coordinator coordinator = Coordinator.builder()
                        .store(TestStores.with(store, store.leases(), participants))
                        .settings(CoordinatorSettings.defaults().withStartTimeout(Duration.ofMillis(1)))
                        .build();
                assertThatThrownBy(coordinator::start).isInstanceOf(StoreUnavailableException.class);
                assertThat(Path.of(coordinator.mesh().address())).doesNotExist();
            });
        }
    }

    @Test
    void nothingIsLeftBehindByOneThatWasNotStarted() throws Exception {
        nothingIsLeftBehindBy(() -> {
            try (Coordinator coordinator =
                    Coordinator.builder().directory(directory).build()) {
                coordinator.mesh().channel("coord:///leader").getState(true);
            }
        });
    }

    private void nothingIsLeftBehindBy(Runnable life) throws Exception {
        life.run();
        await().untilAsserted(() -> assertThat(threads()).noneMatch(name -> name.startsWith("coord-")));
        List<String> threads = threads();
        List<String> descriptors = descriptors();
        for (int i = 0; i < CYCLES; i++) {
            life.run();
        }

        await().untilAsserted(() -> assertThat(threads).containsAll(threads()));
        await().untilAsserted(() -> assertThat(descriptors()).hasSizeLessThanOrEqualTo(descriptors.size()));
    }

    private void live() throws InterruptedException {
        try (Coordinator coordinator =
                Coordinator.builder().directory(directory).group("leak").build()) {
            coordinator.start();
            assertThat(coordinator.awaitRole(Patience.LIMIT)).isEqualTo(Role.LEADER);
        }
    }

    /** By name, without those that come and go with the load. */
    private List<String> threads() {
        return own.names("").stream()
                .filter(name -> !name.matches("(awaitility|ForkJoinPool|globalEventExecutor|process reaper).*"))
                .toList();
    }

    /** What each open descriptor of this process leads to, but for files of the JVM itself. */
    private static List<String> descriptors() throws IOException {
        var open = new TreeMap<String, String>();
        try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : all.toList()) {
                try {
                    open.put(
                            descriptor.toString(),
                            Files.readSymbolicLink(descriptor).toString());
                } catch (IOException e) {
                    // Closed meanwhile, as the one that lists the directory.
                    open.remove(descriptor.toString());
                }
            }
        }
        return open.values().stream()
                .filter(target ->
                        !target.endsWith(".jar") && !target.endsWith("/modules") && !target.contains("/proc/"))
                .sorted()
                .toList();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
