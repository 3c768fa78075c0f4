package dev.coord.store.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SystemDiskTest {
    @TempDir
    private Path root;

    @Test
    void aJournalIsWhatItIsInMemory() throws IOException {
        var files = new JournalFiles(Disk.SYSTEM, root, "coord.3");
        Journal.create(files, 3, 0);
        assertThat(files.isInUse()).isFalse();
        assertThat(files.exists()).isTrue();
        try (Journal journal = Journal.open(files, 3, 1)) {
            for (byte i = 1; i <= 9; i++) {
                journal.add(i, new byte[] {i});
                journal.write();
                journal.force();
                journal.acknowledge();
                if (i % 3 == 0) {
                    journal.rotate();
                    journal.forceEarlier();
                    journal.stored(i);
                }
            }
        }
        try (Journal journal = Journal.open(files, 3, 1)) {
            assertThat(journal.first()).isEqualTo(7);
            List<Long> numbers = new ArrayList<>();
            journal.replay(0, (number, time, payload) -> {
                assertThat(payload).containsExactly((int) number);
                numbers.add(number);
            });
            assertThat(numbers).containsExactly(7L, 8L, 9L);
        }
        try (Stream<Path> made = Files.list(root)) {
            assertThat(made.toList())
                    .hasSize(3)
                    .allSatisfy(file -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                            .isEqualTo("rw-------"));
        }
        assertThat(files.isInUse()).isTrue();
        files.delete();
        assertThat(files.exists()).isFalse();
    }

    @Test
    void makesOnlyWhatIsNotThereAndOpensOnlyWhatIs() throws IOException {
        Path file = root.resolve("file");
        assertThatThrownBy(() -> Disk.SYSTEM.open(file)).isInstanceOf(NoSuchFileException.class);
        Disk.SYSTEM.create(file).close();
        assertThatThrownBy(() -> Disk.SYSTEM.create(file)).isInstanceOf(FileAlreadyExistsException.class);
        Disk.SYSTEM.delete(file);
        Disk.SYSTEM.delete(file);
        assertThat(Disk.SYSTEM.list(root)).isEmpty();
    }
}
