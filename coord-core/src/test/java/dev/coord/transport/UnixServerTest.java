package dev.coord.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.OtherUser;
import dev.coord.testing.SocketProbeMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixServerTest {
    private static final int MAX_MESSAGE = 1 << 20;

    @TempDir
    private Path root;

    private final UnixTransport transport = new UnixTransport("test-transport");

    @AfterEach
    void close() {
        transport.close();
    }

    @Test
    void itsSocketIsNamedAfterTheProcessPrivateAndGoneAtTheEnd() throws IOException {
        UnixServer server = UnixServer.listen(transport, root, MAX_MESSAGE);

        assertThat(server.socket()).isEqualTo(root.resolve("coord-" + pid() + ".sock"));
        assertThat(permissions(server.socket())).isEqualTo("rw-------");
        server.close();
        assertThat(server.socket()).doesNotExist();
    }

    @Test
    void aNameThatIsTakenIsLeftToWhoHasIt() throws IOException {
        try (UnixServer first = UnixServer.listen(transport, root, MAX_MESSAGE);
                UnixServer second = UnixServer.listen(transport, root, MAX_MESSAGE)) {
            assertThat(second.socket()).isEqualTo(root.resolve("coord-" + pid() + "-2.sock"));
            assertThat(first.socket()).exists();
        }
    }

    @Test
    void aPathThatIsTooLongForASocketGoesToAShortPrivateDirectory() throws IOException {
        Path deep = Files.createDirectories(root.resolve("a-directory-with-a-long-name".repeat(5)));

        UnixServer server = UnixServer.listen(transport, deep, MAX_MESSAGE);

        Path socket = server.socket();
        assertThat(socket.toString().getBytes(StandardCharsets.UTF_8).length).isLessThanOrEqualTo(103);
        assertThat(permissions(socket)).isEqualTo("rw-------");
        assertThat(permissions(socket.getParent())).isEqualTo("rwx------");
        server.close();
        assertThat(socket.getParent()).doesNotExist();
    }

    @Test
    void anotherUserIsRefusedByThePermissions() throws Exception {
        OtherUser.assumeAvailable();
        OtherUser.open(root);
        Path directory = Files.createDirectory(root.resolve("private"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
        try (UnixServer server = UnixServer.listen(transport, directory, MAX_MESSAGE)) {
            assertThat(OtherUser.java(
                            root, SocketProbeMain.class, server.socket().toString()))
                    .startsWith("REFUSED");
        }
    }

    @Test
    void anotherUserIsRefusedWhateverThePermissions() throws Exception {
        OtherUser.assumeAvailable();
        OtherUser.open(root);
        try (UnixServer server = UnixServer.listen(transport, root, MAX_MESSAGE)) {
            Files.setPosixFilePermissions(server.socket(), PosixFilePermissions.fromString("rw-rw-rw-"));

            assertThat(OtherUser.java(
                            root, SocketProbeMain.class, server.socket().toString()))
                    .as("the kernel tells who connects")
                    .doesNotContain("ANSWERED")
                    .containsAnyOf("CLOSED", "reset", "Broken pipe");
        }
    }

    @Test
    void theSameUserIsAnswered() throws Exception {
        try (UnixServer server = UnixServer.listen(transport, root, MAX_MESSAGE)) {
            Process probe = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-cp",
                            System.getProperty("java.class.path"),
                            SocketProbeMain.class.getName(),
                            server.socket().toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            assertThat(new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("ANSWERED");
        }
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
