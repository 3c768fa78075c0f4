package dev.coord.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Role;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.testing.FaultyParticipants;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import dev.coord.transport.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ParticipantWatcherTest {
    private static final String GROUP = "group";
    private static final Participant A = Participant.builder(GROUP, new ParticipantId("a"))
            .pid(1)
            .address(Address.parse("/run/a.sock"))
            .capabilities(List.of("mail"))
            .build();
    private static final Participant B = Participant.builder(GROUP, new ParticipantId("b"))
            .pid(2)
            .address(Address.parse("/run/a.sock"))
            .capabilities(List.of("mail"))
            .build();

    private final Store store = TestStores.local(TestStores.memory());
    private final FaultyParticipants participants = new FaultyParticipants(store.participants());
    private final ParticipantWatcher watcher = new ParticipantWatcher(participants, store.signal(), GROUP);
    private Thread running;

    @AfterEach
    void stop() throws Exception {
        watcher.close();
        if (running != null) {
            running.join(Patience.MILLIS);
            assertThat(running.isAlive()).isFalse();
        }
        store.close();
    }

    private void run() {
        running = new Thread(
                () -> {
                    try {
                        watcher.run();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                "test-watcher");
        running.start();
    }

    @Test
    void knowsNobodyBeforeTheFirstLook() {
        store.participants().put(A);

        assertThat(watcher.participants()).isEmpty();
        watcher.refresh();
        assertThat(watcher.participants()).containsExactly(A);
    }

    @Test
    void seesOnlyItsGroup() {
        store.participants().put(A);
        store.participants().put(Participant.builder("another", B.id()).build());
        watcher.refresh();

        assertThat(watcher.participants()).containsExactly(A);
    }

    @Test
    void whileItRunsItSeesWhoComesChangesAndGoes() {
        run();

        store.participants().put(A);
        await().until(() -> watcher.participants().equals(List.of(A)));
        store.participants().put(B);
        await().until(() -> watcher.participants().equals(List.of(A, B)));
        Participant moved = A.toBuilder().address(Address.parse("/run/a2.sock")).build();
        store.participants().put(moved);
        await().until(() -> watcher.participants().equals(List.of(moved, B)));
        store.participants().delete(GROUP, new ParticipantId("b"));
        await().until(() -> watcher.participants().equals(List.of(moved)));
    }

    @Test
    void aStoreOutOfReachDoesNotEndIt() {
        participants.fail(3);
        run();

        store.participants().put(A);

        await().until(() -> watcher.participants().equals(List.of(A)));
    }

    @Test
    void whoWaitsForWhatIsThereDoesNotWait() throws Exception {
        store.participants().put(A);
        watcher.refresh();

        assertThat(watcher.awaitParticipants(all -> all.size() == 1, Duration.ZERO))
                .contains(List.of(A));
    }

    @Test
    void whoWaitsInVainGetsNothing() throws Exception {
        assertThat(watcher.awaitParticipants(all -> all.size() == 1, Duration.ofMillis(10)))
                .isEmpty();
    }

    @Test
    void whoWaitsIsWokenWhenItBecomesTrue() throws Exception {
        run();
        CompletableFuture<Optional<List<Participant>>> waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return watcher.awaitParticipants(all -> all.size() == 2, Patience.LIMIT);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        store.participants().put(A);
        store.participants().put(B);

        assertThat(waiter.get(Patience.SECONDS, TimeUnit.SECONDS)).contains(List.of(A, B));
    }

    static Stream<Arguments> changes() {
        return Stream.of(
                change("its pid", true, a -> a.pid(9)),
                change("its role", true, a -> a.role(Role.LEADER)),
                change("its address", true, a -> a.address(Address.parse("/run/b.sock"))),
                change("its capabilities", true, a -> a.capabilities(List.of("mail", "index"))),
                change("its attributes", true, a -> a.attributes(Map.of("zone", "b"))),
                change("its process", true, a -> a.process("pid=9")),
                change("its heartbeats", false, a -> a.heartbeats(17)),
                change("the time of its last heartbeat", false, a -> a.lastHeartbeat(Instant.ofEpochSecond(17))),
                change("nothing", false, a -> a));
    }

    private static Arguments change(String what, boolean tells, UnaryOperator<Participant.Builder> change) {
        return Arguments.of(what, tells, change);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource
    void changes(String what, boolean tells, UnaryOperator<Participant.Builder> change) {
        store.participants().put(A);
        watcher.refresh();
        var told = new ArrayList<List<Participant>>();
        watcher.addListener(told::add);
        Participant changed = change.apply(A.toBuilder()).build();

        store.participants().put(changed);
        watcher.refresh();

        assertThat(watcher.participants())
                .as("the snapshot is always the latest")
                .containsExactly(changed);
        assertThat(told).as(what).hasSize(tells ? 1 : 0).allMatch(List.of(changed)::equals);
    }

    @Test
    void waitersAskAgainOnlyAfterASignificantChange() throws Exception {
        store.participants().put(A);
        run();
        await().until(() -> !watcher.participants().isEmpty());
        var asked = new AtomicInteger();
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return watcher.awaitParticipants(
                                all -> {
                                    asked.incrementAndGet();
                                    return all.size() == 2;
                                },
                                Patience.LIMIT)
                        .isPresent();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> asked.get() == 1);

        for (int i = 1; i <= 20; i++) {
            store.participants().heartbeat(GROUP, new ParticipantId("a"), i, Role.UNKNOWN);
            watcher.refresh();
        }
        store.participants().put(B);

        assertThat(waiter.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(asked.get()).isLessThanOrEqualTo(3);
    }

    @Test
    void aListenerThatThrowsDoesNotSilenceTheOthers() {
        var told = new ArrayList<String>();
        watcher.addListener(all -> {
            throw new IllegalStateException("a listener that throws, on purpose");
        });
        watcher.addListener(all -> told.add("second"));
        store.participants().put(A);

        watcher.refresh();

        assertThat(told).containsExactly("second");
    }

    @Test
    void aListenerThatFailsWithAnErrorDoesNotEndTheWatch() {
        watcher.addListener(all -> {
            throw new NoClassDefFoundError("a class that is missing, on purpose");
        });
        run();
        store.participants().put(A);
        await().until(() -> watcher.participants().equals(List.of(A)));

        store.participants().put(B);

        await().until(() -> watcher.participants().equals(List.of(A, B)));
    }

    @Test
    void aListenerThatWasTakenBackIsNotTold() {
        var told = new ArrayList<String>();
        Registration registration = watcher.addListener(all -> told.add("no"));
        registration.close();
        registration.close();
        store.participants().put(A);

        watcher.refresh();

        assertThat(told).isEmpty();
    }
}
