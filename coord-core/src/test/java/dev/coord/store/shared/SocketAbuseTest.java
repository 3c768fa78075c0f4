package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.election.LeaseTiming;
import dev.coord.store.Store;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nonsense on the socket of the owner, while it leads. */
class SocketAbuseTest {
    private static final String GROUP = "default";

    @TempDir
    private Path root;

    private Store store;
    private Coordinator coordinator;
    private Leadership leadership;
    private Path socket;
    private final List<SocketChannel> connections = new ArrayList<>();

    @BeforeEach
    void lead() {
        store = SharedStore.open(root.resolve("directory"), TestStores.PATIENT);
        socket = store.ownedDatabase().orElseThrow().server().address().path().orElseThrow();
        coordinator = Coordinator.builder()
                .directory(root.resolve("directory"))
                .storeSettings(TestStores.PATIENT)
                .group(GROUP)
                .settings(CoordinatorSettings.defaults()
                        .withLease(new LeaseTiming(Duration.ofMillis(50), Patience.LIMIT.dividedBy(2), Patience.LIMIT)))
                .build();
        coordinator.start();
        await().until(() -> coordinator.leadership().isPresent());
        leadership = coordinator.leadership().orElseThrow();
    }

    @AfterEach
    void close() throws IOException {
        for (SocketChannel connection : connections) {
            connection.close();
        }
        coordinator.close();
        store.close();
    }

    private SocketChannel connect() throws IOException {
        SocketChannel connection = SocketChannel.open(StandardProtocolFamily.UNIX);
        connections.add(connection);
        connection.connect(UnixDomainSocketAddress.of(socket));
        connection.configureBlocking(false);
        return connection;
    }

    /** Sends what is taken; the other side may have closed, which is right. */
    private static void send(SocketChannel connection, ByteBuffer bytes) {
        try {
            connection.write(bytes);
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    private long renewals() {
        return store.leases().get(GROUP).orElseThrow().renewals();
    }

    private void awaitRenewals(long more) {
        long before = renewals();
        await().until(() -> renewals() >= before + more);
        assertThat(leadership.isHeld()).as("the leadership from before").isTrue();
    }

    /** Another process comes in through the socket, and works. */
    private void anotherProcessJoins() {
        try (JavaProcess other = JavaProcess.start(
                "other",
                JavaProcess.QUICK_START,
                ParticipantMain.class,
                ParticipantOptions.patient(root.resolve("directory")).toArguments())) {
            other.await("FOLLOWER 1");
            other.send("close");
            other.awaitExit();
        }
        assertThat(leadership.isHeld()).isTrue();
    }

    @Test
    void garbageIsOfNoConsequence() throws IOException {
        var random = new Random(5);
        for (int i = 0; i < 100; i++) {
            var bytes = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(bytes);
            send(connect(), ByteBuffer.wrap(bytes));
        }
        for (String text : List.of(
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n and then nonsense",
                "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0" + "\u00ff".repeat(5000),
                "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003")) {
            send(connect(), ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
        }

        awaitRenewals(10);
        anotherProcessJoins();
    }

    @Test
    void slowGarbageIsOfNoConsequence() throws IOException {
        for (int i = 0; i < 50; i++) {
            connect();
        }
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        long began = renewals();
        for (int sent = 0; renewals() < began + 6; sent++) {
            byte next = sent < preface.length ? preface[sent] : 0;
            connections.forEach(connection -> send(connection, ByteBuffer.wrap(new byte[] {next})));
        }

        awaitRenewals(2);
    }

    @Test
    void aThousandConnectionsThatSayNothingAreOfNoConsequence() throws IOException {
        for (int i = 0; i < 1000; i++) {
            connect();
        }

        awaitRenewals(10);
        anotherProcessJoins();
    }

    @Test
    void connectionsThatComeAndGoAreOfNoConsequence() throws IOException {
        long began = renewals();
        while (renewals() < began + 6) {
            for (int i = 0; i < 20; i++) {
                connect();
            }
            for (SocketChannel connection : connections) {
                connection.close();
            }
            connections.clear();
        }

        awaitRenewals(2);
    }
}
