package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.testing.Patience;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When handlers join and leave, alone and one after the other. */
class HandlerLifeTest extends CoordinatorTestBase {
    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Coordinator> coordinators = new ArrayList<>();

    @AfterEach
    void closeCoordinators() {
        coordinators.forEach(Coordinator::close);
        coordinators.clear();
        calls.clear();
    }

    /** Notes its calls, and throws in those whose name begins with {@code failing}. */
    private final class Noting implements RoleChangeHandler {
        private final String name;
        private final String failing;
        private volatile Consumer<ParticipantContext> joining = context -> {};

        Noting(String name, String failing) {
            this.name = name;
            this.failing = failing;
        }

        private void note(String what) {
            calls.add(what + " " + name);
            if (what.equals(failing)) {
                throw new IllegalStateException(what + " fails on purpose");
            }
        }

        @Override
        public void onJoin(ParticipantContext participant) {
            note("join");
            joining.accept(participant);
        }

        @Override
        public void onLeave() {
            note("leave");
        }

        @Override
        public void onBecomeLeader(Leadership leadership) {
            note("lead");
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {
            note("follow");
        }
    }

    private Noting noting(String name) {
        return new Noting(name, "");
    }

    private Coordinator coordinator(RoleChangeHandler handler) {
        var coordinator = Coordinator.builder()
                .store(store)
                .group(group)
                .settings(SETTINGS)
                .handler(handler)
                .shutdownHook(false)
                .build();
        coordinators.add(coordinator);
        return coordinator;
    }

    private void awaitCalls(String... expected) {
        await().untilAsserted(() -> assertThat(calls).containsExactly(expected));
    }

    @Test
    void aHandlerJoinsBeforeItHasARoleAndLeavesAtTheEnd() {
        Coordinator coordinator = coordinator(noting("a"));

        coordinator.start();
        awaitCalls("join a", "lead a");
        coordinator.close();
        coordinator.close();

        assertThat(calls).containsExactly("join a", "lead a", "leave a");
    }

    @Test
    void whoJoinsIsNotSeenYetAndHasAllThatTheContextSays() {
        var handler = noting("a");
        var contexts = new ArrayList<ParticipantContext>();
        handler.joining = context -> {
            assertThat(store.participants().get(group, context.participant())).isEmpty();
            contexts.add(context);
        };
        Coordinator coordinator = coordinator(handler);

        coordinator.start();

        ParticipantContext context = contexts.get(0);
        assertThat(context.group()).isEqualTo(group);
        assertThat(context.participant()).isEqualTo(coordinator.id());
        assertThat(context.store()).isSameAs(store);
        assertThat(context.mesh()).isSameAs(coordinator.mesh());
        await().until(
                        () -> context.mesh().directory().leader().map(LeaderInfo::participant),
                        leader -> leader.filter(coordinator.id()::equals).isPresent());
        assertThat(context.mesh().directory().participants()).isNotEmpty();
    }

    @Test
    void handlersJoinAndLeadInOrderAndLeaveInReverse() {
        Coordinator coordinator = coordinator(noting("a").andThen(noting("b")).andThen(noting("c")));

        coordinator.start();
        awaitCalls("join a", "join b", "join c", "lead a", "lead b", "lead c");
        coordinator.close();

        assertThat(calls.subList(6, 9)).containsExactly("leave c", "leave b", "leave a");
    }

    @Test
    void theSecondHearsOfItsLeaderAlsoWhenTheFirstFailed() {
        member().startLeading();
        Coordinator coordinator = coordinator(new Noting("a", "follow").andThen(noting("b")));

        coordinator.start();

        awaitCalls("join a", "join b", "follow a", "follow b");
        await().until(() -> coordinator.status().handlerFailure().isPresent());
    }

    @Test
    void theSecondDoesNotLeadWhenTheFirstCannot() {
        Coordinator coordinator = coordinator(new Noting("a", "lead").andThen(noting("b")));

        coordinator.start();

        await().until(() -> calls.contains("lead a"));
        member().startLeading();
        assertThat(calls).doesNotContain("lead b");
    }

    @Test
    void aHandlerThatCannotJoinEndsTheStartAndLeavesNothingBehind() {
        var failing = new Noting("b", "join");
        var addresses = new ArrayList<String>();
        var first = noting("a");
        first.joining = context -> addresses.add(context.mesh().address());
        Coordinator coordinator = coordinator(first.andThen(failing).andThen(noting("c")));

        assertThatThrownBy(coordinator::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("join fails on purpose");

        assertThat(calls).containsExactly("join a", "join b", "leave a");
        assertThat(store.participants().get(group, coordinator.id())).isEmpty();
        assertThat(lease()).isEmpty();
        // A thread of the transport says that it has ended a moment before it has.
        await().untilAsserted(() -> assertThat(threadsOf(group)).isEmpty());
        coordinator.close();
        assertThat(calls).hasSize(3);
        assertThat(addresses).hasSize(1);
        member().startLeading();
    }

    private static List<String> threadsOf(String group) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.contains(group))
                .toList();
    }

    @Test
    void aHandlerThatCannotLeaveHoldsNobodyUp() {
        Coordinator coordinator = coordinator(noting("a").andThen(new Noting("b", "leave")));
        coordinator.start();
        awaitCalls("join a", "join b", "lead a", "lead b");

        coordinator.close();

        assertThat(calls.subList(4, 6)).containsExactly("leave b", "leave a");
        assertThat(store.participants().get(group, coordinator.id())).isEmpty();
        assertThat(holder()).isEmpty();
    }

    @Test
    void aHandlerThatNeverJoinedDoesNotLeave() {
        coordinator(noting("a")).close();

        assertThat(calls).isEmpty();
    }

    @Test
    void aHandlerLeavesWhenItsWorkAsLeaderHasEnded() throws InterruptedException {
        var leads = new CountDownLatch(1);
        Coordinator coordinator = coordinator(noting("a").andThen(new RecordingHandler().leading(leadership -> {
                    leads.countDown();
                    try {
                        leadership.awaitLost();
                    } finally {
                        calls.add("work ended");
                    }
                })));
        coordinator.start();
        assertThat(leads.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

        coordinator.close();

        assertThat(calls).containsExactly("join a", "lead a", "work ended", "leave a");
    }

    @Test
    void aFailureThatIsToldLaterMakesTheParticipantStepDown() {
        var handler = noting("a");
        var contexts = new ArrayList<ParticipantContext>();
        handler.joining = contexts::add;
        Coordinator coordinator = coordinator(handler);
        coordinator.start();
        awaitCalls("join a", "lead a");
        Leadership leadership = coordinator.leadership().orElseThrow();

        contexts.get(0).failed().accept(leadership, new IllegalStateException("later, on purpose"));

        assertThat(leadership.isHeld()).isFalse();
        member().startLeading();
    }

    @Test
    void aParticipantThatCouldNotJoinLeavesNoSocket(@TempDir Path directory) {
        var failing = new Noting("a", "join");
        var coordinator = Coordinator.builder()
                .directory(directory.resolve("shared"))
                .handler(failing)
                .shutdownHook(false)
                .build();

        assertThatThrownBy(coordinator::start).hasMessage("join fails on purpose");

        assertThat(directory.resolve("shared")).isDirectoryNotContaining("glob:**.sock");
    }
}
