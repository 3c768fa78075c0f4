package dev.coord.transport.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.testing.Certificates;
import dev.coord.testing.Patience;
import dev.coord.testing.TestTransport;
import dev.coord.transport.Address;
import dev.coord.transport.ConnectionLimit;
import dev.coord.transport.PrivateServer;
import dev.coord.transport.Transport;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Who is let in over TLS, who is not, and what the log says of it. */
class TlsTransportTest {
    private static final int MAX_MESSAGE = 1_000_000;
    private static final String SECRET = "what nobody else may read";
    private static final byte[] IPV6_LOOPBACK = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final Duration DAY = Duration.ofDays(1);

    /** Making keys takes its time. */
    private static final Certificates GROUP = new Certificates("the group");

    private static final Certificates FOREIGN = new Certificates("somebody else");

    private final Logger logger = (Logger) LoggerFactory.getLogger(ConnectionLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
    }

    @AfterEach
    void closeAll() throws Exception {
        logger.detachAppender(lines);
        for (int i = open.size() - 1; i >= 0; i--) {
            open.get(i).close();
        }
    }

    private List<String> told() {
        return List.copyOf(lines.list).stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    /** A server of a process that is set up so. */
    private PrivateServer serve(NetworkEndpoint endpoint) throws IOException {
        Transport transport = endpoint.transport();
        open.add(transport);
        PrivateServer server = transport.listen(MAX_MESSAGE);
        open.add(server);
        server.add(
                new ParticipantServiceGrpc.ParticipantServiceImplBase() {
                    @Override
                    public void getParticipantInfo(
                            GetParticipantInfoRequest request, StreamObserver<GetParticipantInfoResponse> answer) {
                        answer.onNext(GetParticipantInfoResponse.newBuilder()
                                .addCapabilities(SECRET)
                                .build());
                        answer.onCompleted();
                    }
                }.bindService(),
                Runnable::run);
        return server;
    }

    private PrivateServer serve(TlsIdentity identity) throws IOException {
        return serve(new NetworkEndpoint(TestTransport.local(identity)));
    }

    /** A process that is set up so, and calls others. */
    private final class Caller {
        private final Transport transport;

        Caller(TlsIdentity identity) {
            this(TestTransport.local(identity));
        }

        Caller(NetworkSettings settings) {
            transport = new NetworkEndpoint(settings).transport();
            open.add(transport);
        }

        ManagedChannel connect(Address to) {
            ManagedChannel channel = transport.process(to);
            open.add(channel::shutdownNow);
            return channel;
        }

        GetParticipantInfoResponse ask(Address to) {
            return TlsTransportTest.ask(connect(to));
        }

        void isRefused(Address to) {
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> ask(to))
                    .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        }
    }

    private static GetParticipantInfoResponse ask(ManagedChannel channel) {
        return ParticipantServiceGrpc.newBlockingStub(channel)
                .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                .getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance());
    }

    private void awaitTold(String... words) {
        await().untilAsserted(() ->
                assertThat(told()).anySatisfy(line -> assertThat(line).contains(words)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void whoHasACertificateOfTheGroupIsAnswered(String version) throws IOException {
        PrivateServer server = serve(GROUP.identity());
        TlsIdentity own = GROUP.identity();
        var caller = new Caller(new TlsIdentity(own.context(), List.of(version), List.of()));

        assertThat(caller.ask(server.address()).getCapabilities(0)).isEqualTo(SECRET);
        assertThat(caller.transport.problem(server.address())).isEmpty();
        assertThat(told()).isEmpty();
    }

    @Test
    void olderVersionsOfTlsAreRefused() throws IOException {
        PrivateServer server = serve(GROUP.identity());
        new Caller(new TlsIdentity(GROUP.identity().context(), List.of("TLSv1.1"), List.of()))
                .isRefused(server.address());
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void whoHasNoCertificateIsRefused(String version) throws IOException {
        PrivateServer server = serve(GROUP.identity());
        var caller = new Caller(new TlsIdentity(GROUP.stranger().context(), List.of(version), List.of()));

        caller.isRefused(server.address());
        caller.isRefused(server.address());

        awaitTold("Refused a connection from /127.0.0.1", "the other end has no certificate of this group");
        await().untilAsserted(() -> assertThat(caller.transport.problem(server.address()))
                .hasValueSatisfying(why -> assertThat(why).contains("the other end refused this process")));
        assertThat(told()).filteredOn(line -> line.startsWith("Refused")).hasSize(1);
    }

    @Test
    void aCertificateOfAnotherAuthorityIsRefusedByBothEnds() throws IOException {
        PrivateServer server = serve(GROUP.identity());
        var caller = new Caller(FOREIGN.identity());

        caller.isRefused(server.address());

        awaitTold("Could not connect to " + server.address(), "was not issued for this group");
        assertThat(caller.transport.problem(server.address()))
                .hasValueSatisfying(why -> assertThat(why).contains("was not issued for this group"));

        // Who would take the server's certificate is not taken by the server.
        new Caller(GROUP.identity(FOREIGN.issue("localhost"))).isRefused(server.address());
        awaitTold("Refused a connection from", "has no certificate of this group");
        new Caller(GROUP.insistent(FOREIGN.issue("localhost"))).isRefused(server.address());
        awaitTold("Refused a connection from", "was not issued for this group");
    }

    @Test
    void anExpiredCertificateIsRefusedByBothEnds() throws IOException {
        Instant now = Instant.now();
        TlsIdentity expired = GROUP.identity(GROUP.issue(now.minus(DAY), now.minusSeconds(60), "localhost"));
        PrivateServer good = serve(GROUP.identity());
        PrivateServer bad = serve(expired);

        new Caller(expired).isRefused(good.address());
        awaitTold("Refused a connection from", "has expired");
        new Caller(GROUP.identity()).isRefused(bad.address());
        awaitTold("Could not connect to " + bad.address(), "has expired");
    }

    @Test
    void aCertificateThatIsNotValidYetIsRefusedByBothEnds() throws IOException {
        Instant now = Instant.now();
        TlsIdentity early = GROUP.identity(GROUP.issue(now.plus(DAY), now.plus(DAY.multipliedBy(2)), "localhost"));
        PrivateServer good = serve(GROUP.identity());
        PrivateServer bad = serve(early);

        new Caller(early).isRefused(good.address());
        awaitTold("Refused a connection from", "is not valid yet");
        new Caller(GROUP.identity()).isRefused(bad.address());
        awaitTold("Could not connect to " + bad.address(), "is not valid yet");
    }

    @Test
    void aServerWhoseCertificateHasAnotherNameIsRefused() throws IOException {
        PrivateServer server = serve(GROUP.identity(GROUP.issue("elsewhere.example")));
        var caller = new Caller(GROUP.identity());

        caller.isRefused(server.address());

        awaitTold("Could not connect to " + server.address(), "localhost");
        // The name that was agreed on counts, and not the host.
        var agreed = new Caller(TestTransport.local(GROUP.identity()).withServerName("elsewhere.example"));
        assertThat(agreed.ask(server.address()).getCapabilitiesList()).containsExactly(SECRET);
    }

    @Test
    void anotherGroupOfTheSameAuthorityIsRefusedByBothEndsIfANameIsAgreedOn() throws IOException {
        TlsIdentity mail = GROUP.identity(GROUP.issue("mail.example"));
        TlsIdentity reports = GROUP.identity(GROUP.issue("reports.example"));
        PrivateServer server =
                serve(new NetworkEndpoint(TestTransport.local(mail).withServerName("mail.example")));

        new Caller(TestTransport.local(reports).withServerName("reports.example")).isRefused(server.address());
        awaitTold("Could not connect to " + server.address(), "reports.example");
        new Caller(TestTransport.local(reports).withServerName("mail.example")).isRefused(server.address());
        awaitTold("Refused a connection from", "[reports.example], and not mail.example");

        var caller = new Caller(TestTransport.local(mail).withServerName("mail.example"));
        assertThat(caller.ask(server.address()).getCapabilitiesList()).containsExactly(SECRET);
    }

    @Test
    void plainTextAtATlsPortIsRefusedAndTlsAtAPlainOneSaysWhatIsWrong() throws IOException {
        PrivateServer encrypted = serve(GROUP.identity());
        PrivateServer plain = serve(new NetworkEndpoint(NetworkSettings.plaintext()));

        new Caller(NetworkSettings.plaintext()).isRefused(encrypted.address());
        awaitTold("Refused a connection from", "does not speak TLS");
        var caller = new Caller(GROUP.identity());
        caller.isRefused(Address.network("localhost", plain.address().port()));
        awaitTold("Could not connect to localhost:" + plain.address().port(), "does not speak TLS");
        assertThat(new Caller(NetworkSettings.plaintext()).ask(plain.address()).getCapabilitiesList())
                .containsExactly(SECRET);
    }

    @Test
    void withoutTlsItListensOnLoopbackAndWarnsOnce() throws IOException {
        var log = (Logger) LoggerFactory.getLogger(NetworkEndpoint.class);
        log.addAppender(lines);
        try {
            var endpoint = new NetworkEndpoint(NetworkSettings.plaintext());
            PrivateServer first = serve(endpoint);
            PrivateServer second = serve(endpoint);
            assertThat(first.address().host()).isEqualTo("127.0.0.1");
            assertThat(second.address()).isEqualTo(first.address());
            second.close();
            first.close();
            var unused = serve(endpoint);
        } finally {
            log.detachAppender(lines);
        }
        assertThat(told()).filteredOn(line -> line.contains("without TLS")).hasSize(1);
    }

    @Test
    void theGroupsOfAProcessShareAPortUntilTheLastOneIsGone() throws Exception {
        var endpoint = new NetworkEndpoint(TestTransport.local(GROUP.identity()));
        PrivateServer first = serve(endpoint);
        PrivateServer second = serve(endpoint);
        var caller = new Caller(GROUP.identity());

        first.close();
        first.close();
        assertThat(caller.ask(second.address()).getCapabilitiesList()).containsExactly(SECRET);
        second.close();

        try (var free = new ServerSocket(second.address().port())) {
            assertThat(free.getLocalPort()).isEqualTo(first.address().port());
        }
    }

    @Test
    void aPortThatIsTakenIsNamed() throws IOException {
        int port = serve(GROUP.identity()).address().port();
        var endpoint = new NetworkEndpoint(TestTransport.local(GROUP.identity()).withAddress("localhost:" + port));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> serve(endpoint))
                .withMessageContaining("cannot listen on")
                .withMessageContaining(String.valueOf(port))
                .withMessageContaining("already in use");
    }

    @Test
    void whoIsSilentOrSlowIsClosedAndDisturbsNobody() throws Exception {
        PrivateServer server =
                serve(new NetworkEndpoint(TestTransport.local(GROUP.identity()), Duration.ofMillis(500)));
        var caller = new Caller(GROUP.identity());
        try (SocketChannel silent = TestTransport.connect(server.address());
                SocketChannel slow = TestTransport.connect(server.address())) {
            // The beginning of a handshake that does not go on.
            slow.write(ByteBuffer.wrap(new byte[] {22, 3, 1, 2, 0, 1}));
            assertThat(caller.ask(server.address()).getCapabilitiesList()).containsExactly(SECRET);
            assertThat(silent.read(ByteBuffer.allocate(100))).isNegative();
            var answer = ByteBuffer.allocate(100);
            while (slow.read(answer) >= 0) {
                answer.clear();
            }
        }
        awaitTold("Refused a connection from", "handshake timed out");
        assertThat(told()).hasSize(1);
        assertThat(caller.ask(server.address()).getCapabilitiesList()).containsExactly(SECRET);
    }

    @Test
    void moreSilentConnectionsThanThereIsRoomForDisturbNobody() throws IOException {
        PrivateServer server = serve(GROUP.identity());
        var caller = new Caller(GROUP.identity());
        ManagedChannel before = caller.connect(server.address());
        assertThat(ask(before).getCapabilitiesList()).containsExactly(SECRET);
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < ConnectionLimit.MOST + 200; i++) {
                silent.add(TestTransport.connect(server.address()));
            }
            assertThat(ask(before).getCapabilitiesList()).containsExactly(SECRET);
            assertThat(caller.ask(server.address()).getCapabilitiesList()).containsExactly(SECRET);
        } finally {
            for (SocketChannel one : silent) {
                one.close();
            }
        }
        assertThat(told()).as("nothing to say of each").isEmpty();
    }

    @Test
    void certificatesAreReplacedWithoutTheLossOfACall() throws IOException {
        var next = new Certificates("the next authority");
        var serving = new AtomicReference<>(GROUP.identity());
        var calling = new AtomicReference<>(GROUP.identity());
        PrivateServer server =
                serve(new NetworkEndpoint(NetworkSettings.tls(serving::get).withAddress("localhost:0")));
        var caller = new Caller(NetworkSettings.tls(calling::get).withAddress("localhost:0"));
        ManagedChannel old = caller.connect(server.address());
        assertThat(ask(old).getCapabilitiesList()).containsExactly(SECRET);

        serving.set(GROUP.identity());
        assertThat(ask(old).getCapabilitiesList()).containsExactly(SECRET);
        assertThat(caller.ask(server.address()).getCapabilitiesList()).containsExactly(SECRET);
        serving.set(next.identity());
        assertThat(ask(old).getCapabilitiesList()).as("a connection goes on").containsExactly(SECRET);
        caller.isRefused(server.address());
        calling.set(next.identity());
        assertThat(caller.ask(server.address()).getCapabilitiesList()).containsExactly(SECRET);
        assertThat(ask(old).getCapabilitiesList()).as("a connection goes on").containsExactly(SECRET);
    }

    @Test
    void nothingOfWhatIsSaidCanBeReadOnTheWay() throws Exception {
        PrivateServer server = serve(GROUP.identity());
        PrivateServer plain = serve(new NetworkEndpoint(NetworkSettings.plaintext()));
        try (var tapped = new Tap(server.address().port());
                var tappedPlain = new Tap(plain.address().port())) {
            assertThat(new Caller(GROUP.identity()).ask(tapped.address()).getCapabilitiesList())
                    .containsExactly(SECRET);
            assertThat(new Caller(NetworkSettings.plaintext())
                            .ask(tappedPlain.address())
                            .getCapabilitiesList())
                    .containsExactly(SECRET);

            assertThat(tapped.heard()).isNotEmpty().doesNotContain(SECRET).doesNotContain("ParticipantService");
            assertThat(tappedPlain.heard()).as("the tap works").contains(SECRET);
        }
    }

    @Test
    void ipv6IsAnAddressAsAnyOther() throws IOException {
        assumeThat(hasIpv6()).as("IPv6 on loopback").isTrue();
        PrivateServer server =
                serve(new NetworkEndpoint(TestTransport.local(GROUP.identity()).withAddress("[::1]:0")));

        assertThat(server.address().toString()).startsWith("[::1]:");
        assertThat(new Caller(GROUP.identity()).ask(server.address()).getCapabilitiesList())
                .containsExactly(SECRET);
    }

    private static boolean hasIpv6() {
        try (var bound = new ServerSocket(0, 1, InetAddress.getByAddress(IPV6_LOOPBACK))) {
            return bound.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void whereTheOthersReachAProcessNeedNotBeWhereItListens() throws IOException {
        PrivateServer mapped = serve(
                new NetworkEndpoint(TestTransport.local(GROUP.identity()).withAdvertised("gateway.example:7000")));
        assertThat(mapped.address()).isEqualTo(Address.network("gateway.example", 7000));
        PrivateServer named =
                serve(new NetworkEndpoint(TestTransport.local(GROUP.identity()).withAdvertised("pod-1.example")));
        assertThat(named.address().host()).isEqualTo("pod-1.example");
        PrivateServer anywhere = serve(new NetworkEndpoint(NetworkSettings.tls(GROUP::identity)));
        assertThat(anywhere.address().host()).isNotIn("0.0.0.0", "::", "0:0:0:0:0:0:0:0");
    }

    @Test
    void withoutAnAddressItIsReachedOnTheWayToTheDatabase() throws IOException {
        String other = OwnAddress.ofThisMachine().getHostAddress();
        assertThat(hostOnTheWayTo("127.0.0.1"))
                .as("a database that is here, or behind a tunnel, says nothing of where the others are")
                .isEqualTo(other);
        // The kernel reaches an address of this machine from that address.
        assertThat(hostOnTheWayTo("no-such-host.invalid", other, "127.0.0.1")).isEqualTo(other);
        assertThat(hostOnTheWayTo("no-such-host.invalid")).isEqualTo(other);
    }

    private String hostOnTheWayTo(String... databases) throws IOException {
        Transport transport = new NetworkEndpoint(NetworkSettings.tls(GROUP::identity)).transport();
        transport.towards(List.of(databases));
        try (transport;
                PrivateServer server = transport.listen(MAX_MESSAGE)) {
            return server.address().host();
        }
    }

    @Test
    void whyAnAddressCannotBeReachedIsKnown() throws IOException {
        var caller = new Caller(GROUP.identity());
        PrivateServer gone = serve(GROUP.identity());
        gone.close();

        caller.isRefused(gone.address());
        caller.isRefused(Address.network("no-such-host.invalid", 7000));
        caller.isRefused(Address.parse("/tmp/coord-1.sock"));

        assertThat(caller.transport.problem(gone.address()))
                .hasValueSatisfying(why -> assertThat(why).containsAnyOf("Connection refused", "Connection reset"));
        assertThat(caller.transport.problem(Address.network("no-such-host.invalid", 7000)))
                .hasValueSatisfying(why -> assertThat(why).contains("no-such-host.invalid"));
        assertThat(caller.transport.reaches(Address.parse("/tmp/coord-1.sock"))).isFalse();
        assertThat(caller.transport.problem(Address.network("localhost", 1))).isEqualTo(Optional.empty());
        assertThat(told()).as("a process that is gone is no reason to warn").isEmpty();
    }

    /** Stands between a caller and a server, and hears everything. */
    private static final class Tap implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0);
        private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
        private final int port;
        private final CountDownLatch closed = new CountDownLatch(1);

        Tap(int port) throws IOException {
            this.port = port;
            daemon(this::accept);
        }

        private static void daemon(Runnable work) {
            var thread = new Thread(work, "tap");
            thread.setDaemon(true);
            thread.start();
        }

        Address address() {
            return Address.network("localhost", listening.getLocalPort());
        }

        String heard() {
            return heard.toString(StandardCharsets.ISO_8859_1);
        }

        private void accept() {
            while (closed.getCount() > 0) {
                try {
                    Socket from = listening.accept();
                    Socket to = new Socket(InetAddress.getLoopbackAddress(), port);
                    daemon(() -> pass(from, to));
                    daemon(() -> pass(to, from));
                } catch (IOException e) {
                    return;
                }
            }
        }

        private void pass(Socket from, Socket to) {
            var buffer = new byte[8192];
            try (from;
                    to) {
                for (int n = from.getInputStream().read(buffer);
                        n >= 0;
                        n = from.getInputStream().read(buffer)) {
                    heard.write(buffer, 0, n);
                    to.getOutputStream().write(buffer, 0, n);
                }
            } catch (IOException e) {
                // One of the ends has ended.
            }
        }

        @Override
        public void close() throws IOException {
            closed.countDown();
            listening.close();
        }
    }
}
