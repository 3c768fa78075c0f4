package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.InvalidSettingsException;
import dev.coord.ParticipantId;
import dev.coord.PeerUnreachableException;
import dev.coord.Role;
import dev.coord.mesh.ParticipantInfo;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.store.Participant;
import dev.coord.testing.Patience;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The mesh of a coordinator, from before its start until after its end. */
class CoordinatorMeshTest extends CoordinatorTestBase {
    private static final SubmitWorldOpRequest OPERATION = SubmitWorldOpRequest.getDefaultInstance();

    /** Answers with the number it was made with. */
    private static final class Numbered extends CoordinatorServiceGrpc.CoordinatorServiceImplBase {
        private final long number;

        Numbered(long number) {
            this.number = number;
        }

        @Override
        public void submitWorldOp(SubmitWorldOpRequest request, StreamObserver<SubmitWorldOpResponse> answer) {
            answer.onNext(SubmitWorldOpResponse.newBuilder().setSeqno(number).build());
            answer.onCompleted();
        }
    }

    private static CoordinatorServiceBlockingStub leaderOf(Member member) {
        return CoordinatorServiceGrpc.newBlockingStub(member.coordinator.mesh().channel("coord:///leader"))
                .withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void whatIsAddedBeforeTheStartIsServedAfterIt() {
        Member a = member();
        a.coordinator.mesh().services().add(new Numbered(1));
        Member b = member();
        b.coordinator.mesh().services().add(new Numbered(2));
        CoordinatorServiceBlockingStub leader = leaderOf(b);
        assertThat(b.coordinator.mesh().address()).isEmpty();

        a.startLeading();
        b.startFollowing();

        assertThat(leader.withWaitForReady().submitWorldOp(OPERATION).getSeqno())
                .isEqualTo(1);
        a.coordinator.close();
        b.awaitLeads();
        assertThat(leader.withWaitForReady().submitWorldOp(OPERATION).getSeqno())
                .isEqualTo(2);
    }

    @Test
    void aCallThatDoesNotWaitFailsBeforeTheStart() {
        assertThatThrownBy(() -> leaderOf(member()).submitWorldOp(OPERATION))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
    }

    @Test
    void theMeshKnowsNobodyBeforeTheStartAndItselfAfterIt() {
        Member a = member();
        assertThatThrownBy(() -> a.coordinator.mesh().client(a.coordinator.id()))
                .hasMessageContaining("it is not a participant of group " + group);

        a.startLeading();

        ParticipantInfo info = awaitInfo(a, a.coordinator.id());
        assertThat(info.id()).isEqualTo(a.coordinator.id());
        assertThat(info.role()).isEqualTo(Role.LEADER);
        assertThat(info.capabilities()).containsExactly("mail");
        assertThat(info.attributes()).isEqualTo(Map.of("url", "http://localhost:8080", "coord.protocol", "1"));
        assertThat(a.record().orElseThrow().attributes()).isEqualTo(info.attributes());
    }

    /** What {@code id} says to {@code asking}, which may not know it yet, and reaches it in time only if the machine is not busy. */
    private static ParticipantInfo awaitInfo(Member asking, ParticipantId id) {
        return await().ignoreExceptionsInstanceOf(PeerUnreachableException.class)
                .until(() -> asking.coordinator.mesh().client(id).info(), info -> true);
    }

    @Test
    void asksForLateAttributesOnceAndBeforeOthersKnowOfIt() {
        Member a = member().startLeading();
        var asked = new AtomicInteger();
        try (Coordinator late = Coordinator.builder()
                .store(store)
                .group(group)
                .attributes(Map.of("zone", "b"))
                .attributes(() -> {
                    asked.incrementAndGet();
                    assertThat(store.participants().list(group)).hasSize(1);
                    return Map.of("zone", "a", "url", "http://localhost:4711");
                })
                .shutdownHook(false)
                .build()) {
            late.open();
            assertThat(asked).hasValue(0);
            late.start();

            Map<String, String> all = Map.of("zone", "b", "url", "http://localhost:4711", "coord.protocol", "1");
            assertThat(store.participants().get(group, late.id()).orElseThrow().attributes())
                    .isEqualTo(all);
            assertThat(awaitInfo(a, late.id()).attributes()).isEqualTo(all);
            // Also the entry that is written again.
            store.participants().delete(group, late.id());
            await().untilAsserted(() -> assertThat(store.participants().get(group, late.id()))
                    .map(Participant::attributes)
                    .hasValue(new TreeMap<>(all)));
            assertThat(asked).hasValue(1);
        }
    }

    @Test
    void attributesThatAreRefusedEndTheStart() {
        Coordinator late = Coordinator.builder()
                .store(store)
                .group(group)
                .attributes(() -> Map.of("url", "u".repeat(501)))
                .shutdownHook(false)
                .build();

        assertThatThrownBy(late::start)
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("'url' has at most 500 bytes, not 501");
        assertThat(store.participants().list(group)).isEmpty();
        assertThatThrownBy(late::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void theMeshOfWhoWasClosedMakesNoMoreChannels() {
        Member a = member();
        a.coordinator.close();

        assertThatThrownBy(() -> a.coordinator.mesh().channel("coord:///leader"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed");
    }

    @Test
    void theGroupsOfAProcessShareASocketAndKeepTheirCallsApart() throws Exception {
        Member a = member();
        a.coordinator.mesh().services().add(new Numbered(1));
        a.startLeading();
        newGroup();
        Member b = member();
        b.coordinator.mesh().services().add(new Numbered(2));
        b.startLeading();

        assertThat(b.coordinator.mesh().address())
                .isEqualTo(a.coordinator.mesh().address());
        assertThat(sockets()).containsExactly(Path.of(a.coordinator.mesh().address()));
        assertThat(leaderOf(a).withWaitForReady().submitWorldOp(OPERATION).getSeqno())
                .isEqualTo(1);
        assertThat(leaderOf(b).withWaitForReady().submitWorldOp(OPERATION).getSeqno())
                .isEqualTo(2);

        a.coordinator.close();

        assertThat(leaderOf(b).withWaitForReady().submitWorldOp(OPERATION).getSeqno())
                .isEqualTo(2);
    }

    private List<Path> sockets() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".sock")).toList();
        }
    }
}
