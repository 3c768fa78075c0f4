package dev.coord.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.autoconfigure.CoordAutoConfiguration;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

class RoleEventsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CoordAutoConfiguration.class))
                .withBean(Recorder.class)
                // However busy the machine is, nobody loses the lease for that.
                .withPropertyValues(
                        "coord.dir=" + temp.resolve("shared"),
                        "coord.lease.renew-deadline=8s",
                        "coord.lease.stale-threshold=10s");
    }

    @Test
    void eventsComeInOrderAndArePaired() {
        runner.run(context -> {
            var recorder = context.getBean(Recorder.class);
            await().atMost(LIMIT).until(() -> recorder.events.size() == 1);
            runner.run(second -> {
                var follower = second.getBean(Recorder.class);
                await().atMost(LIMIT).until(() -> follower.events.size() == 1);
                context.getBean(Coordinator.class).stepDown(Duration.ofSeconds(30));
                await().atMost(LIMIT).until(() -> follower.events.size() == 2 && recorder.events.size() == 3);

                assertThat(recorder.events)
                        .hasExactlyElementsOfTypes(
                                BecameLeaderEvent.class, LeadershipLostEvent.class, BecameFollowerEvent.class);
                assertThat(follower.events)
                        .hasExactlyElementsOfTypes(BecameFollowerEvent.class, BecameLeaderEvent.class);

                var became = (BecameLeaderEvent) recorder.events.get(0);
                var lost = (LeadershipLostEvent) recorder.events.get(1);
                var follows = (BecameFollowerEvent) recorder.events.get(2);
                assertThat(became.getCoordinator()).isSameAs(context.getBean(Coordinator.class));
                assertThat(lost.getLeadership()).isSameAs(became.getLeadership());
                assertThat(lost.getReason()).isEqualTo(LossReason.STEPPED_DOWN);
                assertThat(follows.getLeader().participant())
                        .isEqualTo(second.getBean(Coordinator.class).id());
                assertThat(follows.getLeader().term().value())
                        .isGreaterThan(became.getLeadership().term().value());
            });
        });
    }

    @Test
    void theEndOfALeadershipIsPublishedWhileTheBeansAreThere() {
        var events = new CopyOnWriteArrayList<RoleEvent>();
        runner.run(context -> {
            var recorder = context.getBean(Recorder.class);
            await().atMost(LIMIT).until(() -> recorder.events.size() == 1);
            context.getSourceApplicationContext().close();
            events.addAll(recorder.events);
            assertThat(recorder.heardAfterItsEnd).isFalse();
        });
        assertThat(events).hasExactlyElementsOfTypes(BecameLeaderEvent.class, LeadershipLostEvent.class);
        assertThat(((LeadershipLostEvent) events.get(1)).getReason()).isEqualTo(LossReason.CLOSED);
    }

    @Test
    void nothingIsPublishedAndNoHandlerCalledBeforeTheContextIsReady() {
        runner.withBean(SlowRefresh.class).withBean(RecordingHandler.class).run(context -> {
            var recorder = context.getBean(Recorder.class);
            var handler = context.getBean(RecordingHandler.class);
            var slow = context.getBean(SlowRefresh.class);
            await().atMost(LIMIT).until(() -> recorder.events.size() == 1 && handler.calls.size() == 1);
            assertThat(slow.roleAtRefresh).isEqualTo(Role.LEADER);
            assertThat(slow.eventsAtRefresh).isEmpty();
            assertThat(slow.callsAtRefresh).isEmpty();
        });
    }

    @Test
    void nothingIsPublishedAndTheLeaseIsFreeWhenTheRefreshFails() {
        var recorder = new Recorder();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CoordAutoConfiguration.class))
                .withPropertyValues("coord.dir=" + temp.resolve("shared"))
                .withBean("recorder", Recorder.class, () -> recorder)
                .withBean(FailingRefresh.class)
                .run(context -> assertThat(context).getFailure().hasMessageContaining("refused to refresh"));
        assertThat(recorder.events).isEmpty();
        runner.run(context ->
                assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER));
    }

    @Test
    void aListenerThatThrowsCostsNobodyTheLease() {
        runner.withBean(ThrowingListener.class).run(context -> {
            var thrower = context.getBean(ThrowingListener.class);
            await().atMost(LIMIT).until(() -> thrower.heard.size() == 1);
            Coordinator coordinator = context.getBean(Coordinator.class);
            coordinator.stepDown(Duration.ZERO);
            await().atMost(LIMIT).until(() -> thrower.heard.size() >= 3);
            assertThat(thrower.heard.subList(0, 3))
                    .hasExactlyElementsOfTypes(
                            BecameLeaderEvent.class, LeadershipLostEvent.class, BecameLeaderEvent.class);
            assertThat(coordinator.role()).isEqualTo(Role.LEADER);
        });
    }

    static class Recorder implements AutoCloseable {
        final List<RoleEvent> events = new CopyOnWriteArrayList<>();
        volatile boolean heardAfterItsEnd;
        private volatile boolean ended;

        @EventListener
        void on(RoleEvent event) {
            heardAfterItsEnd |= ended;
            events.add(event);
        }

        @Override
        public void close() {
            ended = true;
        }
    }

    static class RecordingHandler implements RoleChangeHandler {
        final List<Object> calls = new CopyOnWriteArrayList<>();

        @Override
        public void onBecomeLeader(Leadership leadership) {
            calls.add(leadership);
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {
            calls.add(leader);
        }
    }

    /** Holds up the refresh until this participant leads, and looks what was heard by then. */
    static class SlowRefresh implements ApplicationListener<ContextRefreshedEvent> {
        private final Coordinator coordinator;
        private final Recorder recorder;
        private final RecordingHandler handler;
        volatile Role roleAtRefresh = Role.UNKNOWN;
        volatile List<Object> eventsAtRefresh = List.of("not looked");
        volatile List<Object> callsAtRefresh = List.of("not looked");

        SlowRefresh(Coordinator coordinator, Recorder recorder, RecordingHandler handler) {
            this.coordinator = coordinator;
            this.recorder = recorder;
            this.handler = handler;
        }

        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
            try {
                roleAtRefresh = coordinator.awaitRole(LIMIT);
                // Another turn of the lease, so that whoever is quick had the time to be too quick.
                await().atMost(LIMIT)
                        .until(() -> coordinator.status().sinceRenewal().isPresent());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            eventsAtRefresh = List.copyOf(recorder.events);
            callsAtRefresh = List.copyOf(handler.calls);
        }
    }

    static class FailingRefresh implements ApplicationListener<ContextRefreshedEvent> {
        private final Coordinator coordinator;

        FailingRefresh(Coordinator coordinator) {
            this.coordinator = coordinator;
        }

        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
            try {
                coordinator.awaitRole(LIMIT);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new IllegalStateException("refused to refresh");
        }
    }

    static class ThrowingListener {
        final List<RoleEvent> heard = new CopyOnWriteArrayList<>();

        @EventListener
        @Order(-1)
        void on(RoleEvent event) {
            heard.add(event);
            throw new IllegalStateException("thrown by a listener, on purpose");
        }
    }
}
