package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.greaterThan;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.protobuf.ByteString;
import dev.coord.ParticipantId;
import dev.coord.PeerUnreachableException;
import dev.coord.Role;
import dev.coord.mesh.Members.Member;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.store.Participant;
import dev.coord.testing.OwnThreads;
import dev.coord.testing.Patience;
import dev.coord.testing.TestTransport;
import dev.coord.time.NanoClock;
import dev.coord.transport.Address;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
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

@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
class MeshTest {
    private static final GetParticipantInfoRequest WHO = GetParticipantInfoRequest.getDefaultInstance();

    @Parameter
    private TestTransport transport;

    @TempDir
    Path directory;

    private Members members;

    /** What gRPC says of broken connections, with a stack trace each, is what some of these tests provoke. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    @BeforeAll
    static void quiet() {
        GRPC.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        GRPC.setLevel(null);
    }

    @BeforeEach
    void makeMembers() {
        members = new Members(transport, directory, Members.PATIENT);
    }

    @AfterEach
    void closeMembers() {
        members.close();
    }

    /** Answers with the size of what it got; waits for {@code go} before. */
    private static final class Echo extends CoordinatorServiceGrpc.CoordinatorServiceImplBase {
        private final CountDownLatch go;

        Echo(CountDownLatch go) {
            this.go = go;
        }

        @Override
        public void submitWorldOp(SubmitWorldOpRequest request, StreamObserver<SubmitWorldOpResponse> answer) {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            answer.onNext(SubmitWorldOpResponse.newBuilder()
                    .setSeqno(request.getOpData().size())
                    .build());
            answer.onCompleted();
        }
    }

    private static CountDownLatch atOnce() {
        return new CountDownLatch(0);
    }

    private static SubmitWorldOpRequest bytes(int size) {
        return SubmitWorldOpRequest.newBuilder()
                .setOpData(ByteString.copyFrom(new byte[size]))
                .build();
    }

    @Test
    void everyParticipantTellsEveryOtherOneWhoItIs() {
        Member leader = members.join("gpu");
        members.join();
        members.join();
        members.lead(leader);
        for (Member from : members.all()) {
            for (Member to : members.all()) {
                ParticipantInfo info = from.mesh().client(to.id()).info();
                assertThat(info.id()).isEqualTo(to.id());
                assertThat(info.term().value()).isEqualTo(1);
                assertThat(info.role() == Role.LEADER).isEqualTo(to.id().equals(leader.id()));
                assertThat(info.capabilities()).isEqualTo(to.record().capabilities());
            }
        }
    }

    @Test
    void eightParticipantsConnectAllToAll() {
        for (int i = 0; i < 8; i++) {
            members.join();
        }
        for (Member from : members.all()) {
            for (Member to : members.all()) {
                assertThat(from.mesh().connect(to.record()).participant()).isEqualTo(to.id());
            }
        }
        Member last = members.all().get(7);
        assertThat(members.all().get(0).mesh().client(last.id()).info().id()).isEqualTo(last.id());
    }

    @Test
    void callsToOnePeerShareOneConnection() {
        Member a = members.join();
        Member b = members.join();
        MeshPeer first = a.mesh().connect(b.record());
        assertThat(a.mesh().connect(b.record())).isSameAs(first);
        assertThat(a.mesh().client(b.id())).isSameAs(first);
        a.mesh().disconnect(b.id());
        assertThat(a.mesh().client(b.id())).isNotSameAs(first);
        assertThat(a.mesh().client(b.id()).info().id()).isEqualTo(b.id());
    }

    @Test
    void callsAreCountedAtBothEnds() {
        Member a = members.join();
        Member b = members.join();
        MeshPeer peer = a.mesh().connect(b.record());
        for (int i = 0; i < 3; i++) {
            assertThat(peer.info().id()).isEqualTo(b.id());
        }
        assertThat(a.mesh().callsSent()).isEqualTo(3);
        assertThat(a.mesh().callsReceived()).isZero();
        assertThat(b.mesh().callsSent()).isZero();
        assertThat(b.mesh().callsReceived()).isEqualTo(3);
    }

    @Test
    void aPeerThatAcceptsAndNeverAnswersDelaysOnlyThoseWhoCallIt() throws Exception {
        Member a = members.join(MeshSettings.defaults(), NanoClock.system());
        Member b = members.join();
        try (ServerSocketChannel silent = transport.bind(directory)) {
            var record = Participant.builder("group", new ParticipantId("silent"))
                    .address(TestTransport.address(silent))
                    .build();
            members.add(record);
            var dial = CompletableFuture.supplyAsync(() -> a.mesh().connect(record));
            for (int i = 0; i < 100; i++) {
                assertThat(a.mesh().client(b.id()).info().id()).isEqualTo(b.id());
            }
            assertThatExceptionOfType(ExecutionException.class)
                    .isThrownBy(() -> dial.get(Patience.SECONDS, TimeUnit.SECONDS))
                    .havingCause()
                    .isInstanceOf(PeerUnreachableException.class)
                    .withMessageContaining("silent")
                    .withMessageContaining("did not answer")
                    .withMessageContaining("1000 ms");
        }
    }

    @Test
    void whoCannotBeReachedIsNamedWithTheReason() throws IOException {
        Member a = members.join();
        Address stale;
        try (ServerSocketChannel closed = transport.bind(directory)) {
            stale = TestTransport.address(closed);
        }
        assertThatExceptionOfType(PeerUnreachableException.class)
                .isThrownBy(() -> a.mesh()
                        .connect(Participant.builder("group", new ParticipantId("gone"))
                                .address(stale)
                                .build()))
                .withMessageContaining("gone")
                .withMessageContaining(stale.toString())
                // It is in no registry: the mesh may close the connection before it was tried.
                .withMessageMatching(".*(nobody listens at|Connection refused|was closed).*");
        assertThatExceptionOfType(PeerUnreachableException.class)
                .isThrownBy(() -> a.mesh()
                        .connect(Participant.builder("group", new ParticipantId("homeless"))
                                .build()))
                .withMessageContaining("no address");
        assertThatExceptionOfType(PeerUnreachableException.class)
                .isThrownBy(() -> a.mesh().client(new ParticipantId("stranger")))
                .withMessageContaining("stranger")
                .withMessageContaining("not a participant of group test");
    }

    @Test
    void aChannelOnTheLeaderMovesWithLeadership() {
        Member a = members.join();
        Member b = members.join();
        Member asking = members.join();
        var stub = ParticipantServiceGrpc.newBlockingStub(asking.mesh().channel("coord:///leader"));
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> stub.getParticipantInfo(WHO))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        members.lead(a);
        assertThat(stub.withWaitForReady().getParticipantInfo(WHO).getParticipantId())
                .isEqualTo("m0");
        members.lead(b);
        await().until(() -> stub.withWaitForReady()
                .getParticipantInfo(WHO)
                .getParticipantId()
                .equals("m1"));
        members.leave(b);
        members.lead(a);
        assertThat(stub.withWaitForReady().getParticipantInfo(WHO).getParticipantId())
                .isEqualTo("m0");
        members.lead(asking);
        await().until(() -> stub.withWaitForReady()
                .getParticipantInfo(WHO)
                .getParticipantId()
                .equals("m2"));
    }

    @Test
    void aCallThatWaitsForReadyOutlivesTheTimeWithoutALeader() throws Exception {
        Member a = members.join();
        Member asking = members.join();
        var stub = ParticipantServiceGrpc.newFutureStub(asking.mesh().channel("coord:///leader"))
                .withWaitForReady();
        var answer = stub.getParticipantInfo(WHO);
        assertThat(answer.isDone()).isFalse();
        members.lead(a);
        assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).getParticipantId())
                .isEqualTo("m0");
    }

    @Test
    void aChannelOnACapabilityTakesTurnsAmongThoseWhoHaveIt() {
        members.join("gpu");
        members.join("gpu", "disk");
        Member third = members.join("disk");
        var stub = ParticipantServiceGrpc.newBlockingStub(third.mesh().channel("coord:///capability/gpu"))
                .withWaitForReady();
        var answered = new TreeSet<String>();
        await().until(() -> {
            answered.add(stub.getParticipantInfo(WHO).getParticipantId());
            return answered.size() == 2;
        });
        assertThat(answered).containsExactly("m0", "m1");
    }

    @Test
    void aChannelOnAParticipantIsThatOne() {
        Member a = members.join();
        Member b = members.join();
        var stub = ParticipantServiceGrpc.newBlockingStub(a.mesh().channel("coord:///participant/" + b.id()))
                .withWaitForReady();
        assertThat(stub.getParticipantInfo(WHO).getParticipantId()).isEqualTo("m1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> a.mesh().channel("coord:///nonsense"))
                .withMessageContaining("coord:///leader");
    }

    @Test
    void anApplicationsServiceIsServedWhetherItCameBeforeOrAfterTheMesh() {
        Member a = members.join();
        Member b = members.join();
        var stub =
                CoordinatorServiceGrpc.newBlockingStub(a.mesh().client(b.id()).channel());
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> stub.submitWorldOp(bytes(3)))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
        b.mesh().services().add(new Echo(atOnce()));
        assertThat(stub.submitWorldOp(bytes(3)).getSeqno()).isEqualTo(3);
    }

    @Test
    void aServiceThatBlocksHoldsUpNeitherOtherCallsNorItsCallerForEver() throws Exception {
        members.close();
        members = new Members(transport, directory, Members.PATIENT.withCallTimeout(Duration.ofMillis(300)));
        Member a = members.join();
        Member b = members.join();
        var go = new CountDownLatch(1);
        b.mesh().services().add(new Echo(go));
        MeshPeer peer = a.mesh().client(b.id());
        var blocked = new ArrayList<ListenableFuture<SubmitWorldOpResponse>>();
        for (int i = 0; i < 20; i++) {
            blocked.add(CoordinatorServiceGrpc.newFutureStub(peer.channel())
                    .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                    .submitWorldOp(bytes(1)));
        }
        assertThat(ParticipantServiceGrpc.newBlockingStub(peer.channel())
                        .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                        .getParticipantInfo(WHO)
                        .getParticipantId())
                .isEqualTo("m1");
        assertThatExceptionOfType(StatusRuntimeException.class)
                .as("a call without a deadline gets the mesh's")
                .isThrownBy(() ->
                        CoordinatorServiceGrpc.newBlockingStub(peer.channel()).submitWorldOp(bytes(1)))
                .satisfies(e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED));
        go.countDown();
        for (var answer : blocked) {
            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).getSeqno())
                    .isEqualTo(1);
        }
    }

    @Test
    void aMessageThatIsTooLargeIsRefusedAndTheConnectionGoesOn() {
        members.close();
        members = new Members(transport, directory, Members.PATIENT.withMaxMessageSize(10_000));
        Member a = members.join();
        Member b = members.join();
        b.mesh().services().add(new Echo(atOnce()));
        MeshPeer peer = a.mesh().client(b.id());
        var stub = CoordinatorServiceGrpc.newBlockingStub(peer.channel());
        assertThat(stub.submitWorldOp(bytes(9_000)).getSeqno()).isEqualTo(9_000);
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> stub.submitWorldOp(bytes(20_000)))
                .satisfies(e -> assertThat(e.getStatus().getCode())
                        .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED));
        assertThat(stub.submitWorldOp(bytes(9_000)).getSeqno()).isEqualTo(9_000);
    }

    @Test
    void garbageAndSilenceOnTheSocketDisturbNobody() throws IOException {
        Member a = members.join();
        Member b = members.join();
        var open = new ArrayList<SocketChannel>();
        for (int i = 0; i < 200; i++) {
            SocketChannel connection =
                    TestTransport.connect(Address.parse(b.mesh().address()));
            open.add(connection);
            if (i % 2 == 0) {
                connection.write(
                        ByteBuffer.wrap("PUT / rubbish\0\1\2\r\n\r\n".repeat(50).getBytes(StandardCharsets.US_ASCII)));
            }
        }
        assertThat(a.mesh().client(b.id()).info().id().value()).isEqualTo("m1");
        for (SocketChannel connection : open) {
            connection.close();
        }
        assertThat(a.mesh().client(b.id()).info().id().value()).isEqualTo("m1");
    }

    @Test
    void theEndOfTheLeadersConnectionIsToldAtOnce() {
        Member leader = members.join();
        Member follower = members.join();
        members.lead(leader);
        await().until(() -> follower.mesh().isWatching(leader.id()));
        assertThat(follower.leaderLost()).hasValue(0);
        leader.mesh().close();
        await().untilAtomic(follower.leaderLost(), greaterThan(0));
    }

    @Test
    void aRefusalByAParticipantThatDoesNotLeadNamesTheLeader() {
        Member a = members.join();
        Member b = members.join();
        members.lead(a);
        b.mesh().services().add(new CoordinatorServiceGrpc.CoordinatorServiceImplBase() {
            @Override
            public void submitWorldOp(SubmitWorldOpRequest request, StreamObserver<SubmitWorldOpResponse> answer) {
                answer.onError(NotLeaderStatus.refusal("test", members.leader()));
            }
        });
        var stub =
                CoordinatorServiceGrpc.newBlockingStub(a.mesh().client(b.id()).channel());
        assertThatExceptionOfType(StatusRuntimeException.class)
                .isThrownBy(() -> stub.submitWorldOp(bytes(1)))
                .satisfies(e -> {
                    assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.FAILED_PRECONDITION);
                    var notLeader = NotLeaderStatus.of(e).orElseThrow();
                    assertThat(notLeader.leader()).contains(a.id());
                    assertThat(notLeader.term().value()).isEqualTo(1);
                    // The name, not the path, which each process may see differently.
                    assertThat(notLeader.address().map(Address::toString))
                            .hasValueSatisfying(
                                    name -> assertThat(a.mesh().address()).endsWith(name));
                });
        assertThat(NotLeaderStatus.of(Status.UNAVAILABLE.asRuntimeException())).isEqualTo(Optional.empty());
    }

    @Test
    void closingLeavesNoThreadBehind() {
        var own = new OwnThreads();
        for (int i = 0; i < 10; i++) {
            Member a = members.join();
            Member b = members.join();
            assertThat(a.mesh().client(b.id()).info().id()).isEqualTo(b.id());
            members.leave(a);
            members.leave(b);
        }
        await().untilAsserted(() -> assertThat(own.names("coord-mesh")).isEmpty());
    }
}
