package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.election.LeaseTiming;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls to the leader that cannot be answered: each fails with a status that says why, and the leader leads on. */
class MeshBadCallsTest {
    /** With room between renewals and deadline for a slow machine. */
    private static final CoordinatorSettings SETTINGS = CoordinatorSettings.defaults()
            .withLease(new LeaseTiming(Duration.ofMillis(50), Patience.LIMIT.dividedBy(2), Patience.LIMIT));

    /** It logs each answer that is cut short. */
    private static final Logger GRPC = Logger.getLogger("io.grpc");

    private static final int LIMIT = MeshSettings.defaults().maxMessageSize();
    private static final int ROUNDS = 20;

    @TempDir
    private Path directory;

    private Coordinator leader;
    private Coordinator follower;
    private Leadership leadership;
    private CoordinatorServiceBlockingStub stub;

    @BeforeAll
    static void quiet() {
        GRPC.setLevel(Level.OFF);
    }

    @AfterAll
    static void loud() {
        GRPC.setLevel(null);
    }

    @BeforeEach
    void start() throws InterruptedException {
        leader = coordinator();
        leader.start();
        assertThat(leader.awaitRole(Patience.LIMIT)).isEqualTo(Role.LEADER);
        leadership = leader.leadership().orElseThrow();
        follower = coordinator();
        follower.start();
        assertThat(follower.awaitRole(Patience.LIMIT)).isEqualTo(Role.FOLLOWER);
        stub = CoordinatorServiceGrpc.newBlockingStub(follower.mesh().channel("coord:///leader"))
                .withWaitForReady();
    }

    private Coordinator coordinator() {
        return Coordinator.builder()
                .directory(directory)
                .settings(SETTINGS)
                .storeSettings(TestStores.PATIENT)
                .shutdownHook(false)
                .build();
    }

    @AfterEach
    void close() {
        follower.close();
        leader.close();
    }

    /** Answers with as many characters as it is sent bytes, or with as many as it is sent in decimal. */
    private static final class Echo extends CoordinatorServiceGrpc.CoordinatorServiceImplBase {
        @Override
        public void submitWorldOp(SubmitWorldOpRequest request, StreamObserver<SubmitWorldOpResponse> answer) {
            int size = request.getOpData().size();
            int wanted = size < 20 ? Integer.parseInt(request.getOpData().toStringUtf8()) : size;
            answer.onNext(SubmitWorldOpResponse.newBuilder()
                    .setError("x".repeat(wanted))
                    .build());
            answer.onCompleted();
        }
    }

    private int send(int bytes) {
        return stub.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                .submitWorldOp(SubmitWorldOpRequest.newBuilder()
                        .setOpData(ByteString.copyFrom(new byte[bytes]))
                        .build())
                .getError()
                .length();
    }

    private int ask(int characters) {
        return stub.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                .submitWorldOp(SubmitWorldOpRequest.newBuilder()
                        .setOpData(ByteString.copyFromUtf8(Integer.toString(characters)))
                        .build())
                .getError()
                .length();
    }

    private void fails(Runnable call, Status.Code code, String... words) {
        for (int i = 0; i < ROUNDS; i++) {
            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(call::run)
                    .satisfies(
                            e -> assertThat(e.getStatus().getCode()).as("%s", e).isEqualTo(code))
                    .withMessageContainingAll(words);
        }
        assertThat(leadership.isHeld()).isTrue();
        assertThat(follower.leader().orElseThrow().term()).isEqualTo(leadership.term());
    }

    @Test
    void aRequestThatIsTooLarge() {
        leader.mesh().services().add(new Echo());

        fails(() -> send(LIMIT + 1), Status.Code.RESOURCE_EXHAUSTED, Integer.toString(LIMIT));

        assertThat(send(LIMIT / 2)).isEqualTo(LIMIT / 2);
    }

    @Test
    void anAnswerThatIsTooLarge() {
        leader.mesh().services().add(new Echo());

        fails(() -> ask(LIMIT + 1), Status.Code.RESOURCE_EXHAUSTED, Integer.toString(LIMIT));

        assertThat(ask(LIMIT / 2)).isEqualTo(LIMIT / 2);
    }

    @Test
    void aMethodThatNobodyServes() {
        fails(() -> send(1), Status.Code.UNIMPLEMENTED, "coord.CoordinatorService/SubmitWorldOp");

        leader.mesh().services().add(new Echo());
        await().until(() -> ask(3) == 3);
    }
}
