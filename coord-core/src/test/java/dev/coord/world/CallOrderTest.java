package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.Term;
import dev.coord.mesh.NotLeaderStatus;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.proto.WorldErrorKind;
import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls that are delayed on their way, until their sender has asked again and has its answer. */
class CallOrderTest {
    private static WorldGroup group;
    private static CoordinatorServiceBlockingStub leader;

    @BeforeAll
    static void start(@TempDir Path directory) {
        group = new WorldGroup(directory);
        group.join();
        Member asking = group.join();
        leader = CoordinatorServiceGrpc.newBlockingStub(
                        asking.coordinator().mesh().channel("coord:///leader"))
                .withWaitForReady();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static SubmitWorldOpResponse send(long term, long call, String sender, String id) {
        return leader.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS)
                .submitWorldOp(SubmitWorldOpRequest.newBuilder()
                        .setOpData(WorldWrite.incrementRev(sender).encoded())
                        .setOpId(id)
                        .setSender(sender)
                        .setTerm(term)
                        .setCall(call)
                        .build());
    }

    private static long term() {
        return group.leader().term();
    }

    private static void create(String key) {
        group.leader().world().state().createObject(key, ObjectRef.EMPTY);
    }

    private static long rev(String key) {
        return group.leader().world().state().object(key).orElseThrow().rev();
    }

    @Test
    void whatWasRefusedIsNotAppliedByACallThatWasDelayed() {
        assertThat(send(term(), 2, "delayed", "id").getErrorDetail().getKind())
                .isEqualTo(WorldErrorKind.WorldErrorKind_OBJECT_NOT_FOUND);
        create("delayed");

        assertThatThrownBy(() -> send(term(), 1, "delayed", "id"))
                .isInstanceOf(StatusRuntimeException.class)
                .hasMessageContaining(Status.Code.ABORTED.name())
                .hasMessageContaining("nothing was done");
        assertThatThrownBy(() -> send(term(), 2, "delayed", "id")).hasMessageContaining("nothing was done");

        assertThat(rev("delayed")).isEqualTo(1);
        assertThat(send(term(), 3, "delayed", "id").getError())
                .as("asked again after the refusal")
                .isEmpty();
        assertThat(rev("delayed")).isEqualTo(2);
    }

    @Test
    void aCallForAnotherLeadershipIsNotTaken() {
        create("other");
        long earlier = term();
        group.changeLeader();

        assertThatThrownBy(() -> send(earlier, 1, "other", "other-id"))
                .satisfies(failure -> assertThat(NotLeaderStatus.of(failure))
                        .hasValueSatisfying(
                                refusal -> assertThat(refusal.term()).isEqualTo(new Term(term()))));
        assertThatThrownBy(() -> send(0, 1, "other", "other-id"))
                .satisfies(failure -> assertThat(NotLeaderStatus.of(failure)).isPresent());

        assertThat(rev("other")).isEqualTo(1);
        assertThat(send(term(), 1, "other", "other-id").getError()).isEmpty();
    }

    @Test
    void eachSenderCountsForItself() {
        create("one");
        create("two");

        assertThat(send(term(), 5, "one", "id-1").getError()).isEmpty();
        assertThat(send(term(), 1, "two", "id-2").getError()).isEmpty();
    }
}
