package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.StoreException;
import dev.coord.Term;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldWriter;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import dev.coord.time.NanoClock;
import dev.coord.world.ChaosOperations.Add;
import dev.coord.world.ChaosOperations.CompareAndSet;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a leader does that has woken, and does not know yet that it is deposed. */
class DeposedLeaderTest {
    private static final OtherVersions ALONE =
            new OtherVersions(Ops.SENDER, Set.of(), List::of, process -> false, pause -> {}, NanoClock.system());

    private static final String GROUP = "group";
    private static final ParticipantId SELF = new ParticipantId("self");

    @Test
    void itsRefusalsAreNoAnswers() throws Exception {
        var leadership = new FakeLeadership();
        try (Store store = TestStores.local(TestStores.memory())) {
            assertThat(store.leases()
                            .claim(LeaseClaim.first(GROUP, LeaseHolder.of(SELF), "nonce"))
                            .accepted())
                    .isTrue();
            var replica = new Replica(
                    new WorldLoader(store.world(), GROUP),
                    new Blocks(store.world(), GROUP, 1000),
                    new Watchers(1_000_000),
                    1_000_000);
            try (var engine = new LeaderEngine(
                    leadership,
                    replica,
                    store.world(),
                    new StuckOperations(ChaosOperations.LOOKUP),
                    WorldSettings.defaults(),
                    new WorldMonitors(),
                    ALONE,
                    owners -> Set.of(),
                    failure -> {})) {
                engine.start();
                assertThat(submit(engine, new Add(), "add").get().seqno()).isEqualTo(1);
                var mismatch = new CompareAndSet("register", 1, 2);
                assertThatThrownBy(() -> submit(engine, mismatch, "held").get())
                        .hasCauseInstanceOf(OperationRejectedException.class);
                assertThat(engine.submit(WorldWrite.sync(), "sync", SELF).get().seqno())
                        .isEqualTo(1);
                leadership.held = false;
                assertThatThrownBy(() -> submit(engine, mismatch, "deposed").get())
                        .hasCauseInstanceOf(WorldUnavailableException.class);
                assertThatThrownBy(() -> engine.submit(WorldWrite.sync(), "late", SELF)
                                .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                                .get())
                        .hasCauseInstanceOf(WorldUnavailableException.class);
            }
        }
    }

    @Test
    void oneThatFindsTheWorldElsewhereThoughItLeadsTellsItsFailure() throws Exception {
        var failed = new CompletableFuture<Throwable>();
        try (Store before = TestStores.local(TestStores.memory());
                Store older = TestStores.local(TestStores.memory())) {
            for (Store each : List.of(before, older)) {
                var claim = LeaseClaim.first(GROUP, LeaseHolder.of(SELF), "nonce");
                assertThat(each.leases().claim(claim).accepted()).isTrue();
            }
            var writer = new WorldWriter(GROUP, SELF, new Term(1));
            assertThat(older.world().begin(writer).accepted()).isTrue();
            var now = new AtomicReference<Store>(before);
            var world = (WorldStore) Proxy.newProxyInstance(
                    WorldStore.class.getClassLoader(),
                    new Class<?>[] {WorldStore.class},
                    (proxy, method, arguments) -> method.invoke(now.get().world(), arguments));
            var replica = new Replica(
                    new WorldLoader(world, GROUP), new Blocks(world, GROUP, 1000), new Watchers(1_000_000), 1_000_000);
            try (var engine = new LeaderEngine(
                    new FakeLeadership(),
                    replica,
                    world,
                    new StuckOperations(ChaosOperations.LOOKUP),
                    WorldSettings.defaults(),
                    new WorldMonitors(),
                    ALONE,
                    owners -> Set.of(),
                    failed::complete)) {
                engine.start();
                for (long seqno = 1; seqno <= 2; seqno++) {
                    assertThat(submit(engine, new Add(), "add" + seqno).get().seqno())
                            .isEqualTo(seqno);
                }
                now.set(older);

                assertThatThrownBy(() -> submit(engine, new Add(), "add3").get())
                        .hasCauseInstanceOf(WorldUnavailableException.class);

                assertThat(failed.get(Patience.SECONDS, TimeUnit.SECONDS))
                        .isInstanceOf(StoreException.class)
                        .hasMessageContaining("at commit 0 of term")
                        .hasMessageContaining("not at commit 2,");
            }
        }
    }

    private static CompletableFuture<WorldResult> submit(WorldEngine engine, WorldOperation operation, String id) {
        return engine.submit(WorldWrite.of(operation), id, SELF).orTimeout(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void anOperationHasTimeToEndAfterItsInterruptHoweverLateThatIs() throws Exception {
        var began = new CountDownLatch(1);
        Submission.Work work = state -> {
            began.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                return WorldResult.ofRev(1);
            }
            return WorldResult.ofRev(2);
        };
        var submission = new Submission("id", "type", SELF, false, false, work, new CompletableFuture<>());
        var commit = new GroupCommit(
                List.of(submission),
                Snapshot.EMPTY,
                new Term(1),
                new Blocks(null, GROUP, 1000),
                new Results(seqno -> null, 1_000_000, NanoClock.system()),
                1000,
                Patience.LIMIT,
                InstantSource.system());
        var thread = new Thread(commit::apply);
        thread.start();
        assertThat(began.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        // As if this process had been frozen.
        await().pollDelay(Duration.ofMillis(100)).until(() -> true);
        assertThat(commit.watch(Duration.ofMillis(1))).isTrue();
        thread.join();
        assertThat(commit.outcomes())
                .singleElement()
                .satisfies(outcome -> assertThat(outcome.failure()).isInstanceOf(OperationTimeoutException.class));
    }

    private static final class FakeLeadership implements Leadership {
        private volatile boolean held = true;

        @Override
        public String group() {
            return GROUP;
        }

        @Override
        public ParticipantId participant() {
            return SELF;
        }

        @Override
        public Term term() {
            return new Term(1);
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public boolean isFreshSession() {
            return true;
        }

        @Override
        public void awaitLost() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitLost(Duration timeout) {
            return !held;
        }

        @Override
        public Optional<LossReason> lossReason() {
            return Optional.empty();
        }

        @Override
        public Registration onLost(Runnable listener) {
            return () -> {};
        }
    }
}
