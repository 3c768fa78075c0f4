package dev.coord.transport.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.DirectoryException;
import dev.coord.testing.OpenStoreMain;
import dev.coord.testing.OtherUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrivateDirectoryTest {
    private static final String MARKER = "epoch";

    @TempDir
    private Path root;

    @Test
    void isMadeWithAllThatLeadsToItAndPrivate() throws IOException {
        Path directory = root.resolve("a/b/c");

        assertThat(PrivateDirectory.open(directory, MARKER)).isEqualTo(directory.toRealPath());

        assertThat(permissions(directory)).isEqualTo("rwx------");
        assertThat(permissions(root.resolve("a"))).isEqualTo("rwx------");
        try (var files = Files.list(directory)) {
            assertThat(files).as("the probe is gone").isEmpty();
        }
    }

    @Test
    void isTheSameForAllSpellings() throws IOException {
        Path directory = Files.createDirectory(root.resolve("a"));
        Path link = Files.createSymbolicLink(root.resolve("link"), directory);

        Path real = PrivateDirectory.open(directory, MARKER);

        assertThat(PrivateDirectory.open(link, MARKER)).isEqualTo(real);
        assertThat(PrivateDirectory.open(root.resolve("a/../a/."), MARKER)).isEqualTo(real);
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Path file = Files.writeString(root.resolve("file"), "content");

        refused(file, "is not a directory", "Set another path");
        assertThat(file).hasContent("content");
    }

    @Test
    void nothingCanBeMadeBelowAFile() throws IOException {
        Path file = Files.createFile(root.resolve("file"));

        refused(file.resolve("below"), "set another directory");
    }

    @Test
    void aLinkToNowhereIsNoDirectory() throws IOException {
        Path link = Files.createSymbolicLink(root.resolve("link"), root.resolve("missing"));

        refused(link, "is not a directory");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "rwxrwxrwx", "rwxr-x---"})
    void anEmptyOneIsMadePrivate(String before) throws IOException {
        Path directory = directory(before);

        PrivateDirectory.open(directory, MARKER);

        assertThat(permissions(directory)).isEqualTo("rwx------");
    }

    @Test
    void oneOfOursIsMadePrivate() throws IOException {
        Path directory = directory("rwxr-xr-x");
        Files.createFile(directory.resolve(MARKER));
        Files.createFile(directory.resolve("another"));

        PrivateDirectory.open(directory, MARKER);

        assertThat(permissions(directory)).isEqualTo("rwx------");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rwxr-xr-x", "rwxrwxrwx", "rwx---r--"})
    void anOpenOneWithFilesOfOthersIsRefusedAndStaysAsItIs(String before) throws IOException {
        Path directory = directory(before);
        Files.createFile(directory.resolve("another"));

        refused(directory, "is open to other users (" + before + ")", "chmod 700");

        assertThat(permissions(directory)).isEqualTo(before);
    }

    @Test
    void aPrivateOneMayHoldAnything() throws IOException {
        Path directory = directory("rwx------");
        Files.createFile(directory.resolve("another"));

        PrivateDirectory.open(directory, MARKER);

        assertThat(directory.resolve("another")).exists();
    }

    @Test
    void oneOfAnotherUserIsRefused() throws IOException {
        OtherUser.assumeAvailable();
        Path directory = directory("rwx------");
        Files.setAttribute(directory, "unix:uid", OtherUser.ID);

        refused(directory, "belongs to", "this process runs as root", "Run as the owner, or set another directory");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void oneThatIsNotWritableIsRefused() throws Exception {
        if (OtherUser.isRoot()) {
            // Root may write everywhere.
            OtherUser.assumeAvailable();
            OtherUser.open(root);
            Path directory = directory("rwxr-xr-x");

            assertThat(OtherUser.java(root, OpenStoreMain.class, directory.toString()))
                    .contains(DirectoryException.class.getName(), directory.toString(), "may not write here", "chown");
        } else {
            refused(directory("r-x------"), "may not write here", "chown");
        }
    }

    @Test
    void oneThatCannotBeMadeIsRefused() throws Exception {
        if (OtherUser.isRoot()) {
            OtherUser.assumeAvailable();
            OtherUser.open(root);
            Path directory = directory("rwxr-xr-x").resolve("below");

            assertThat(OtherUser.java(root, OpenStoreMain.class, directory.toString()))
                    .contains(DirectoryException.class.getName(), directory.toString(), "may not write here");
        } else {
            refused(directory("r-x------").resolve("below"), "may not write here");
        }
    }

    @Test
    void aFileOfItsOwnIsPrivate() throws IOException {
        assertThat(permissions(PrivateDirectory.createFile(root.resolve("file"))))
                .isEqualTo("rw-------");
        Path socket = Files.createFile(root.resolve("socket"));
        PrivateDirectory.restrictFile(socket);
        assertThat(permissions(socket)).isEqualTo("rw-------");
        Path shortOne = PrivateDirectory.createShort();
        assertThat(permissions(shortOne)).isEqualTo("rwx------");
        Files.delete(shortOne);
    }

    private Path directory(String permissions) throws IOException {
        Path directory = Files.createDirectory(root.resolve("directory"));
        return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private static void refused(Path directory, String... inMessage) {
        assertThatThrownBy(() -> PrivateDirectory.open(directory, MARKER))
                .isInstanceOf(DirectoryException.class)
                .hasMessageContaining(directory.toString())
                .message()
                .contains(inMessage);
    }
}
