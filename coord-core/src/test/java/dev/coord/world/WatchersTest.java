package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.testing.Patience;
import dev.coord.world.WorldChange.ObjectDeleted;
import dev.coord.world.WorldChange.ObjectRenamed;
import dev.coord.world.WorldChange.ObjectSet;
import dev.coord.world.WorldChange.QuadDeleted;
import dev.coord.world.WorldChange.QuadSet;
import dev.coord.world.WorldListener.Event;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What listeners hear, and in which order. */
class WatchersTest {
    private final Watchers watchers = new Watchers();
    private final Thread thread = new Thread(watchers, "watchers");
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private Snapshot now = Snapshot.EMPTY;

    @BeforeEach
    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    @AfterEach
    void stop() throws InterruptedException {
        watchers.close();
        thread.join(Patience.MILLIS);
        assertThat(thread.isAlive()).isFalse();
    }

    private Event commit(WorldChange... changes) {
        var entry = new LogEntry(
                now.seqno() + 1,
                new Term(7),
                "id-" + now.seqno(),
                "type",
                "sender",
                List.of(changes),
                WorldResult.ofFound(true),
                Instant.EPOCH);
        now = now.after(entry);
        watchers.publish(List.of(entry), now);
        return new Event(entry.seqno(), new Term(7), entry.changes());
    }

    /** The world goes on by something that nobody knows in detail. */
    private void reload(Snapshot after) {
        now = after;
        watchers.publish(List.of(), after);
    }

    private static ObjectSet set(String key, long rev) {
        return new ObjectSet(key, ObjectRef.EMPTY, rev, 0, ObjectLifetime.UNLIMITED);
    }

    private void awaitHeard(Event... events) {
        await().untilAsserted(() -> assertThat(heard).containsExactly(events));
    }

    @Test
    void eachCommitIsHeardOnceAndInOrder() {
        Registration unused = watchers.add("", heard::add);

        Event first = commit(set("a", 1));
        Event second = commit(set("a", 2), set("b", 1));
        Event third = commit(new ObjectDeleted("a"));

        awaitHeard(first, second, third);
    }

    @Test
    void onlyWhatConcernsThePrefixIsHeard() {
        GraphQuad toA = GraphQuad.of("b", "p", "a/x");
        Registration unused = watchers.add("a/", heard::add);

        commit(set("a", 1));
        Event own = commit(set("b", 1), set("a/x", 1));
        Event in = commit(new ObjectRenamed("b", "a/b", ObjectRef.EMPTY, 1, 0, ObjectLifetime.UNLIMITED));
        Event out = commit(new ObjectRenamed("a/b", "b", ObjectRef.EMPTY, 1, 0, ObjectLifetime.UNLIMITED));
        Event quad = commit(new QuadSet(toA), new QuadSet(GraphQuad.of("b", "p", "b")));
        Event gone = commit(new QuadDeleted(toA));
        commit();

        awaitHeard(
                new Event(own.seqno(), new Term(7), List.of(set("a/x", 1))),
                in,
                out,
                new Event(quad.seqno(), new Term(7), List.of(new QuadSet(toA))),
                gone);
    }

    @Test
    void whatWasBeforeIsNotHeard() {
        commit(set("a", 1));
        Registration registration = watchers.add("", heard::add);
        Event second = commit(set("a", 2));
        awaitHeard(second);

        registration.close();
        commit(set("a", 3));
        List<Event> others = new CopyOnWriteArrayList<>();
        Registration unused = watchers.add("", others::add);
        commit(set("a", 4));

        await().until(() -> others.size() == 1);
        assertThat(heard).containsExactly(second);
    }

    @Test
    void whatBecameOfAReloadedWorldIsHeardAsItsDifferences() {
        Registration unused = watchers.add("", heard::add);
        GraphQuad quad = GraphQuad.of("a", "p", "a");
        Event first = commit(set("a", 1), set("b", 1), set("c", 1), new QuadSet(quad));

        reload(now.with(set("a", 5))
                .with(new ObjectDeleted("b"))
                .with(set("d", 1))
                .with(new QuadDeleted(quad))
                .with(new QuadSet(GraphQuad.of("a", "q", "d")))
                .at(10, new Term(8)));
        Event last = commit(set("d", 2));

        Event differences = new Event(
                10,
                new Term(8),
                List.of(
                        new QuadDeleted(quad),
                        new ObjectDeleted("b"),
                        set("a", 5),
                        set("d", 1),
                        new QuadSet(GraphQuad.of("a", "q", "d"))));
        awaitHeard(first, differences, last);
    }

    @Test
    void aListenerThatIsFarBehindHearsOfTheDifferencesAndThenOfEachCommit() throws InterruptedException {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Registration unused = watchers.add("", event -> {
            heard.add(event);
            if (event.seqno() == 1) {
                entered.countDown();
                awaitUninterruptibly(goOn);
            }
        });
        commit(set("a", 1));
        assertThat(entered.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        for (int i = 2; i <= 10_001; i++) {
            commit(set("a", i), set("key-" + i % 3, i));
        }
        commit(set("a", 10_002));
        Event last = commit(set("b", 1));

        goOn.countDown();

        await().until(() -> !heard.isEmpty() && heard.get(heard.size() - 1).equals(last));
        assertThat(heard)
                .extracting(Event::seqno)
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSizeLessThan(100);
        Snapshot told = Snapshot.EMPTY;
        for (Event event : heard) {
            for (WorldChange change : event.changes()) {
                told = told.with(change);
            }
        }
        assertThat(Model.of(told)).as("nothing was left out").isEqualTo(Model.of(now));
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            assertThat(latch.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aListenerThatThrowsKeepsNobodyFromHearing() {
        Registration throwing = watchers.add("", event -> {
            throw new AssertionError("on purpose");
        });
        Registration interrupting =
                watchers.add("", event -> Thread.currentThread().interrupt());
        Registration unused = watchers.add("", heard::add);

        Event first = commit(set("a", 1));
        Event second = commit(set("a", 2));

        awaitHeard(first, second);
        throwing.close();
        interrupting.close();
    }

    @Test
    void aListenerMayRegisterOthersAndRemoveItself() {
        List<Event> later = new CopyOnWriteArrayList<>();
        Registration[] own = new Registration[1];
        own[0] = watchers.add("", event -> {
            heard.add(event);
            own[0].close();
            var unused = watchers.add("", later::add);
        });

        Event first = commit(set("a", 1));
        awaitHeard(first);
        Event second = commit(set("a", 2));

        await().untilAsserted(() -> assertThat(later).containsExactly(second));
        assertThat(heard).containsExactly(first);
    }
}
