package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.CoordException;
import dev.coord.DirectoryException;
import dev.coord.InvalidSettingsException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.Store;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A shared store in a directory that is not as it should be, before it is opened or while it is in use. */
class SharedStoreBadInputTest {
    /** A short time-out, because most of these stores never answer. */
    private static final SharedStoreSettings SETTINGS =
            SharedStoreSettings.defaults().withCallTimeout(Duration.ofMillis(1500));

    @TempDir
    private Path root;

    private Store open(Path directory) {
        return SharedStore.open(directory, SETTINGS);
    }

    private static void putOnce(Store store, String group, long term) {
        store.leases().put(Lease.free(group, new Term(term)));
    }

    private static long termOnce(Store store, String group) {
        return store.leases().get(group).map(Lease::term).orElse(Term.NONE).value();
    }

    private static void put(Store store, String group, long term) {
        repeated(() -> {
            putOnce(store, group, term);
            return true;
        });
    }

    private static long term(Store store, String group) {
        return repeated(() -> termOnce(store, group));
    }

    /** For calls that must succeed: on a busy machine the short time-out is over before the store is open. */
    private static <T> T repeated(Callable<T> call) {
        return await().ignoreException(StoreUnavailableException.class).until(call, answer -> true);
    }

    @Test
    void aFileInPlaceOfTheDirectoryIsRefused() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "content");

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("is not a directory");
        assertThat(file).hasContent("content");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "with space",
                "ünïcödé",
                "percent%20",
                "quote'",
                "a=b",
                "#hash",
                "~",
                "$HOME",
                "a;b",
                "back\\slash"
            })
    void anyNameWorks(String name) throws IOException {
        Path directory = root.resolve(name);
        try (Store store = open(directory)) {
            put(store, "group", 3);
        }
        try (Store store = open(directory)) {
            assertThat(term(store, "group")).isEqualTo(3);
        }
        try (Stream<Path> files = Files.list(root)) {
            assertThat(files).containsExactly(directory);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "exactly 16 bytes", "much more than sixteen bytes of rubbish"})
    void anEpochFileWithRubbishIsRefused(String content) throws IOException {
        Path epoch = Files.writeString(root.resolve("epoch"), content);

        assertThatThrownBy(() -> open(root))
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining(epoch.toString())
                .hasMessageContaining("delete this file");

        assertThat(epoch).hasContent(content);
        assertThat(names()).as("nothing else is made").containsExactly("epoch");
        Files.delete(epoch);
        try (Store store = open(root)) {
            put(store, "group", 1);
        }
    }

    @Test
    void whoFollowsTheAdviceAboutTheEpochFileLosesNothing() throws IOException {
        try (Store store = open(root)) {
            put(store, "group", 7);
        }
        Files.writeString(root.resolve("epoch"), "rubbish");
        assertThatThrownBy(() -> open(root)).isInstanceOf(DirectoryException.class);

        Files.delete(root.resolve("epoch"));

        try (Store store = open(root)) {
            assertThat(term(store, "group")).isEqualTo(7);
        }
    }

    @Test
    void rubbishInTheEpochFileWhileItIsInUseAcknowledgesNothingMore() throws IOException {
        try (Store store = open(root)) {
            put(store, "group", 7);
            overwrite(root.resolve("epoch"), "exactly 16 bytes");

            assertThatThrownBy(() -> putOnce(store, "group", 8))
                    .isInstanceOf(CoordException.class)
                    .hasMessageContaining(root.resolve("epoch").toString());
            assertThatThrownBy(() -> termOnce(store, "group"))
                    .isInstanceOf(CoordException.class)
                    .hasMessageContaining(root.resolve("epoch").toString());
        }
        Files.delete(root.resolve("epoch"));
        try (Store store = open(root)) {
            assertThat(term(store, "group")).isBetween(7L, 8L);
        }
    }

    @Test
    void anEpochFileThatIsRemovedWhileItIsInUseIsMadeAgain() throws IOException {
        try (Store store = open(root)) {
            put(store, "group", 7);
            Files.delete(root.resolve("epoch"));

            put(store, "group", 8);
            assertThat(root.resolve("epoch"))
                    .as("nothing is acknowledged without it")
                    .exists();
            assertThat(term(store, "group")).isEqualTo(8);
        }
        try (Store store = open(root)) {
            assertThat(term(store, "group")).isEqualTo(8);
        }
    }

    @Test
    void anEpochFileThatIsRemovedTogetherWithTheDatabaseEndsTheOwner() throws IOException {
        try (Store store = open(root)) {
            put(store, "group", 7);
            Files.delete(root.resolve("coord.1.mv.db"));
            Files.delete(root.resolve("epoch"));

            await().untilAsserted(() -> assertThatThrownBy(() -> termOnce(store, "group"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(root.toString())
                    .hasMessageContaining("Stop all processes"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "rubbish", "coord-endpoint\n1\nprocess-x.lock\n/nowhere/coord-1.sock\n"})
    void anEndpointFileWithRubbishIsReplaced(String content) throws IOException {
        Files.createDirectories(root);
        Files.writeString(root.resolve("endpoint.1"), content);
        var directory = new SharedDirectory(root);

        try (Store store = open(root)) {
            put(store, "group", 1);
            assertThat(Endpoint.read(directory, 1)).map(Endpoint::lifeToken).contains(store.lifeToken());
        }
    }

    @Test
    void rubbishInTheEndpointFileWhileItIsInUseCostsNothing() throws IOException {
        var directory = new SharedDirectory(root);
        try (Store store = open(root)) {
            put(store, "group", 1);
            Files.writeString(root.resolve("endpoint.1"), "rubbish");

            put(store, "group", 2);
            await().until(
                            () -> Endpoint.read(directory, 1)
                                    .map(Endpoint::lifeToken)
                                    .orElse(""),
                            store.lifeToken()::equals);
            Files.delete(root.resolve("endpoint.1"));
            put(store, "group", 3);
            await().until(() -> Endpoint.read(directory, 1).isPresent());
        }
    }

    @Test
    void anEndpointOfSomebodyElseIsReplacedWhileItIsInUse() throws IOException {
        var directory = new SharedDirectory(root);
        try (Store store = open(root)) {
            put(store, "group", 1);
            Files.writeString(root.resolve("endpoint.1"), "coord-endpoint\n1\nprocess-x.lock\n/nowhere/coord-1.sock\n");

            await().until(
                            () -> Endpoint.read(directory, 1)
                                    .map(Endpoint::lifeToken)
                                    .orElse(""),
                            store.lifeToken()::equals);
        }
    }

    @Test
    void foreignFilesStayAsTheyAre() throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
        List<String> foreign =
                List.of("notes.txt", "coord.txt", "owner.lock", "endpoint", "coord.1.mv.db.corrupted-backup");
        for (String name : foreign) {
            Files.writeString(root.resolve(name), name);
        }
        Path subdirectory = Files.createDirectory(root.resolve("coord.0.mv.db"));
        try (Store store = open(root)) {
            put(store, "group", 1);
        } catch (CoordException e) {
            assertThat(e).hasMessageContaining(root.toString());
        }
        for (String name : foreign) {
            assertThat(root.resolve(name)).hasContent(name);
        }
        assertThat(subdirectory).isDirectory();
    }

    @Test
    void everythingInTheDirectoryIsPrivate() throws IOException {
        Path directory = Files.createDirectory(root.resolve("directory"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
        try (Store store = open(directory)) {
            put(store, "group", 1);

            assertThat(permissions(directory)).isEqualTo("rwx------");
            try (Stream<Path> files = Files.list(directory)) {
                assertThat(files).hasSizeGreaterThanOrEqualTo(6).allSatisfy(file -> {
                    // The warm-up's own files come and go.
                    if (Files.exists(file)) {
                        assertThat(permissions(file)).as("%s", file).isEqualTo("rw-------");
                    }
                });
            }
        }
    }

    @Test
    void aPathThatIsTooLongForASocketWorksForSeveralProcesses() throws Exception {
        Path directory = root.resolve("a-directory-with-a-long-name".repeat(5));
        Path socket;
        try (Store store = open(directory)) {
            socket = store.ownedDatabase()
                    .orElseThrow()
                    .server()
                    .address()
                    .path()
                    .orElseThrow();
            assertThat(socket.toString().length()).isLessThanOrEqualTo(103);
            put(store, "default", 5);
            try (JavaProcess other = JavaProcess.start(
                    "other",
                    JavaProcess.QUICK_START,
                    ParticipantMain.class,
                    ParticipantOptions.patient(directory).toArguments())) {
                other.await("LEADER 6");
                assertThat(term(store, "default")).isEqualTo(6);
                other.send("close");
                other.awaitExit();
            }
        }
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void aClosedStoreRefusesWithATypedError() {
        Store store = open(root);
        put(store, "group", 1);
        store.close();
        store.close();

        assertThatThrownBy(() -> termOnce(store, "group"))
                .isInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(root.toString())
                .hasMessageContaining("closed");
    }

    @Test
    void whatTheDatabaseRefusesNamesTheDirectory() {
        try (Store store = open(root)) {
            put(store, "group", 7);

            assertThatThrownBy(() -> put(store, "group", 6))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining(root.toString())
                    .hasMessageContaining("is at term 7");
        }
    }

    @Test
    void anInterruptedCallerDoesNotHurtTheDatabase() throws Exception {
        try (Store store = open(root)) {
            put(store, "group", 1);
            for (int i = 0; i < 20; i++) {
                Thread.currentThread().interrupt();
                try {
                    putOnce(store, "group", 1);
                } catch (StoreUnavailableException e) {
                    assertThat(e).hasMessageContaining("interrupted");
                }
                assertThat(Thread.interrupted())
                        .as("the flag stays for the caller")
                        .isTrue();
            }
            put(store, "group", 2);
            assertThat(term(store, "group")).isEqualTo(2);
        }
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> SETTINGS.withOwnerStaleThreshold(Duration.ofMillis(199)))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("199 ms")
                .hasMessageContaining("200 ms");
        assertThatThrownBy(() -> SETTINGS.withOwnerStaleThreshold(Duration.ZERO))
                .isInstanceOf(InvalidSettingsException.class);
        assertThatThrownBy(() -> SETTINGS.withCallTimeout(Duration.ZERO))
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("call timeout");
        assertThatThrownBy(() -> SETTINGS.withCallTimeout(Duration.ofMillis(-1)))
                .isInstanceOf(InvalidSettingsException.class);
    }

    @Test
    void aDirectoryThatVanishesWhileItIsInUseIsATypedError() throws IOException {
        Path directory = root.resolve("directory");
        Store store = open(directory);
        try {
            put(store, "group", 1);
            // The warm-up is over.
            await().until(() -> {
                try (Stream<Path> files = Files.list(directory)) {
                    return files.noneMatch(file -> file.getFileName().toString().startsWith("coord-tmp-"));
                }
            });
            Files.move(directory, root.resolve("moved-away"));

            await().untilAsserted(() -> assertThatThrownBy(() -> termOnce(store, "group"))
                    .isInstanceOfAny(DirectoryException.class, StoreException.class)
                    .hasMessageContaining(directory.toString()));
        } finally {
            Files.move(root.resolve("moved-away"), directory);
            store.close();
        }
        // The next epoch may have been taken meanwhile, and not been made.
        try (Store again =
                SharedStore.open(directory, SharedStoreSettings.defaults().withCallTimeout(Patience.LIMIT))) {
            assertThat(term(again, "group")).isEqualTo(1);
        }
    }

    private static void overwrite(Path file, String content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
