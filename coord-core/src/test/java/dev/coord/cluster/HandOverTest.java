package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderChangeReason;
import dev.coord.LossReason;
import dev.coord.Role;
import dev.coord.testing.Patience;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import dev.coord.world.WorldRoleHandler;
import dev.coord.world.WorldView;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A participant follows before it takes part, and when it has handed over. */
class HandOverTest extends CoordinatorTestBase {
    @Test
    void whoHasOpenedFollowsUnseen() {
        Member leader = member().startLeading();
        Member other = member();

        other.coordinator.open();

        await().until(() -> other.coordinator.role() == Role.FOLLOWER);
        assertThat(other.record()).isEmpty();
        leader.coordinator.close();
        await().until(() -> holder().isEmpty());
        assertThat(other.coordinator.leadership()).isEmpty();
        other.startLeading();
        assertThat(other.record()).isPresent();
        other.awaitEvents("follower 1", "leader 2");
    }

    @Test
    void itIsStartedOnce() {
        Member member = member();
        member.coordinator.open();
        member.coordinator.start();

        assertThatThrownBy(member.coordinator::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(member.coordinator::open).isInstanceOf(IllegalStateException.class);
        member.awaitLeads();
    }

    @Test
    void whoHandsOverFollowsTheNextLeader() {
        Member first = member().startLeading();
        Member second = member().startFollowing();

        first.coordinator.handOver();

        second.awaitLeads();
        await().until(() -> first.coordinator.role() == Role.FOLLOWER);
        assertThat(first.record()).isPresent();
        first.awaitEvents("leader 1", "lost 1 " + LossReason.CLOSED, "follower 2");
        List<RoleChange> changes = second.coordinator.roleChanges();
        assertThat(changes.get(changes.size() - 1).reason()).isEqualTo(LeaderChangeReason.RELEASED.name());
    }

    @Test
    void whoHasHandedOverDoesNotStandAgain() {
        Member first = member().startLeading();
        Member second = member().startFollowing();
        first.coordinator.handOver();
        second.awaitLeads();

        second.coordinator.close();
        Member third = member();
        third.coordinator.open();
        await().until(() -> holder().isEmpty() && first.coordinator.countParticipants() == 1);
        third.startLeading();

        assertThat(term()).isEqualTo(3);
        assertThat(third.term()).isEqualTo(3);
    }

    @Test
    void theWorkHasEndedBeforeAnotherOneLeads() throws Exception {
        var working = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        Member first =
                member(SETTINGS.withCloseTimeout(Patience.LIMIT.plusSeconds(5)).withHandlerGrace(Patience.LIMIT));
        first.handler.leading(leadership -> {
            working.countDown();
            // However often it is interrupted.
            boolean ended = false;
            while (!ended) {
                try {
                    mayEnd.await();
                    ended = true;
                } catch (InterruptedException e) {
                    first.handler.note("interrupted");
                }
            }
        });
        first.startLeading();
        assertThat(working.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        Member second = member().startFollowing();

        var handingOver = CompletableFuture.runAsync(first.coordinator::handOver);

        await().until(() -> first.coordinator.role() == Role.UNKNOWN);
        assertThat(holder()).isEqualTo(first.coordinator.id().value());
        assertThat(handingOver).isNotDone();
        mayEnd.countDown();
        handingOver.get(Patience.SECONDS, TimeUnit.SECONDS);
        second.awaitLeads();
    }

    @Test
    void aLoneOneThatStillWritesLeadsOnceMore() {
        var world = WorldRoleHandler.builder().build();
        var handler = new RecordingHandler();
        try (Coordinator lone = coordinator(world.andThen(handler))) {
            lone.start();
            write(world.world(), "before");

            lone.handOver();

            assertThat(lone.leadership()).isEmpty();
            write(world.world(), "after");
            assertThat(world.world().read(WorldView::countObjects)).isEqualTo(2);
            assertThat(term()).isEqualTo(2);
        }
        assertThat(holder()).isEmpty();
    }

    @Test
    void whoHasOnlyOpenedWritesThroughTheLeaderAndAloneByItself() {
        var world = WorldRoleHandler.builder().build();
        try (Coordinator lone = coordinator(world)) {
            lone.open();

            write(world.world(), "early");

            assertThat(lone.leadership()).isPresent();
            lone.start();
            var other = WorldRoleHandler.builder().build();
            try (Coordinator opened = coordinator(other)) {
                opened.open();
                write(other.world(), "second");
                assertThat(other.world().read(WorldView::countObjects)).isEqualTo(2);
                assertThat(lone.countParticipants()).isEqualTo(1);
            }
        }
    }

    private static void write(World world, String key) {
        world.state().createObject(key, ObjectRef.EMPTY);
    }

    private Coordinator coordinator(RoleChangeHandler handler) {
        return Coordinator.builder()
                .store(store)
                .group(group)
                .settings(SETTINGS)
                .handler(handler)
                .shutdownHook(false)
                .build();
    }

    @Test
    void aCallbackThatClosesIsNotWaitedFor() {
        Member leader = member();
        var closed = new CountDownLatch(1);
        leader.handler.leading(leadership -> {
            leader.coordinator.close();
            closed.countDown();
        });
        leader.start();

        await().until(() -> closed.getCount() == 0);

        assertThat(holder()).isEmpty();
        assertThat(leader.coordinator.status().handlerFailure()).isEmpty();
    }
}
