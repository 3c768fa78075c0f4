package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.store.Store;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Followers that come too late for the log. */
class TruncatedLogTest {
    private static final WorldSettings SETTINGS = WorldGroup.PATIENT.withResults(Duration.ofMillis(1), 1);

    @TempDir
    private Path directory;

    private WorldGroup group;
    private Member leader;
    private Store store;
    private Replica late;

    @BeforeEach
    void start() {
        group = new WorldGroup(directory, SETTINGS);
        leader = group.join();
        store = group.openStore();
        late = FollowerEngine.of("default", store.world(), store.signal(), SETTINGS)
                .replica();
    }

    @AfterEach
    void stop() {
        late.watchers().close();
        group.close();
        store.close();
    }

    private void awaitTruncated() {
        long seqno = leader.world().seqno();
        await().until(() -> store.world().head("default").truncatedSeqno() >= seqno);
    }

    @Test
    void aFollowerThatTheLogDoesNotReachReadsTheWholeWorld() {
        WorldState world = leader.world().state();
        world.createObject("a", ObjectRef.EMPTY);
        world.createObject("b", ObjectRef.EMPTY);
        world.createObject("c", ObjectRef.EMPTY);
        world.setQuad(GraphQuad.of("a", "p", "b"));
        late.follow();
        assertThat(late.snapshot().objects()).hasSize(3);
        List<WorldListener.Event> heard = new CopyOnWriteArrayList<>();
        List<WorldListener.Event> heardOfC = new CopyOnWriteArrayList<>();
        var watcher = new Thread(late.watchers(), "watcher");
        watcher.setDaemon(true);
        watcher.start();
        var all = late.watchers().add("", heard::add);
        var some = late.watchers().add("c", heardOfC::add);

        world.setQuad(GraphQuad.of("b", "p", "a"));
        world.deleteObject("b");
        world.createObject("d", ObjectRef.of(new byte[] {1}));
        world.setQuad(GraphQuad.of("d", "p", "d"));
        awaitTruncated();
        late.follow();

        assertThat(late.seqno()).isEqualTo(leader.world().seqno());
        assertThat(Model.of(late.snapshot()))
                .isEqualTo(Model.of(leader.handler().followerEngine().replica().snapshot()));
        await().until(() -> heard.size() == 1);
        assertThat(heard.get(0).seqno()).isEqualTo(late.seqno());
        assertThat(heard.get(0).changes())
                .containsExactlyInAnyOrder(
                        new QuadDeleted(GraphQuad.of("a", "p", "b")),
                        new ObjectDeleted("b"),
                        new ObjectSet(
                                "a",
                                ObjectRef.EMPTY,
                                4,
                                late.snapshot().object("a").modSeqno(),
                                ObjectLifetime.UNLIMITED),
                        new ObjectSet(
                                "d",
                                ObjectRef.of(new byte[] {1}),
                                2,
                                late.snapshot().object("d").modSeqno(),
                                ObjectLifetime.UNLIMITED),
                        new QuadSet(GraphQuad.of("d", "p", "d")));
        assertThat(heardOfC).isEmpty();
        all.close();
        some.close();
    }

    @Test
    void aParticipantThatJoinsLaterHasTheWholeWorld() {
        WorldState world = leader.world().state();
        for (int i = 0; i < 20; i++) {
            world.createObject("key-" + i, ObjectRef.EMPTY);
        }
        awaitTruncated();

        Member later = group.join();

        assertThat(later.viewUpTo(leader.world().seqno()).countObjects()).isEqualTo(20);
        assertThat(later.world().changes(0, 100)).isEmpty();
        later.world().state().createObject("more", ObjectRef.EMPTY);
        assertThat(leader.world().state().countObjects()).isEqualTo(21);
    }

    @Test
    void aLeaderThatTakesOverKeepsTruncating() {
        Member other = group.join();
        for (int i = 0; i < 5; i++) {
            other.world().state().createObject("first-" + i, ObjectRef.EMPTY);
        }
        group.changeLeader();
        other.world().state().createObject("second", ObjectRef.EMPTY);
        leader = other;

        awaitTruncated();
    }

    @Test
    void anIdThatSaysSinceWhenItIsThereIsRefusedWhenNobodyKnowsAnyMore() {
        Member follower = group.join();
        String id = follower.world().newOperationId();
        WorldResult first = follower.world().submit(id, Ops.op("append", "a=x"));
        assertThat(Ops.text(first)).isEqualTo("x");
        awaitTruncated();
        await().until(() ->
                leader.handler().followerEngine().replica().results().find(id) == null);

        for (Member member : List.of(leader, follower)) {
            assertThatThrownBy(() -> member.world().submit(id, Ops.op("append", "a=x")))
                    .isInstanceOf(OutcomeUnknownException.class)
                    .hasMessageContaining(id);
        }
        assertThat(leader.world().state().object("a").orElseThrow().rev()).isEqualTo(2);
    }

    @Test
    void aResultThatWasTruncatedIsForgottenWithItsLogEntry() {
        WorldResult first = leader.world().submit("id", Ops.op("append", "a=x"));
        awaitTruncated();
        await().until(() ->
                leader.handler().followerEngine().replica().results().find("id") == null);

        WorldResult second = leader.world().submit("id", Ops.op("append", "a=x"));

        assertThat(second.seqno()).isEqualTo(first.seqno() + 1);
        assertThat(Ops.text(second)).isEqualTo("xx");
    }
}
