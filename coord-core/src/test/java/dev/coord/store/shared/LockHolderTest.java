package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LockHolderTest {
    private static final List<String> LOCKS = List.of(
            "1: POSIX  ADVISORY  WRITE 4711 fe:00:524307 0 EOF",
            "1: -> POSIX  ADVISORY  WRITE 4712 fe:00:524307 0 EOF",
            "2: FLOCK  ADVISORY  WRITE 4713 fe:00:524307 0 EOF",
            "3: POSIX  ADVISORY  READ 4714 fe:00:524307 0 EOF",
            "4: OFDLCK ADVISORY  WRITE -1 fe:00:524307 0 EOF",
            "",
            "rubbish");

    @ParameterizedTest(name = "pid {0}, inode {1}: {2}")
    @CsvSource({
        "4711, 524307, true",
        // Another file, and one whose number ends alike.
        "4711, 524308, false",
        "4711, 24307, false",
        "471, 524307, false",
        // Waits for the lock.
        "4712, 524307, false",
        // Other kinds of locks.
        "4713, 524307, false",
        "4714, 524307, false",
        "-1, 524307, false"
    })
    void onlyTheHolderOfAWriteLockHolds(long pid, long inode, boolean holds) {
        assertThat(LockHolder.holds(LOCKS, inode, pid)).isEqualTo(holds);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void knowsTheKernelsList(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("owner.1.lock"));
        long inode = (long) Files.getAttribute(file, "unix:ino");
        long pid = ProcessHandle.current().pid();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            assertThat(LockHolder.holds(locks(), inode, pid)).isFalse();
            try (var lock = channel.lock()) {
                assertThat(lock.isValid()).isTrue();
                assertThat(LockHolder.holds(locks(), inode, pid)).isTrue();
            }
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessWithoutTheLockIsNotKilled(@TempDir Path directory) throws IOException {
        Path file = Files.createFile(directory.resolve("owner.1.lock"));
        Process bystander = new ProcessBuilder("sleep", "60").start();
        try {
            assertThat(LockHolder.kill(file, bystander.pid())).isFalse();
            assertThat(LockHolder.kill(directory.resolve("missing"), bystander.pid()))
                    .isFalse();
            assertThat(bystander.isAlive()).isTrue();
        } finally {
            bystander.destroyForcibly();
        }
    }

    private static List<String> locks() throws IOException {
        return Files.readAllLines(Path.of("/proc/locks"));
    }
}
