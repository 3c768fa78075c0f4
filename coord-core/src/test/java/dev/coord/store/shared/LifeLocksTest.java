package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.registry.ProcessIdentity;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.TestStores;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LifeLocksTest {

    @TempDir
    private Path root;

    @Test
    void theOwnFileIsThereForAsLongAsItIsHeld() throws IOException {
        LifeLocks locks = LifeLocks.create(new SharedDirectory(root));
        assertThat(names()).containsExactly(locks.token());
        assertThat(locks.token()).matches("process-[0-9a-f-]{36}\\.lock");
        assertThat(locks.isProvenDead(locks.token())).isFalse();

        locks.sweep();
        assertThat(names()).containsExactly(locks.token());
        locks.close();
        assertThat(names()).isEmpty();
    }

    @Test
    void aFileThatNobodyHoldsProvesDeathUntilItIsSwept() throws IOException {
        Path left = Files.createFile(root.resolve("process-" + UUID.randomUUID() + ".lock"));
        Path foreign = Files.createFile(root.resolve("process-of-somebody-else.lock"));
        try (LifeLocks locks = LifeLocks.create(new SharedDirectory(root))) {
            assertThat(locks.isProvenDead(left.getFileName().toString())).isTrue();

            locks.sweep();

            assertThat(left).doesNotExist();
            assertThat(foreign).exists();
            assertThat(locks.isProvenDead(left.getFileName().toString()))
                    .as("what is gone proves nothing")
                    .isFalse();
        }
    }

    @Test
    void whatIsNoTokenProvesNothing() throws IOException {
        Path outside = Files.createFile(root.resolve("file"));
        Path directory = Files.createDirectory(root.resolve("directory"));
        try (LifeLocks locks = LifeLocks.create(new SharedDirectory(directory))) {
            for (String token : List.of("", "..", "../file", "file", outside.toString(), "process-x.lock")) {
                assertThat(locks.isProvenDead(token)).as(token).isFalse();
            }
        }
    }

    @Test
    void lookingAtOthersDoesNotFreeTheOwnLock() throws Exception {
        try (LifeLocks locks = LifeLocks.create(new SharedDirectory(root))) {
            for (int i = 0; i < 10; i++) {
                Files.createFile(root.resolve("process-" + UUID.randomUUID() + ".lock"));
            }
            locks.sweep();
            assertThat(locks.isProvenDead(locks.token())).isFalse();

            // Asked of the kernel, as another process would.
            long inode = (long) Files.getAttribute(root.resolve(locks.token()), "unix:ino");
            assertThat(LockHolder.holds(
                            Files.readAllLines(Path.of("/proc/locks")),
                            inode,
                            ProcessHandle.current().pid()))
                    .isTrue();
        }
    }

    @Test
    void aProcessIsProvenDeadWhenItIsKilledAndNotBefore() throws Exception {
        try (Store store = SharedStore.open(root, TestStores.PATIENT);
                JavaProcess other = JavaProcess.start(
                        "other",
                        JavaProcess.QUICK_START,
                        ParticipantMain.class,
                        ParticipantOptions.patient(root).toArguments())) {
            other.await("LEADER 1");
            Participant record = store.participants().list("default").get(0);
            String token = ProcessIdentity.parse(record.process()).orElseThrow().lifeToken();
            assertThat(names()).contains(token);
            assertThat(store.isProvenDead(token)).isFalse();
            other.freeze();
            assertThat(store.isProvenDead(token)).as("while it is frozen").isFalse();

            other.kill();

            await().until(() -> store.isProvenDead(token));
        }
    }

    @Test
    void aFileThatCannotBeOpenedProvesNothing() throws IOException {
        String token = "process-" + UUID.randomUUID() + ".lock";
        Files.createDirectory(root.resolve(token));
        try (LifeLocks locks = LifeLocks.create(new SharedDirectory(root))) {
            assertThat(locks.isProvenDead(token)).isFalse();
            locks.sweep();
            assertThat(root.resolve(token)).exists();
        }
    }

    @Test
    void oneThatCannotBeOpenedKeepsNoneOfTheOthers() throws IOException {
        // Whatever the order in which the directory is read, some come after it.
        for (int i = 0; i < 20; i++) {
            Files.createFile(root.resolve("process-" + UUID.randomUUID() + ".lock"));
        }
        Path bad = Files.createDirectory(root.resolve("process-" + UUID.randomUUID() + ".lock"));
        for (int i = 0; i < 20; i++) {
            Files.createFile(root.resolve("process-" + UUID.randomUUID() + ".lock"));
        }
        try (LifeLocks locks = LifeLocks.create(new SharedDirectory(root))) {
            locks.sweep();

            assertThat(names()).containsExactlyInAnyOrder(bad.getFileName().toString(), locks.token());
        }
    }

    @Test
    void aFileThatIsHeldInThisJvmIsADoubt() throws IOException {
        Path held = Files.createFile(root.resolve("process-" + UUID.randomUUID() + ".lock"));
        try (LifeLocks locks = LifeLocks.create(new SharedDirectory(root));
                FileChannel channel = FileChannel.open(held, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            assertThat(locks.isProvenDead(held.getFileName().toString())).isFalse();
            locks.sweep();
            assertThat(held).exists();
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
