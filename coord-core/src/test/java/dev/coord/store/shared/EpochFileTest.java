package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.DirectoryException;
import dev.coord.testing.AtOnce;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EpochFileTest {
    private static final long MAGIC = 0x636f6f72642d6570L;

    @TempDir
    private Path root;

    private SharedDirectory directory;

    @BeforeEach
    void open() {
        directory = new SharedDirectory(root);
    }

    @Test
    void beginsAtOneAndIsPrivate() throws IOException {
        EpochFile epoch = EpochFile.open(directory);

        assertThat(epoch.get()).isEqualTo(1);
        assertThat(epoch.isInPlace()).isTrue();
        assertThat(Files.getPosixFilePermissions(directory.epochFile()))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        try (var files = Files.list(root)) {
            assertThat(files).containsExactly(directory.epochFile());
        }
    }

    @Test
    void growsByOneAndOnlyFromWhereItIs() throws IOException {
        EpochFile epoch = EpochFile.open(directory);

        assertThat(epoch.advance(1)).isTrue();
        assertThat(epoch.advance(1)).isFalse();
        assertThat(epoch.advance(3)).isFalse();
        assertThat(epoch.get()).isEqualTo(2);
    }

    @Test
    void outlivesThoseWhoMapIt() throws IOException {
        assertThat(EpochFile.open(directory).advance(1)).isTrue();

        assertThat(EpochFile.open(directory).get()).isEqualTo(2);
    }

    @Test
    void isTheSameWordForAllMappings() throws Exception {
        int rounds = 20_000;
        var mappings = List.of(EpochFile.open(directory), EpochFile.open(directory), EpochFile.open(directory));
        List<Callable<Integer>> challengers = new ArrayList<>();
        for (EpochFile mapping : mappings) {
            challengers.add(() -> {
                int won = 0;
                for (int i = 0; i < rounds; i++) {
                    won += mapping.advance(mapping.get()) ? 1 : 0;
                }
                return won;
            });
        }

        int won = AtOnce.run(challengers).stream().mapToInt(Integer::intValue).sum();

        assertThat(won).isGreaterThanOrEqualTo(rounds);
        assertThat(mappings).allSatisfy(mapping -> assertThat(mapping.get()).isEqualTo(1 + won));
    }

    @Test
    void isNeverReplacedWhenManyMakeItAtOnce() throws Exception {
        for (int round = 0; round < 30; round++) {
            var fresh = new SharedDirectory(Files.createDirectory(root.resolve("round-" + round)));
            List<Callable<EpochFile>> makers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                makers.add(() -> EpochFile.open(fresh));
            }

            List<EpochFile> made = AtOnce.run(makers);

            assertThat(made.get(0).advance(1)).isTrue();
            assertThat(made).allSatisfy(epoch -> {
                assertThat(epoch.get()).isEqualTo(2);
                assertThat(epoch.isInPlace()).isTrue();
            });
        }
    }

    @Test
    void isAtLeastThatOfTheHighestCompleteDatabase() throws IOException {
        Files.createFile(directory.database(7));
        assertThat(EpochFile.open(directory).get()).as("made").isEqualTo(7);

        Files.createFile(directory.database(11));
        assertThat(EpochFile.open(directory).get()).as("older than the files").isEqualTo(11);

        Files.delete(directory.database(11));
        assertThat(EpochFile.open(directory).get()).as("never goes back").isEqualTo(11);
    }

    @Test
    void isNotInPlaceOnceItWasRemovedOrReplaced() throws IOException {
        EpochFile epoch = EpochFile.open(directory);

        Files.delete(directory.epochFile());
        assertThat(epoch.isInPlace()).isFalse();

        EpochFile other = EpochFile.open(directory);
        assertThat(epoch.isInPlace()).isFalse();
        assertThat(other.isInPlace()).isTrue();
    }

    @Test
    void rubbishIsRefusedWithItsPathAndWhatToDo() throws IOException {
        refused(new byte[0]);
        refused("x".getBytes(StandardCharsets.UTF_8));
        refused("exactly 16 bytes".getBytes(StandardCharsets.UTF_8));
        refused("more than sixteen bytes".getBytes(StandardCharsets.UTF_8));
        refused(new byte[16]);
        refused(content(0x1234, 1));
        refused(content(MAGIC, 0));
        refused(content(MAGIC, -1));
        refused(content(MAGIC, Long.MAX_VALUE));
        refused(content(MAGIC, 1L << 47));
    }

    @Test
    void rubbishIsNotRepairedByAHighDatabase() throws IOException {
        Files.createFile(directory.database(9));

        refused(content(0x1234, 1));
        refused(content(MAGIC, 0));
    }

    @Test
    void rubbishThatComesWhileItIsMappedIsNoticed() throws IOException {
        EpochFile epoch = EpochFile.open(directory);

        try (FileChannel channel = FileChannel.open(directory.epochFile(), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap("exactly 16 bytes".getBytes(StandardCharsets.UTF_8)));
        }

        assertThatThrownBy(epoch::get)
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining(directory.epochFile().toString());
    }

    @Test
    void aFileThatIsCutShortWhileItIsMappedIsNoticed() throws IOException {
        EpochFile epoch = EpochFile.open(directory);
        assertThat(epoch.get()).isEqualTo(1);

        try (FileChannel channel = FileChannel.open(directory.epochFile(), StandardOpenOption.WRITE)) {
            channel.truncate(0);
        }

        assertThat(notices(epoch)).isGreaterThan(0);
    }

    /** How often reading failed as it should. The JVM may throw its own error a moment after the reading, anywhere. */
    private static int notices(EpochFile epoch) {
        int noticed = 0;
        for (int i = 0; i < 100; i++) {
            try {
                noticed += isNoticed(epoch) ? 1 : -1000;
            } catch (InternalError e) {
                assertThat(e).hasMessageContaining("unsafe memory access");
            }
        }
        return noticed;
    }

    private static boolean isNoticed(EpochFile epoch) {
        try {
            epoch.get();
            return false;
        } catch (DirectoryException e) {
            return e.getMessage().contains("delete this file");
        }
    }

    @Test
    void aDirectoryInItsPlaceIsRefused() throws IOException {
        Files.createDirectory(directory.epochFile());

        assertThatThrownBy(() -> EpochFile.open(directory))
                .isInstanceOfAny(IOException.class, DirectoryException.class);
    }

    private void refused(byte[] content) throws IOException {
        Files.write(directory.epochFile(), content);

        assertThatThrownBy(() -> EpochFile.open(directory))
                .as("%s bytes", content.length)
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining(directory.epochFile().toString())
                .hasMessageContaining("Stop all processes that use this directory and delete this file");
        assertThat(directory.epochFile()).as("nothing was changed").hasBinaryContent(content);
    }

    private static byte[] content(long magic, long epoch) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.nativeOrder())
                .putLong(magic)
                .putLong(epoch)
                .array();
    }

    @Test
    void aFileThatIsMadeAgainGoesOnWhereTheOldOneWas() throws IOException {
        EpochFile one = EpochFile.open(directory);
        EpochFile other = EpochFile.open(directory);
        assertThat(one.advance(1)).isTrue();
        Files.delete(directory.epochFile());

        assertThat(one.isStill(2))
                .as("acknowledged under a file that nobody sees")
                .isFalse();
        assertThat(one.restore()).isTrue();
        assertThat(one.get()).isEqualTo(2);
        assertThat(one.isStill(2)).isTrue();
        assertThat(other.advance(2)).as("an epoch of the removed file").isFalse();
        assertThat(other.restore()).isTrue();
        assertThat(other.restore()).isFalse();
        // It took the old file further before it came over; that epoch has no owner, and is passed over.
        assertThat(one.get()).isEqualTo(3);
        assertThat(one.advance(3)).isTrue();
        assertThat(other.isStill(4)).isTrue();
    }

    @Test
    void anEpochThatWasTakenBeforeTheRemovalIsBroughtAlong() throws IOException {
        EpochFile owner = EpochFile.open(directory);
        assertThat(owner.advance(1)).isTrue();
        assertThat(owner.advance(2)).isTrue();
        Files.delete(directory.epochFile());
        EpochFile newcomer = EpochFile.open(directory);
        assertThat(newcomer.get()).as("it knows of complete databases only").isEqualTo(1);

        owner.restore();

        assertThat(newcomer.get()).isEqualTo(3);
        assertThat(newcomer.isStill(3)).isTrue();
    }

    @Test
    void itIsNotMadeAgainInADirectoryThatTookThePlaceOfItsOwn() throws IOException {
        var own = new SharedDirectory(Files.createDirectory(root.resolve("own")));
        EpochFile epoch = EpochFile.open(own);
        Files.createFile(own.database(1));
        own.saw(1);
        Files.delete(own.database(1));
        Files.delete(own.epochFile());

        assertThatThrownBy(epoch::restore)
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining("was removed or replaced while in use");
        assertThat(own.epochFile()).doesNotExist();

        Files.move(own.root(), root.resolve("aside"));
        Files.createDirectory(own.root());
        assertThatThrownBy(epoch::restore)
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining("Stop all processes");
    }

    @Test
    void touchingChangesNothing() throws IOException {
        EpochFile epoch = EpochFile.open(directory);
        assertThat(epoch.advance(1)).isTrue();

        epoch.touch();

        assertThat(epoch.isStill(2)).isTrue();
    }
}
