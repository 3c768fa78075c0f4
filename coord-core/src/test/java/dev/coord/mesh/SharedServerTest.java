package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;

import dev.coord.ParticipantId;
import dev.coord.PeerUnreachableException;
import dev.coord.mesh.Members.Member;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.proto.WatchWorldSeqnoRequest;
import dev.coord.proto.WatchWorldSeqnoResponse;
import dev.coord.testing.TestTransport;
import dev.coord.transport.AbsentParticipant;
import dev.coord.transport.PrivateServer;
import dev.coord.transport.Transport;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Participants of one process, of one group or of several, on one socket. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
class SharedServerTest {
    private static final GetParticipantInfoRequest WHO = GetParticipantInfoRequest.getDefaultInstance();
    private static final int MAX_MESSAGE = MeshSettings.defaults().maxMessageSize();

    /** What gRPC says of broken connections is what some of these tests provoke. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    @Parameter
    private TestTransport kind;

    @TempDir
    private Path directory;

    private Transport transport;
    private PrivateServer server;
    private Members reports;
    private Members mail;

    @BeforeAll
    static void quiet() {
        GRPC.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        GRPC.setLevel(null);
    }

    @BeforeEach
    void listen() throws IOException {
        transport = kind.in(directory);
        server = transport.listen(MAX_MESSAGE);
        reports = new Members(() -> kind.in(directory), Members.PATIENT, server, "reports");
        mail = new Members(() -> kind.in(directory), Members.PATIENT, server, "mail");
    }

    @AfterEach
    void close() {
        reports.close();
        mail.close();
        server.close();
        transport.close();
    }

    /** Says whose it is, and keeps its streams open. */
    private static final class Named extends CoordinatorServiceGrpc.CoordinatorServiceImplBase {
        private final String name;
        private final List<StreamObserver<WatchWorldSeqnoResponse>> streams = new CopyOnWriteArrayList<>();

        Named(String name) {
            this.name = name;
        }

        @Override
        public void submitWorldOp(SubmitWorldOpRequest request, StreamObserver<SubmitWorldOpResponse> answer) {
            answer.onNext(SubmitWorldOpResponse.newBuilder().setError(name).build());
            answer.onCompleted();
        }

        @Override
        public void watchWorldSeqno(WatchWorldSeqnoRequest request, StreamObserver<WatchWorldSeqnoResponse> answers) {
            streams.add(answers);
        }
    }

    /** What comes through a stream, and how it ended. */
    private static final class Received implements StreamObserver<WatchWorldSeqnoResponse> {
        private final List<Long> seqnos = new CopyOnWriteArrayList<>();
        private volatile Status end;

        @Override
        public void onNext(WatchWorldSeqnoResponse answer) {
            seqnos.add(answer.getSeqno());
        }

        @Override
        public void onError(Throwable failure) {
            end = Status.fromThrowable(failure);
        }

        @Override
        public void onCompleted() {
            end = Status.OK;
        }
    }

    private static String asked(Member from, Member to) {
        return CoordinatorServiceGrpc.newBlockingStub(
                        from.mesh().client(to.id()).channel())
                .submitWorldOp(SubmitWorldOpRequest.getDefaultInstance())
                .getError();
    }

    private static StreamObserver<WatchWorldSeqnoResponse> watched(Member from, Member to, Named service, Received by) {
        int before = service.streams.size();
        CoordinatorServiceGrpc.newStub(from.mesh().client(to.id()).channel())
                .watchWorldSeqno(WatchWorldSeqnoRequest.getDefaultInstance(), by);
        await().until(() -> service.streams.size() > before);
        return service.streams.get(before);
    }

    @Test
    void aCallReachesTheParticipantThatItIsFor() {
        Member a = reports.join();
        Member b = mail.join();
        a.mesh().services().add(new Named("reports"));
        b.mesh().services().add(new Named("mail"));
        Member asksReports = reports.join();
        Member asksMail = mail.join();

        assertThat(b.mesh().address()).isEqualTo(a.mesh().address());
        assertThat(asked(asksReports, a)).isEqualTo("reports");
        assertThat(asked(asksMail, b)).isEqualTo("mail");
        assertThat(asksReports.mesh().client(a.id()).info().group()).isEqualTo("reports");
        assertThat(asksMail.mesh().client(b.id()).info().group()).isEqualTo("mail");
    }

    @Test
    void whatOneParticipantServesTheOthersDoNot() {
        Member a = reports.join();
        Member b = reports.join();
        a.mesh().services().add(new Named("a"));

        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> asked(a, b))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
    }

    @Test
    void aParticipantThatIsNotThereIsSaidToBeAbsent() {
        Member a = reports.join();
        Member left = reports.join();
        MeshPeer peer = a.mesh().client(left.id());
        assertThat(peer.info().id()).isEqualTo(left.id());

        left.mesh().close();

        assertThatExceptionOfType(PeerUnreachableException.class)
                .isThrownBy(peer::info)
                .withMessageContaining(left.id().value())
                .withMessageContaining("it is not, or no longer, at " + server.address())
                .withCauseInstanceOf(StatusRuntimeException.class)
                .satisfies(e -> {
                    assertThat(Status.fromThrowable(e).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                    assertThat(AbsentParticipant.of(e)).contains(left.id().value());
                });
        assertThat(AbsentParticipant.of(Status.UNAVAILABLE.asRuntimeException()))
                .as("another failure")
                .isEmpty();
    }

    @Test
    void aCallerThatNamesNobodyGetsTheParticipantThatCameFirst() {
        ManagedChannel plain = transport.process(server.address());
        var stub = ParticipantServiceGrpc.newBlockingStub(plain);
        try {
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> stub.getParticipantInfo(WHO))
                    .withMessageContaining("no participant is in process "
                            + ProcessHandle.current().pid());
            Member first = reports.join();
            Member second = mail.join();
            assertThat(stub.getParticipantInfo(WHO).getParticipantId())
                    .isEqualTo(first.id().value());
            first.mesh().close();
            assertThat(stub.getParticipantInfo(WHO).getParticipantId())
                    .isEqualTo(second.id().value());
        } finally {
            plain.shutdownNow();
        }
    }

    @Test
    void aChannelOnTheLeaderMovesBetweenParticipantsOfOneProcess() {
        Member a = reports.join();
        Member b = reports.join();
        var leader = ParticipantServiceGrpc.newBlockingStub(a.mesh().channel("coord:///leader"))
                .withWaitForReady();
        for (Member next : List.of(a, b, a)) {
            reports.lead(next);
            await().until(
                            () -> leader.getParticipantInfo(WHO).getParticipantId(),
                            next.id().value()::equals);
            for (int i = 0; i < 20; i++) {
                assertThat(leader.getParticipantInfo(WHO).getParticipantId())
                        .isEqualTo(next.id().value());
            }
        }
    }

    @Test
    void aChannelOnACapabilityTakesTurnsAmongParticipantsOfOneProcess() {
        reports.join("pdf");
        reports.join("pdf");
        Member asking = reports.join();
        mail.join("pdf");
        var stub = ParticipantServiceGrpc.newBlockingStub(asking.mesh().channel("coord:///capability/pdf"))
                .withWaitForReady();
        var answered = new TreeSet<String>();
        await().until(() -> {
            answered.add(stub.getParticipantInfo(WHO).getParticipantId());
            return answered.size() == 2;
        });
        assertThat(answered).containsExactly("reports-0", "reports-1");
    }

    @Test
    void theAuthorityOfAChannelCannotBeChanged() {
        Member a = reports.join();
        reports.lead(a);
        var channel = mail.join()
                .mesh()
                .channelBuilder("coord:///participant/mail-0")
                .overrideAuthority("elsewhere")
                .build();
        assertThat(ParticipantServiceGrpc.newBlockingStub(channel)
                        .withWaitForReady()
                        .getParticipantInfo(WHO)
                        .getGroup())
                .isEqualTo("mail");
    }

    @Test
    void whoLeavesEndsItsOwnCallsAndNobodyElses() {
        Member a = reports.join();
        Member b = mail.join();
        var ofReports = new Named("reports");
        var ofMail = new Named("mail");
        a.mesh().services().add(ofReports);
        b.mesh().services().add(ofMail);
        var fromReports = new Received();
        var fromMail = new Received();
        var handlerOfReports = watched(reports.join(), a, ofReports, fromReports);
        var handlerOfMail = watched(mail.join(), b, ofMail, fromMail);

        a.mesh().close();

        await().until(() -> fromReports.end != null);
        assertThat(fromReports.end.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(fromReports.end.getDescription()).contains(a.id().value());
        // The handler does not know yet.
        handlerOfReports.onNext(WatchWorldSeqnoResponse.newBuilder().setSeqno(1).build());
        handlerOfReports.onCompleted();
        handlerOfMail.onNext(WatchWorldSeqnoResponse.newBuilder().setSeqno(2).build());
        await().until(() -> fromMail.seqnos.contains(2L));
        assertThat(fromMail.end).isNull();
        assertThat(fromReports.seqnos).isEmpty();
    }

    @Test
    void theEndOfALeaderIsToldThoughItsProcessGoesOn() {
        Member leader = reports.join();
        Member follower = reports.join();
        Member other = mail.join();
        Member watching = mail.join();
        reports.lead(leader);
        mail.lead(other);
        await().until(() -> follower.mesh().isWatching(leader.id()));
        await().until(() -> watching.mesh().isWatching(other.id()));

        leader.mesh().close();

        await().untilAtomic(follower.leaderLost(), greaterThan(0));
        assertThat(watching.leaderLost()).hasValue(0);
        assertThat(watching.mesh().isWatching(other.id())).isTrue();
    }

    @Test
    void aParticipantThatNeverWasThereIsAbsentToo() {
        reports.join();
        var peer = transport
                .participant(server.address(), new ParticipantId("stranger"))
                .directExecutor()
                .build();
        try {
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(
                            () -> ParticipantServiceGrpc.newBlockingStub(peer).getParticipantInfo(WHO))
                    .satisfies(e -> assertThat(AbsentParticipant.of(e)).contains("stranger"))
                    .withMessageContaining("participant stranger is not in process");
        } finally {
            peer.shutdownNow();
        }
    }
}
