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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What listeners hear, and in which order. */
class WatchersTest {
    private final Watchers watchers = new Watchers(50_000);
    private final Thread thread = new Thread(watchers, "watchers");
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final List<LogEntry> committed = new CopyOnWriteArrayList<>();
    private volatile Snapshot now = Snapshot.EMPTY;

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
        var entry = entry(changes);
        watchers.publish(List.of(entry), now);
        return new Event(entry.seqno(), new Term(7), entry.changes());
    }

    /** The next entry of the log, of which nobody was told. */
    private LogEntry entry(WorldChange... changes) {
        var entry = new LogEntry(
                now.seqno() + 1,
                new Term(7),
                "id-" + now.seqno(),
                "type",
                "sender",
                List.of(changes),
                WorldResult.ofFound(true),
                Instant.EPOCH,
                0,
                Term.NONE);
        now = now.after(entry);
        committed.add(entry);
        return entry;
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

    @Test
    void whenTheWorldWentBackEachListenerGetsAFreshStart() {
        log(1);
        List<Event> resumed = new CopyOnWriteArrayList<>();
        Registration unused = watchers.add("", heard::add);
        Registration unusedToo = watchers.add(WorldWatch.of("").after(0), resumed::add);
        List<Event> expected = new ArrayList<>();
        expected.add(commit(set("a", 1)));
        Snapshot first = now;
        expected.add(commit(set("a", 2), set("b", 1)));
        expected.add(commit(set("a", 3)));
        await().untilAsserted(() -> assertThat(resumed).isEqualTo(expected));

        committed.subList(1, 3).clear();
        reload(first);
        expected.add(new Event(1, new Term(7), List.of(set("a", 1)), true, Map.of()));
        expected.add(commit(set("c", 1)));

        awaitHeard(expected.toArray(new Event[0]));
        await().untilAsserted(() -> assertThat(resumed).isEqualTo(expected));
    }

    @Test
    void thatTheWorldWentBackIsToldAlsoToWhoIsFarBehind() throws InterruptedException {
        log(1);
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        Registration unused = watchers.add(WorldWatch.of("").after(0), event -> {
            heard.add(event);
            if (event.seqno() == 2) {
                entered.countDown();
                awaitUninterruptibly(goOn);
            }
        });
        commit(set("a", 1));
        Snapshot first = now;
        commit(set("b", 1));
        assertThat(entered.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        committed.subList(1, 2).clear();
        reload(first);
        for (int i = 1; i <= 1000; i++) {
            commit(set("c", i));
        }

        goOn.countDown();

        await().until(() -> heard.get(heard.size() - 1).seqno() == 1001);
        assertThat(heard.get(2).fresh()).isTrue();
        assertThat(heard.get(2).changes()).contains(set("a", 1)).doesNotContain(set("b", 1));
        assertThat(heard.subList(2, heard.size())).extracting(Event::seqno).isSorted();
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

    /** Nobody is so far behind that commits are told of together. */
    private void awaitHeardNow() {
        await().pollInterval(Duration.ofMillis(1)).until(() -> heard.size() == now.seqno());
    }

    /** A listener that waits in its first event until told to go on, on an executor of its own. */
    private static final class Slow implements AutoCloseable {
        private final ExecutorService executor = Executors.newSingleThreadExecutor();
        private final CountDownLatch entered = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final List<Event> heard = new CopyOnWriteArrayList<>();

        void hear(Event event) {
            heard.add(event);
            if (heard.size() == 1) {
                entered.countDown();
                awaitUninterruptibly(goOn);
            }
        }

        @Override
        public void close() {
            goOn.countDown();
            executor.shutdownNow();
        }
    }

    @Test
    void oneOnAnExecutorOfItsOwnDelaysNobodyAndGetsAFreshStartIfItIsTooSlow() {
        try (var slow = new Slow()) {
            Registration unused = watchers.add("", heard::add);
            Registration own = watchers.add(WorldWatch.of("").on(slow.executor), slow::hear);
            Event first = commit(set("a", 1));
            awaitUninterruptibly(slow.entered);
            for (int i = 2; i <= 300; i++) {
                commit(set("a", i), set("b-" + i % 3, i));
                awaitHeardNow();
            }
            assertThat(slow.heard).containsExactly(first);

            slow.goOn.countDown();

            await().until(() -> slow.heard.size() == 2);
            Event fresh = slow.heard.get(1);
            assertThat(fresh.fresh()).isTrue();
            assertThat(fresh.seqno()).isEqualTo(300);
            assertThat(fresh.changes()).contains(set("a", 300)).hasSize(4);
            Event next = commit(set("a", 301));
            await().untilAsserted(() -> assertThat(slow.heard).containsExactly(first, fresh, next));
            own.close();
            commit(set("a", 302));
            await().until(() -> heard.size() == 302);
            assertThat(slow.heard).hasSize(3);
        }
    }

    @Test
    void oneThatNamedACommitGoesOnFromTheLogWhenItWasTooSlow() {
        log(1);
        try (var slow = new Slow()) {
            Registration unused = watchers.add("", heard::add);
            Registration own = watchers.add(WorldWatch.of("").after(0).on(slow.executor), slow::hear);
            commit(set("a", 1));
            awaitUninterruptibly(slow.entered);
            for (int i = 2; i <= 300; i++) {
                commit(set("a", i));
                awaitHeardNow();
            }

            slow.goOn.countDown();

            await().untilAsserted(() -> assertThat(slow.heard).isEqualTo(heard));
            own.close();
        }
    }

    @Test
    void whatAnExecutorRefusedIsMissed() {
        var refuses = new AtomicBoolean(true);
        List<Event> own = new CopyOnWriteArrayList<>();
        Registration unused = watchers.add("", heard::add);
        Registration unusedToo = watchers.add(
                WorldWatch.of("").on(task -> {
                    if (refuses.get()) {
                        throw new RejectedExecutionException("on purpose");
                    }
                    task.run();
                }),
                own::add);
        commit(set("a", 1));
        commit(set("b", 1));
        await().until(() -> heard.size() == 2);
        refuses.set(false);

        Event last = commit(set("b", 2));

        await().until(() -> !own.isEmpty());
        assertThat(own.get(0).fresh()).isTrue();
        assertThat(own.get(0).seqno()).isEqualTo(last.seqno());
        assertThat(own.get(0).changes()).containsExactly(set("a", 1), set("b", 2));
    }

    @Test
    void whoComesAfterTheWorldWentBackHearsOfWhatFollowsAlone() {
        var entered = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        List<Event> late = new CopyOnWriteArrayList<>();
        Registration unused = watchers.add("", event -> {
            heard.add(event);
            entered.countDown();
            awaitUninterruptibly(goOn);
        });
        commit(set("a", 1));
        awaitUninterruptibly(entered);
        now = now.at(now.seqno(), new Term(8));
        watchers.publishReset(now);
        Registration unusedToo = watchers.add("", late::add);
        goOn.countDown();
        await().until(() -> heard.size() == 2);
        assertThat(heard.get(1).fresh()).as("whoever was there before").isTrue();

        Event next = commit(set("a", 2));

        await().untilAsserted(() -> assertThat(late).containsExactly(next));
    }

    /** Commits from {@code first} on are in the log. */
    private void log(long first) {
        watchers.readLogWith(after -> {
            if (after + 1 < first) {
                return null;
            }
            // A page at a time.
            List<LogEntry> page = committed.stream()
                    .filter(entry -> entry.seqno() > after)
                    .limit(3)
                    .toList();
            return new WorldLoader.Tail(page, first - 1, now.seqno(), now.term());
        });
    }

    @Test
    void aListenerGoesOnAfterTheCommitThatItNames() {
        List<Event> all = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            all.add(commit(set("a", i)));
        }
        Registration unused = watchers.add(WorldWatch.of("").after(2), heard::add);
        log(1);
        awaitHeard(all.subList(2, 10).toArray(new Event[0]));
        all.add(commit(set("a", 11)));
        awaitHeard(all.subList(2, 11).toArray(new Event[0]));
    }

    @Test
    void oneThatThrowsGoesOnToo() {
        for (int i = 1; i <= 10; i++) {
            commit(set("a", i));
        }
        log(1);
        Registration unused = watchers.add(WorldWatch.of("").after(0), event -> {
            heard.add(event);
            throw new IllegalStateException("on purpose");
        });
        await().until(() -> heard.size() == 10);
        assertThat(heard).extracting(Event::seqno).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void oneThatIsTooLateGetsAFreshStartAndGoesOnFromThere() {
        GraphQuad quad = GraphQuad.of("a/1", "p", "a/1");
        commit(set("a/1", 1), set("a/2", 1), set("b", 1));
        commit(new ObjectDeleted("a/2"), new QuadSet(quad));
        commit(set("a/1", 2));
        log(3);
        Registration unused = watchers.add(WorldWatch.of("a/").after(1), heard::add);
        await().until(() -> heard.size() == 1);
        Event last = commit(set("a/1", 3));
        awaitHeard(new Event(3, new Term(7), List.of(set("a/1", 2), new QuadSet(quad)), true, Map.of()), last);
    }

    @Test
    void nothingIsAFreshStartToo() {
        commit(set("a", 1));
        commit(new ObjectDeleted("a"));
        log(3);
        Registration unused = watchers.add(WorldWatch.of("a").after(1), heard::add);
        awaitHeard(new Event(2, new Term(7), List.of(), true, Map.of()));
    }

    @Test
    void oneThatKnowsALaterCommitHearsOfThoseAfterIt() {
        Registration unused = watchers.add(WorldWatch.of("").after(2), heard::add);
        log(1);
        commit(set("a", 1));
        commit(set("a", 2));
        awaitHeard(commit(set("a", 3)));
    }

    @Test
    void whenTheWorldIsLoadedOneThatNamesACommitHearsOfEachOne() {
        Registration unused = watchers.add(WorldWatch.of("").after(1), heard::add);
        List<Event> all = new ArrayList<>();
        // As long as it is not loaded, nobody hears of these.
        for (int i = 1; i <= 5; i++) {
            var entry = entry(set("a", i));
            all.add(new Event(entry.seqno(), new Term(7), entry.changes()));
        }
        log(1);
        reload(now);
        awaitHeard(all.subList(1, 5).toArray(new Event[0]));
    }

    @Test
    void whatWasThereBeforeIsToldToWhoeverWantsIt() {
        commit(set("a", 1), set("b", 1), set("c", 1));
        Registration unused = watchers.add(WorldWatch.of("").withPrevious(), heard::add);
        commit(set("a", 2), set("new", 1), new ObjectDeleted("b"));
        commit(set("a", 3), new ObjectRenamed("c", "d", ObjectRef.EMPTY, 1, 0, ObjectLifetime.UNLIMITED));
        await().until(() -> heard.size() == 2);
        assertThat(heard.get(0).previous()).isEqualTo(Map.of("a", before(1), "b", before(1)));
        assertThat(heard.get(1).previous()).isEqualTo(Map.of("a", before(2), "c", before(1)));
    }

    @Test
    void ofCommitsThatAreOverItHasWhatItHasHeard() {
        commit(set("a", 1));
        commit(set("a", 2), set("b", 1));
        commit(set("a", 3), new ObjectDeleted("b"));
        log(1);
        Registration unused = watchers.add(WorldWatch.of("").after(1).withPrevious(), heard::add);
        await().until(() -> heard.size() == 2);
        assertThat(heard.get(0).previous()).isEmpty();
        assertThat(heard.get(1).previous()).isEqualTo(Map.of("a", before(2), "b", before(1)));
        commit(set("a", 4));
        await().until(() -> heard.size() == 3);
        assertThat(heard.get(2).previous()).isEqualTo(Map.of("a", before(3)));
    }

    private static WorldListener.Before before(long rev) {
        return new WorldListener.Before(ObjectRef.EMPTY, rev, 0, ObjectLifetime.UNLIMITED);
    }
}
