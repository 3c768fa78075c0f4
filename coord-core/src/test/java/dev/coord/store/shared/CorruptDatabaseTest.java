package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.CoordException;
import dev.coord.CorruptStoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.store.Lease;
import dev.coord.store.Store;
import dev.coord.store.journal.Disk;
import dev.coord.store.journal.Journal;
import dev.coord.testing.Patience;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Damaged database files: kept aside, never deleted, and never silently replaced by an empty or an older database. */
class CorruptDatabaseTest {
    private static final int GROUPS = 300;
    private static final SharedStoreSettings SETTINGS =
            SharedStoreSettings.defaults().withCallTimeout(Duration.ofMillis(300));

    private static final SharedStoreSettings PATIENT = SETTINGS.withCallTimeout(Patience.LIMIT);

    @TempDir
    private static Path whole;

    @TempDir
    private Path root;

    private Path database;

    /** How a file is damaged. */
    private interface Damage {
        void to(Path file) throws IOException;
    }

    @BeforeAll
    static void makeDatabase() {
        try (Store store = SharedStore.open(whole, PATIENT)) {
            fill(store, 7);
        }
    }

    @BeforeEach
    void copyDatabase() throws IOException {
        database = root.resolve("coord.1.mv.db");
        try (Stream<Path> files = Files.list(whole)) {
            for (Path file : files.toList()) {
                Files.copy(file, root.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void fill(Store store, long term) {
        for (int i = 0; i < GROUPS; i++) {
            store.leases().put(Lease.free("group-" + i, new Term(term)).withNonce("nonce"));
        }
    }

    /** How many of the groups are there with {@code term}. */
    private static int count(Store store, long term) {
        int count = 0;
        for (int i = 0; i < GROUPS; i++) {
            if (store.leases()
                            .get("group-" + i)
                            .map(Lease::term)
                            .orElse(Term.NONE)
                            .value()
                    == term) {
                count++;
            }
        }
        return count;
    }

    static Stream<Arguments> damages() {
        return Stream.of(
                damage("random bytes", file -> Files.write(file, random((int) Files.size(file)))),
                damage("text", file -> Files.writeString(file, "This is not a database.\n".repeat(1000))),
                damage("zeros", file -> Files.write(file, new byte[(int) Files.size(file)])),
                damage("nothing", file -> Files.write(file, new byte[0])),
                damage("one byte", file -> Files.write(file, new byte[1])),
                damage("a header of zeros", file -> overwrite(file, 0, new byte[8192])),
                damage("a header of random bytes", file -> overwrite(file, 0, random(8192))),
                damage("cut to the header", file -> truncate(file, 8192)),
                damage("cut within the header", file -> truncate(file, 100)),
                damage(
                        "random bytes after the header",
                        file -> overwrite(file, 8192, random((int) Files.size(file) - 8192))),
                damage(
                        "zeros after the header",
                        file -> overwrite(file, 8192, new byte[(int) Files.size(file) - 8192])));
    }

    private static Arguments damage(String name, Damage damage) {
        return Arguments.of(name, damage);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("damages")
    void isNeverTakenForAnEmptyOne(String name, Damage damage) throws IOException {
        isNeverTakenForLess(name, damage);
    }

    private void isNeverTakenForLess(String name, Damage damage) throws IOException {
        damage.to(database);
        byte[] damaged = Files.readAllBytes(database);

        try (Store store = SharedStore.open(root, SETTINGS)) {
            Optional<Throwable> failure = failure(store);
            if (failure.isPresent()) {
                assertKeptAside(failure.get(), damaged);
            } else {
                assertThat(repeated(() -> count(store, 7)))
                        .as("%s: if it opens, it is all there", name)
                        .isEqualTo(GROUPS);
            }
        }
    }

    /** How a call fails, but for having been too slow; empty if it does not. */
    private static Optional<Throwable> failure(Store store) {
        return repeated(() -> {
            try {
                var unused = store.leases().get("group-1");
                return Optional.empty();
            } catch (StoreUnavailableException e) {
                throw e;
            } catch (CoordException e) {
                return Optional.of(e);
            }
        });
    }

    /** On a slow machine the short time-out is over before the store has been opened, or has not. */
    private static <T> T repeated(Callable<T> call) {
        return await().ignoreException(StoreUnavailableException.class).until(call, answer -> true);
    }

    private void assertKeptAside(Throwable failure, byte[] damaged) throws IOException {
        assertThat(failure).isInstanceOf(CorruptStoreException.class);
        Path kept = ((CorruptStoreException) failure).path();
        assertThat(kept.getParent()).isEqualTo(root.toRealPath());
        if (hasHeader(damaged)) {
            // H2 takes it for its own, and writes to it before anybody can see that its tables are gone.
            assertThat(kept).isNotEmptyFile();
        } else {
            assertThat(kept).as("as it was").hasBinaryContent(damaged);
        }
        assertThat(failure)
                .hasMessageContaining(kept.toString())
                .hasMessageContaining("backup")
                .hasMessageContaining("move " + kept.getFileName() + " out of the directory");
    }

    private static boolean hasHeader(byte[] file) {
        return new String(file, 0, Math.min(file.length, 64), StandardCharsets.ISO_8859_1).startsWith("H:2,");
    }

    @Test
    void aQueryThatFailsForAnotherReasonThanALostTableIsNoDamage() throws Exception {
        try (Database opened = Database.open(database, () -> true);
                Connection connection = opened.connections().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE coord_schema");
            statement.execute("CREATE VIEW coord_schema AS SELECT x FROM SYSTEM_RANGE(1, 1) WHERE 1 / (x - 1) > 0");
            opened.sync();
        }

        try (Store store = SharedStore.open(root, SETTINGS)) {
            // Another process may be able to open it.
            await().untilAsserted(() -> assertThatThrownBy(() -> store.leases().get("group-1"))
                    .isInstanceOf(StoreUnavailableException.class)
                    .hasMessageContaining(root.toString())
                    .hasMessageContaining("Division by zero"));
        }
        assertThat(database).exists();
        assertThat(corrupt()).isEmpty();
    }

    @Test
    void noFreshStartIsMadeHoweverOftenItIsOpened() throws IOException {
        Files.write(database, random(50_000));
        for (int i = 0; i < 3; i++) {
            try (Store store = SharedStore.open(root, SETTINGS)) {
                assertThat(failure(store).orElseThrow()).isInstanceOf(CorruptStoreException.class);
            }
        }
        assertThat(corrupt()).hasSize(1);
        assertThat(database).doesNotExist();
    }

    @Test
    void aCoordinatorSaysSoWhenItStarts() throws IOException {
        Files.write(database, random(50_000));
        try (Coordinator coordinator =
                Coordinator.builder().directory(root).storeSettings(SETTINGS).build()) {
            assertThatThrownBy(coordinator::start)
                    .isInstanceOf(CorruptStoreException.class)
                    .hasMessageContaining("is damaged and cannot be opened");
        }
    }

    @Test
    void whoMovesItAwayBeginsAnew() throws IOException {
        Files.write(database, random(50_000));
        try (Store store = SharedStore.open(root, PATIENT)) {
            // Found out by the first call, which takes its time to be answered.
            try (Store impatient = SharedStore.open(root, PATIENT)) {
                assertThat(impatient.lifeToken()).isEqualTo(store.lifeToken());
            }
            await().until(() -> corrupt().size() == 1);

            new SharedDirectory(root).journal(1).delete();
            Files.delete(corrupt().get(0));

            assertThat(store.leases().get("group-1")).as("without a restart").isEmpty();
            fill(store, 1);
        }
    }

    @Test
    void whoPutsABackupInPlaceGoesOnWithIt() throws IOException {
        Path backup = root.resolve("backup");
        Files.copy(database, backup);
        Files.write(database, random(50_000));
        try (Store store = SharedStore.open(root, PATIENT)) {
            await().until(() -> corrupt().size() == 1);

            Files.move(backup, database, StandardCopyOption.ATOMIC_MOVE);

            assertThat(count(store, 7)).as("without a restart").isEqualTo(GROUPS);
            assertThat(corrupt()).as("still kept").hasSize(1);
        }
    }

    /** A backup of the database alone, which its journal makes whole. */
    @Test
    void anEarlierStateOfTheDatabaseIsMadeWholeByItsJournal() throws IOException {
        Path earlier = root.resolve("earlier");
        Files.copy(database, earlier);
        try (Store store = SharedStore.open(root, PATIENT)) {
            fill(store, 9);
        }
        Files.move(earlier, database, StandardCopyOption.REPLACE_EXISTING);

        try (Store store = SharedStore.open(root, PATIENT)) {
            assertThat(count(store, 9)).isEqualTo(GROUPS);
        }
    }

    @Test
    void aDatabaseThatIsOlderThanItsJournalIsRefused() throws Exception {
        var directory = new SharedDirectory(root);
        long last;
        try (Journal journal = Journal.open(directory.journal(1), 1, Disk.SYSTEM.boot())) {
            last = journal.last();
        }
        directory.journal(1).delete();
        Journal.create(directory.journal(1), 1, last + 5);

        refused("is older than its journal");
    }

    @Test
    void aDatabaseWithoutItsJournalIsRefused() throws IOException {
        new SharedDirectory(root).journal(1).delete();

        refused("is missing, with all of the journal");
    }

    @Test
    void aDamagedJournalIsRefused() throws IOException {
        overwrite(root.resolve("coord.1.journal.1"), 1000, random(10));

        refused("lacks something");
    }

    @Test
    void aJournalWithoutItsDatabaseIsNotTakenForABeginning() throws IOException {
        Files.delete(database);

        refused("is missing, though its journal is there");
        assertThat(database).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"coord.1.mv.db", "coord.1.journal.1"})
    void whatIsRemovedWhileInUseIsNoticedAndNotMadeAnew(String name) throws IOException {
        try (Store store = SharedStore.open(root, SETTINGS)) {
            await().until(() -> failure(store).isEmpty());
            Files.delete(root.resolve(name));

            await("nothing is acknowledged any more").until(() -> failure(store).isPresent());
            await("why")
                    .until(() -> failure(store)
                            .filter(CorruptStoreException.class::isInstance)
                            .isPresent());
        }
        assertThat(root.resolve(name)).doesNotExist();
        assertThat(root.resolve("coord.2.mv.db"))
                .as("no other epoch goes on with less")
                .doesNotExist();
    }

    @Test
    void aMarkThatIsRemovedWhileInUseIsMadeAgain() throws IOException {
        Path mark = root.resolve("coord.1.journal");
        try (Store store = SharedStore.open(root, PATIENT)) {
            assertThat(count(store, 7)).isEqualTo(GROUPS);
            Files.delete(mark);

            await().until(() -> Files.exists(mark));
            assertThat(count(store, 7)).isEqualTo(GROUPS);
        }
    }

    private void refused(String why) {
        try (Store store = SharedStore.open(root, SETTINGS)) {
            assertThat(failure(store).orElseThrow())
                    .isInstanceOf(CorruptStoreException.class)
                    .hasMessageContaining(why)
                    .hasMessageContaining("coord.1.*");
        }
    }

    @Test
    void aDatabaseOfAVersionWithoutAJournalGetsOne() throws Exception {
        var directory = new SharedDirectory(root);
        try (JournaledDatabase opened =
                JournaledDatabase.open(directory, 1, () -> true, changed -> {}, Failpoints.NONE)) {
            var unused = opened.store();
            opened.forceStored();
        }
        try (Database opened = Database.open(database, () -> true);
                Connection connection = opened.connections().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("DROP TABLE coord_applied");
            statement.execute("DELETE FROM coord_schema WHERE version >= 11");
            opened.sync();
        }
        directory.journal(1).delete();

        for (long term = 8; term < 10; term++) {
            try (Store store = SharedStore.open(root, PATIENT)) {
                assertThat(count(store, term - 1)).isEqualTo(GROUPS);
                fill(store, term);
            }
            assertThat(directory.journal(1).isInUse()).isTrue();
        }
    }

    @Test
    void anOlderDatabaseDoesNotStandInForADamagedOne() throws IOException {
        // What is left behind by an owner that died between the takeover and the removal of the older file.
        Files.copy(database, root.resolve("coord.2.mv.db"));
        var directory = new SharedDirectory(root);
        Journal.copy(directory.journal(1), 1, directory.journal(2), 2, Disk.SYSTEM.boot());
        Files.delete(root.resolve("epoch"));
        Path older = root.resolve("older");
        Files.move(database, older);
        try (Store store = SharedStore.open(root, PATIENT)) {
            fill(store, 8);
        }
        Files.move(older, database);
        Files.write(root.resolve("coord.2.mv.db"), random(50_000));

        // Longer than a process waits before it takes the next epoch.
        SharedStoreSettings patient =
                SETTINGS.withOwnerStaleThreshold(Duration.ofMillis(200)).withCallTimeout(Duration.ofSeconds(2));
        try (Store store = SharedStore.open(root, patient)) {
            assertThat(failure(store).orElseThrow())
                    .as("terms would go back")
                    .isInstanceOf(CorruptStoreException.class);
        }
    }

    private List<Path> corrupt() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.filter(file -> file.toString().contains(".mv.db.corrupt"))
                    .toList();
        }
    }

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static void overwrite(Path file, long position, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), position);
        }
    }

    private static void truncate(Path file, long size) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(size);
        }
    }
}
