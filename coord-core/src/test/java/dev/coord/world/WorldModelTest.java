package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.testing.FaultyWorld;
import dev.coord.world.RandomWrites.Write;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random writes against a simple model: the leader, the followers, the log and the tables all say the same. */
class WorldModelTest {
    private static final int WRITES = 200;

    @TempDir
    private Path directory;

    private WorldGroup group;
    private Member leader;
    private Member follower;
    private Store store;

    @BeforeEach
    void start() {
        group = new WorldGroup(directory);
        leader = group.join();
        follower = group.join();
        store = group.openStore();
    }

    @AfterEach
    void stop() {
        group.close();
        store.close();
    }

    private static Replica replica(Member member) {
        return member.handler().followerEngine().replica();
    }

    private static Map<Long, Snapshot> collect(Member member) {
        Map<Long, Snapshot> seen = new ConcurrentHashMap<>();
        var unused = replica(member)
                .onAdvance(seqno -> seen.put(seqno, replica(member).snapshot()));
        return seen;
    }

    private Snapshot load(WorldStore world) {
        return new WorldLoader(world, "default").load(entry -> {});
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void allSnapshotsAreWhatTheModelWas(long seed) {
        Map<Long, Snapshot> leaders = collect(leader);
        Map<Long, Snapshot> followers = collect(follower);
        var writes = new RandomWrites(seed);
        var world = new ModelledWorld(seed);
        int refused = 0;
        for (int i = 0; i < WRITES; i++) {
            // Not in turn: who reads its own write has it, the other one may be behind.
            Member member = i % 3 == 0 ? leader : follower;
            follower.viewUpTo(world.seqno());
            refused += world.write(member, writes.next()) ? 1 : 0;
        }
        follower.viewUpTo(world.seqno());

        assertThat(refused).as("refusals of seed %s", seed).isBetween(WRITES / 20, WRITES * 3 / 4);
        assertThat(leaders.keySet()).hasSize((int) world.seqno());
        assertThat(followers).isNotEmpty();
        leaders.forEach(world::check);
        followers.forEach(world::check);
        Snapshot replayed = Snapshot.EMPTY;
        for (LogEntry entry : follower.world().changes(0, WRITES)) {
            replayed = replayed.after(entry);
            world.check(entry.seqno(), replayed);
        }
        assertThat(replayed.seqno()).isEqualTo(world.seqno());
        world.check(world.seqno(), load(store.world()));
    }

    @Test
    void aWorldThatChangesWhileItIsReadIsReadAsOfOneCommit() {
        var writes = new RandomWrites(5);
        var world = new ModelledWorld(5);
        List<Write> many = new ArrayList<>();
        for (int i = 0; i < 2100; i++) {
            many.add(RandomWrites.create("ü" + (10_000 + i), new byte[0]));
        }
        assertThat(world.write(leader, many)).isFalse();
        while (store.world().checkpoint("default", 1_000_000) < world.seqno()) {
            assertThat(store.world().head("default").seqno()).isEqualTo(world.seqno());
        }
        var pages = new ArrayList<String>();
        WorldStore changing = FaultyWorld.of(store.world(), call -> {}, call -> {
            if (call.equals("objects") || call.equals("quads")) {
                pages.add(call);
                for (int i = 0; i < 6; i++) {
                    world.write(leader, writes.next());
                    world.write(leader, List.of(RandomWrites.incrementRev("ü" + (10_000 + 31L * i))));
                }
                store.world().checkpoint("default", 1000);
            }
        });

        for (int i = 0; i < 2; i++) {
            Snapshot loaded = load(changing);

            assertThat(pages).as("pages of objects, and one of quads").hasSizeGreaterThanOrEqualTo(4);
            world.check(world.seqno(), loaded);
        }
    }

    @Test
    void aLeaderThatTookOverGoesOnWithTheSameWorld() {
        var writes = new RandomWrites(6);
        var world = new ModelledWorld(6);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 30; i++) {
                follower.viewUpTo(world.seqno());
                world.write(follower, writes.next());
            }
            Member old = group.leader();
            group.changeLeader();
            Member next = old.equals(leader) ? follower : leader;
            next.viewUpTo(world.seqno());
            world.check(world.seqno(), replica(next).snapshot());
        }
        world.check(world.seqno(), load(store.world()));
    }
}
