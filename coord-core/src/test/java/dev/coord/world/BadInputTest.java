package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import dev.coord.Leadership;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.proto.WorldQuad;
import dev.coord.proto.WorldRef;
import dev.coord.proto.WorldTx;
import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody should send to a leader: it answers with a typed error, commits nothing, and goes on. */
class BadInputTest {
    private static WorldGroup group;
    private static Member leader;
    private static CoordinatorServiceBlockingStub stub;
    private static Leadership leadership;

    private long before;

    @BeforeAll
    static void start(@TempDir Path directory) {
        group = new WorldGroup(directory);
        leader = group.join();
        leadership = leader.coordinator().leadership().orElseThrow();
        Member asking = group.join();
        stub = CoordinatorServiceGrpc.newBlockingStub(
                        asking.coordinator().mesh().channel("coord:///leader"))
                .withWaitForReady();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @BeforeEach
    void note() {
        before = leader.world().seqno();
    }

    @AfterEach
    void theLeaderGoesOn() {
        assertThat(leader.world().seqno()).as("commits").isEqualTo(before);
        SubmitWorldOpResponse good =
                send(WorldWrite.of(Ops.op("append", "good=.")).encoded());
        assertThat(good.getError()).isEmpty();
        assertThat(good.getSeqno()).isEqualTo(before + 1);
        assertThat(leadership.isHeld()).isTrue();
    }

    private static SubmitWorldOpRequest.Builder request(ByteString data) {
        return SubmitWorldOpRequest.newBuilder()
                .setOpData(data)
                .setOpId(UUID.randomUUID().toString())
                .setSender("sender");
    }

    private static SubmitWorldOpResponse send(ByteString data) {
        return send(request(data));
    }

    private static SubmitWorldOpResponse send(SubmitWorldOpRequest.Builder request) {
        return stub.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS).submitWorldOp(request.build());
    }

    private static void refused(SubmitWorldOpResponse response, Class<? extends WorldException> type) {
        assertThat(response.getError()).isNotBlank();
        assertThat(response.getSeqno()).isZero();
        assertThat(response.hasResult()).isFalse();
        assertThat(ErrorCodec.exception(response.getErrorDetail()))
                .isExactlyInstanceOf(type)
                .hasMessage(response.getError());
    }

    @Test
    void nothing() {
        refused(send(ByteString.EMPTY), InvalidOperationException.class);
        refused(
                send(WorldTx.newBuilder()
                        .setBatch(WorldTx.Batch.newBuilder().addTxs(WorldTx.getDefaultInstance()))
                        .build()
                        .toByteString()),
                InvalidOperationException.class);
    }

    @Test
    void randomBytes() {
        var random = new Random(1);
        for (int i = 0; i < 50; i++) {
            byte[] bytes = new byte[1 + random.nextInt(200)];
            random.nextBytes(bytes);
            // The first byte says that a field of a type follows that there is not.
            bytes[0] = (byte) 0xff;
            refused(send(ByteString.copyFrom(bytes)), InvalidOperationException.class);
        }
    }

    @Test
    void messagesThatWereCutOff() {
        ByteString whole = WorldWrite.of(Ops.op("append", "key=value")).encoded();
        for (int length = 0; length < whole.size(); length++) {
            refused(send(whole.substring(0, length)), InvalidOperationException.class);
        }
    }

    @Test
    void messagesThatAreTooLarge() {
        ByteString large = ByteString.copyFrom(new byte[100 * 1024 * 1024]);

        var refusal = catchThrowableOfType(StatusRuntimeException.class, () -> send(large));

        assertThat(refusal.getStatus().getCode())
                .isIn(Status.Code.RESOURCE_EXHAUSTED, Status.Code.CANCELLED, Status.Code.UNAVAILABLE);
    }

    @Test
    void operationsThatAreTooLarge() {
        String large = "x".repeat(100 * 1024 * 1024);

        assertThatThrownBy(() -> group.follower().world().submit(Ops.op("append", large)))
                .isInstanceOf(InvalidOperationException.class)
                .hasMessageContaining("at most 1048576");
        // What fits into a message, but not into the log.
        refused(send(WorldWrite.of(Ops.op("big", "2000000")).encoded()), InvalidOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-type", "", " ", "append\0"})
    void operationsOfNoKnownType(String type) {
        var apply = WorldTx.ApplyWorldOp.newBuilder().setType(type);
        refused(
                send(WorldTx.newBuilder().setApplyWorldOp(apply).build().toByteString()),
                UnknownOperationException.class);
        var onObject = WorldTx.ApplyObjectOp.newBuilder().setKey("good").setType(type);
        refused(
                send(WorldTx.newBuilder().setApplyObjectOp(onObject).build().toByteString()),
                UnknownOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fail", "assert", "recurse"})
    void operationsWhoseCodeFails(String type) {
        refused(send(WorldWrite.of(Ops.op(type, "failed")).encoded()), OperationFailedException.class);
        assertThat(leader.world().state().object("failed")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"unreadable", "endless"})
    void operationsWhoseBodyCannotBeRead(String type) {
        refused(send(WorldWrite.of(Ops.op(type, "")).encoded()), InvalidOperationException.class);
    }

    @Test
    void operationsWhoseFailureHasMuchToSay() {
        refused(send(WorldWrite.of(Ops.op("fail-at-length", "20000000")).encoded()), OperationFailedException.class);
    }

    @ParameterizedTest
    @CsvSource({"'',sender", "id,''", "id,'not/an id'", "'a\0b',sender"})
    void submissionsWithoutAnIdOrASender(String id, String sender) {
        ByteString data = WorldWrite.of(Ops.op("append", "key=value")).encoded();
        refused(send(request(data).setOpId(id).setSender(sender)), InvalidOperationException.class);
        refused(send(request(data).setOpId("i".repeat(101)).setSender("sender")), InvalidOperationException.class);
    }

    @Test
    void batchesThatAreTooDeep() {
        WorldTx tx = WorldWrite.incrementRev("good").message();
        for (int depth = 0; depth < 9; depth++) {
            tx = WorldTx.newBuilder()
                    .setBatch(WorldTx.Batch.newBuilder().addTxs(tx))
                    .build();
        }
        refused(send(tx.toByteString()), InvalidOperationException.class);
        for (int depth = 0; depth < 300; depth++) {
            tx = WorldTx.newBuilder()
                    .setBatch(WorldTx.Batch.newBuilder().addTxs(tx))
                    .build();
        }
        refused(send(tx.toByteString()), InvalidOperationException.class);
    }

    @Test
    void batchesThatEndInAnError() {
        var batch = new WorldBatch()
                .create("half", new byte[500])
                .incrementRev("half")
                .delete("good")
                .incrementRev("nothing");
        refused(send(WorldWrite.of(batch).encoded()), ObjectNotFoundException.class);
        assertThat(leader.world().state().object("half")).isEmpty();
    }

    @Test
    void aSweepInsideABatch() {
        WorldTx batch = WorldTx.newBuilder()
                .setBatch(WorldTx.Batch.newBuilder().addTxs(WorldWrite.sweep().message()))
                .build();
        refused(send(batch.toByteString()), InvalidOperationException.class);
    }

    @Test
    void aRequestWithTooManySubmissions() {
        SubmitWorldOpRequest.Builder request = request(ByteString.EMPTY)
                .addAllMore(Collections.nCopies(200_000, SubmitWorldOpRequest.getDefaultInstance()));

        refused(send(request), InvalidOperationException.class);
    }

    @Test
    void wordsThatAreNone() {
        for (String key : new String[] {"", "a\0b", "k".repeat(1001)}) {
            WorldTx create = WorldTx.newBuilder()
                    .setCreateObject(WorldTx.CreateObject.newBuilder().setKey(key))
                    .build();
            refused(send(create.toByteString()), InvalidOperationException.class);
        }
        WorldTx quad = WorldTx.newBuilder()
                .setSetQuad(WorldTx.SetQuad.newBuilder()
                        .setQuad(WorldQuad.newBuilder()
                                .setSubject("good")
                                .setPredicate("p")
                                .setObject("<good>")))
                .build();
        refused(send(quad.toByteString()), InvalidOperationException.class);
    }

    @Test
    void referencesThatAreNone() {
        for (byte[] address : new byte[][] {{1, 2}, {0x12, 1}, new byte[300]}) {
            WorldTx create = WorldTx.newBuilder()
                    .setCreateObject(WorldTx.CreateObject.newBuilder()
                            .setKey("reference")
                            .setRoot(WorldRef.newBuilder().setAddress(ByteString.copyFrom(address))))
                    .build();
            refused(send(create.toByteString()), InvalidOperationException.class);
        }
    }
}
