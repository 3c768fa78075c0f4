package dev.coord.transport.unix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.testing.OtherUser;
import dev.coord.testing.Patience;
import dev.coord.testing.SocketProbeMain;
import dev.coord.transport.ConnectionLimit;
import io.grpc.ManagedChannel;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnixServerTest {
    private static final int MAX_MESSAGE = 1 << 20;

    @TempDir
    private Path root;

    private final UnixTransport transport = new UnixTransport();

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
            assertThat(probe(server.socket())).startsWith("ANSWERED");
        }
    }

    @Test
    void theHandlersOfAServiceRunWhereItWantsThem() throws Exception {
        var service = new ParticipantServiceGrpc.ParticipantServiceImplBase() {
            private volatile String thread = "";

            @Override
            public void getParticipantInfo(
                    GetParticipantInfoRequest request, StreamObserver<GetParticipantInfoResponse> answer) {
                thread = Thread.currentThread().getName();
                answer.onNext(GetParticipantInfoResponse.getDefaultInstance());
                answer.onCompleted();
            }
        };
        ExecutorService executor = Executors.newSingleThreadExecutor(work -> new Thread(work, "test-handlers"));
        try (UnixServer server = UnixServer.listen(transport, root, MAX_MESSAGE)) {
            server.add(service.bindService(), executor);
            ManagedChannel channel = transport.process(server.address());
            ParticipantServiceGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                    .getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance());
            channel.shutdownNow();
            assertThat(channel.awaitTermination(Patience.SECONDS, TimeUnit.SECONDS))
                    .isTrue();
        } finally {
            executor.shutdown();
        }
        assertThat(service.thread).isEqualTo("test-handlers");
    }

    @Test
    void silentConnectionsMakeRoomForThoseThatComeLater() throws Exception {
        int surplus = 100;
        List<SocketChannel> silent = new ArrayList<>();
        try (UnixServer server = UnixServer.listen(transport, root, MAX_MESSAGE)) {
            for (int i = 0; i < ConnectionLimit.MOST + surplus; i++) {
                SocketChannel connection = SocketChannel.open(UnixDomainSocketAddress.of(server.socket()));
                connection.configureBlocking(false);
                silent.add(connection);
            }

            await().until(() -> closed(silent) >= surplus);
            // Two threads let them in, so that their order is not quite that in which they came; and on a slow machine
            // time
            // may be over for more of them.
            long newest = closed(silent.subList(2 * surplus, silent.size()));
            assertThat(newest == 0 || closed(silent.subList(0, surplus)) == surplus)
                    .as("%d of the newest are closed before the oldest", newest)
                    .isTrue();
            assertThat(probe(server.socket())).startsWith("ANSWERED");
        } finally {
            for (SocketChannel connection : silent) {
                connection.close();
            }
        }
    }

    private static long closed(List<SocketChannel> connections) {
        return connections.stream().filter(UnixServerTest::isClosed).count();
    }

    private static boolean isClosed(SocketChannel connection) {
        try {
            // A server that speaks first sends its settings.
            var bytes = ByteBuffer.allocate(1000);
            int read = connection.read(bytes);
            while (read > 0) {
                bytes.clear();
                read = connection.read(bytes);
            }
            return read < 0;
        } catch (IOException e) {
            return true;
        }
    }

    private static String probe(Path socket) throws IOException {
        Process probe = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SocketProbeMain.class.getName(),
                        socket.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        return new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static long pid() {
        return ProcessHandle.current().pid();
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
