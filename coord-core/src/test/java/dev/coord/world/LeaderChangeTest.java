package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.mesh.NotLeaderStatus;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.WatchWorldSeqnoRequest;
import dev.coord.proto.WatchWorldSeqnoResponse;
import dev.coord.testing.Patience;
import dev.coord.testing.TestTransport;
import dev.coord.time.NanoClock;
import dev.coord.work.SharedTimer;
import dev.coord.work.Workers;
import dev.coord.world.WorldGroup.Member;
import dev.coord.world.WorldListener.Event;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What watchers, views and calls see when the leader changes. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
class LeaderChangeTest {
    @Parameter
    private TestTransport transport;

    private final SharedTimer timer = new SharedTimer();
    private final Workers workers = new Workers(NanoClock.system());
    private WorldGroup group;
    private Member one;
    private Member two;

    @BeforeEach
    void start(@TempDir Path directory) {
        group = new WorldGroup(directory, WorldGroup.PATIENT, transport);
        one = group.join();
        two = group.join();
    }

    @AfterEach
    void stop() {
        timer.close();
        group.close();
    }

    private void commit(int count) {
        for (int i = 0; i < count; i++) {
            var unused = (i % 2 == 0 ? one : two).world().submit(Ops.op("append", "a/x=."));
        }
    }

    private static Channel leaderOf(Member member) {
        return member.coordinator().mesh().channel("coord:///leader");
    }

    @Test
    void listenersHearOfEachCommitOnceAcrossLeaders() {
        List<Event> first = new CopyOnWriteArrayList<>();
        List<Event> second = new CopyOnWriteArrayList<>();
        var a = one.world().watch("a/", first::add);
        var b = two.world().watch("a/", second::add);
        for (int round = 0; round < 3; round++) {
            commit(10);
            group.changeLeader();
        }
        commit(1);

        long last = one.world().seqno();
        assertThat(last).isEqualTo(31);
        List<Long> all = LongStream.rangeClosed(1, last).boxed().toList();
        await().untilAsserted(() -> {
            assertThat(first).extracting(Event::seqno).isEqualTo(all);
            assertThat(second).extracting(Event::seqno).isEqualTo(all);
        });
        assertThat(first).isEqualTo(second);
        assertThat(first).extracting(Event::term).isSorted();
        assertThat(first.stream().map(Event::term).distinct()).hasSizeGreaterThanOrEqualTo(4);
        a.close();
        b.close();
    }

    private SeqnoWatch watch(List<Long> told) {
        return new SeqnoWatch(
                leaderOf(two),
                two.coordinator().mesh().directory(),
                timer,
                workers,
                () -> true,
                (seqno, first) -> told.add(seqno));
    }

    @Test
    void aWatchOfTheSequenceNumberMovesToTheNextLeader() {
        List<Long> told = new CopyOnWriteArrayList<>();
        try (var watch = watch(told)) {
            watch.watch();
            commit(5);
            await().until(() -> told.contains(5L));
            group.changeLeader();
            commit(5);
            await().until(() -> told.contains(10L));
            group.changeLeader();
            commit(5);
            await().until(() -> told.contains(15L));
        }
        assertThat(told).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void aWatchBeginsAnewWhereTheWorldWentBackTo() {
        List<Long> told = new CopyOnWriteArrayList<>();
        try (var watch = watch(told)) {
            watch.watch();
            commit(5);
            await().until(() -> told.contains(5L));
            told.clear();
            watch.wentBack(3);
            assertThat(watch.last()).isIn(3L, 5L);
            await().until(() -> told.contains(5L));
            assertThat(watch.last()).isEqualTo(5);
        }
    }

    @Test
    void aWatchThatIsClosedTellsNothingMore() {
        List<Long> told = new CopyOnWriteArrayList<>();
        var watch = watch(told);
        watch.watch();
        commit(1);
        await().until(() -> told.contains(1L));

        watch.close();
        commit(1);
        List<Long> others = new CopyOnWriteArrayList<>();
        try (var other = watch(others)) {
            other.watch();
            await().until(() -> others.contains(2L));
        }

        assertThat(told).containsExactly(1L);
    }

    @Test
    void aStreamOfNumbersBeginsAfterTheLastOneAndEndsWithTheLeadership() {
        commit(3);
        Member old = group.leader();
        Member asking = old.equals(one) ? two : one;
        var stub = CoordinatorServiceGrpc.newBlockingStub(leaderOf(asking)).withWaitForReady();
        Iterator<WatchWorldSeqnoResponse> numbers = stub.watchWorldSeqno(
                WatchWorldSeqnoRequest.newBuilder().setLastSeenSeqno(2).build());
        assertThat(numbers.next().getSeqno()).isEqualTo(3);
        commit(1);
        assertThat(numbers.next().getSeqno()).isEqualTo(4);

        group.changeLeader();

        assertThatThrownBy(numbers::next)
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        end -> assertThat(NotLeaderStatus.of(end)).isPresent());
    }

    @Test
    void whoDoesNotLeadSaysWhoDoes() {
        Member follower = group.follower();
        LeaderInfo leader = follower.coordinator().leader().orElseThrow();
        // A participant's own address: the follower asks itself.
        var stub = CoordinatorServiceGrpc.newBlockingStub(follower.coordinator()
                .mesh()
                .channel("coord:///participant/" + follower.coordinator().id()));

        assertThatThrownBy(() -> stub.submitWorldOp(SubmitWorldOpRequest.getDefaultInstance()))
                .satisfies(refusal -> assertThat(NotLeaderStatus.of(refusal))
                        .hasValueSatisfying(
                                notLeader -> assertThat(notLeader.leader()).contains(leader.participant())));
        assertThatThrownBy(() -> stub.watchWorldSeqno(WatchWorldSeqnoRequest.getDefaultInstance())
                        .next())
                .satisfies(refusal -> assertThat(NotLeaderStatus.of(refusal)).isPresent());
    }

    @Test
    void readsGoOnWhileThereIsNoLeader() throws InterruptedException {
        commit(3);
        two.viewUpTo(3);
        one.coordinator().stepDown(Duration.ofSeconds(1));
        two.coordinator().stepDown(Duration.ofSeconds(1));

        assertThat(two.world().state().countObjects()).isEqualTo(1);
        assertThat(two.world().awaitSeqno(4, Duration.ofMillis(1))).isFalse();

        commit(1);
        assertThat(two.world().awaitSeqno(4, Patience.LIMIT)).isTrue();
    }

    @Test
    void theFollowersEngineOnlyReads() throws InterruptedException {
        commit(1);
        FollowerEngine engine = group.follower().handler().followerEngine();
        assertThat(engine.awaitSeqno(1, Patience.LIMIT)).isTrue();

        assertThatThrownBy(() -> engine.newTransaction(true)).isInstanceOf(ReadOnlyWorldException.class);
        assertThat(engine.submit(WorldWrite.delete("a"), "id", Ops.SENDER))
                .isCompletedExceptionally()
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(ReadOnlyWorldException.class);
        try (WorldTransaction transaction = engine.newTransaction(false)) {
            assertThat(transaction.state().readOnly()).isTrue();
            assertThat(transaction.state().object("a/x")).isPresent();
            assertThat(transaction.commit()).isEqualTo(engine.seqno());
        }
        byte[] content = engine.accessWorldState(ObjectRef.of(new byte[] {46}), StorageCursor::read);
        assertThat(content).containsExactly(46);
        assertThat(engine.buildStorageCursor().ref()).isEqualTo(ObjectRef.EMPTY);
    }
}
