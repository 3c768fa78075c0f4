package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldWriter;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import dev.coord.world.WorldChange.ObjectSet;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A replica whose store has another world all of a sudden, as after an older file was put in its place. */
class ReplacedWorldTest {
    private static final String GROUP = "group";
    private static final ParticipantId LEADER = new ParticipantId("leader");

    private final Store before = TestStores.local(TestStores.memory());
    private final Store after = TestStores.local(TestStores.memory());
    private Store now = before;
    private String failing = "";
    private final WorldStore store = (WorldStore) Proxy.newProxyInstance(
            WorldStore.class.getClassLoader(), new Class<?>[] {WorldStore.class}, (proxy, method, arguments) -> {
                if (method.getName().equals(failing)) {
                    throw new StoreUnavailableException("no answer, on purpose", null);
                }
                return method.invoke(now.world(), arguments);
            });
    private final Watchers watchers = new Watchers(1_000_000);
    private final Thread telling = new Thread(watchers);
    private final List<WorldListener.Event> heard = new CopyOnWriteArrayList<>();
    private final Replica replica =
            new Replica(new WorldLoader(store, GROUP), new Blocks(store, GROUP, 1000), watchers, 1_000_000);

    @BeforeEach
    void listen() {
        var unused = watchers.add("", heard::add);
        telling.start();
    }

    @AfterEach
    void close() throws InterruptedException {
        watchers.close();
        telling.join(Patience.MILLIS);
        before.close();
        after.close();
    }

    private static WorldWriter begin(Store in, long term) {
        in.leases().put(Lease.free(GROUP, new Term(term)).withHolder(LeaseHolder.of(LEADER)));
        var writer = new WorldWriter(GROUP, LEADER, new Term(term));
        assertThat(in.world().begin(writer).accepted()).isTrue();
        return writer;
    }

    private static void commit(Store to, long term, long seqno, long previousTerm, String key) {
        WorldWriter writer = begin(to, term);
        var entry = new LogEntry(
                seqno,
                new Term(term),
                key + seqno,
                "type",
                "sender",
                List.of(new ObjectSet(key, ObjectRef.EMPTY, seqno, seqno, ObjectLifetime.UNLIMITED)),
                WorldResult.ofFound(true).committed(seqno, new Term(term)),
                Instant.EPOCH,
                1,
                new Term(previousTerm));
        assertThat(to.world()
                        .commit(writer, seqno - 1, List.of(WorldCodec.encoded(entry)), List.of())
                        .accepted())
                .isTrue();
    }

    private void follow(String... keys) {
        replica.follow();
        assertThat(replica.snapshot().objects()).containsOnlyKeys(keys);
    }

    @Test
    void oneThatIsBehindIsReadAnew() {
        commit(before, 1, 1, 0, "a");
        commit(before, 1, 2, 1, "b");
        follow("a", "b");
        commit(after, 1, 1, 0, "a");
        now = after;

        follow("a");

        assertThat(replica.seqno()).isEqualTo(1);
        commit(after, 2, 2, 1, "c");
        follow("a", "c");
    }

    @Test
    void oneThatWentOnFromAnEarlierTermIsReadAnew() {
        commit(before, 1, 1, 0, "a");
        commit(before, 2, 2, 1, "b");
        follow("a", "b");
        commit(after, 1, 1, 0, "a");
        commit(after, 1, 2, 1, "c");
        commit(after, 3, 3, 1, "d");
        now = after;

        follow("a", "c", "d");

        assertThat(replica.results().find("b2"))
                .as("what was lost did not happen")
                .isNull();
        assertThat(replica.results().find("c2")).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneThatIsEquallyFarOnAnotherWayIsReadAnew(boolean inTheSameTerm) {
        long last = inTheSameTerm ? 1 : 3;
        commit(before, 1, 1, 0, "a");
        commit(before, 1, 2, 1, "b");
        follow("a", "b");
        commit(after, 1, 1, 0, "a");
        commit(after, last, 2, 1, "c");
        begin(after, 4);
        now = after;
        assertThat(replica.isAt(store.head(GROUP))).isFalse();

        follow("a", "c");

        assertThat(replica.isAt(store.head(GROUP))).isTrue();
        assertThat(replica.resets()).isEqualTo(1);
        assertThat(replica.lastReset())
                .usingRecursiveComparison()
                .ignoringFields("at")
                .isEqualTo(new WorldReset(Instant.EPOCH, 2, new Term(1), 2, new Term(last), 1));
        await().untilAsserted(() -> assertThat(heard)
                .extracting(WorldListener.Event::seqno, WorldListener.Event::fresh)
                .containsExactly(tuple(2L, false), tuple(2L, true)));
        commit(after, 4, 3, last, "d");
        follow("a", "c", "d");
        assertThat(replica.resets()).isEqualTo(1);
    }

    @Test
    void anotherLeaderIsNoReasonToReadItAnew() {
        commit(before, 1, 1, 0, "a");
        follow("a");
        begin(before, 2);
        failing = "objects";

        follow("a");
        commit(before, 3, 2, 1, "b");
        follow("a", "b");

        assertThat(replica.resets()).isZero();
    }

    @Test
    void aLogThatIsTruncatedIsNoReasonToReadItAnew() {
        commit(before, 1, 1, 0, "a");
        follow("a");
        var writer = begin(before, 2);
        assertThat(before.world().checkpoint(GROUP, 1000)).isEqualTo(1);
        assertThat(before.world().truncate(writer, 1).head().truncatedSeqno()).isEqualTo(1);
        failing = "objects";

        follow("a");

        assertThat(replica.isAt(store.head(GROUP))).isTrue();
        assertThat(replica.resets()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneWhoseReadingFailedIsReadAnewTheNextTime(boolean leads) {
        commit(before, 1, 1, 0, "a");
        commit(before, 2, 2, 1, "b");
        follow("a", "b");
        commit(after, 1, 1, 0, "a");
        commit(after, 1, 2, 1, "c");
        commit(after, 3, 3, 1, "d");
        now = after;
        failing = "objects";
        assertThatThrownBy(replica::follow).isInstanceOf(StoreUnavailableException.class);
        failing = "";

        if (leads) {
            replica.lead(this);
        } else {
            replica.follow();
        }

        assertThat(replica.snapshot().objects()).containsOnlyKeys("a", "c", "d");
        assertThat(replica.results().find("b2")).isNull();
        assertThat(replica.results().find("c2")).isNotNull();
    }
}
