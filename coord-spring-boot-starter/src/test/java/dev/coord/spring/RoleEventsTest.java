package dev.coord.spring;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.LeaderChangeReason;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.AsyncTaskExecutor;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

class RoleEventsTest {

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CoordAutoConfiguration.class))
                .withBean(Recorder.class)
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
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
    void nobodyLeadsAndNothingIsPublishedBeforeTheContextIsReady() {
        runner.withBean(LooksAtRefresh.class).withBean(RecordingHandler.class).run(context -> {
            var recorder = context.getBean(Recorder.class);
            var handler = context.getBean(RecordingHandler.class);
            var looked = context.getBean(LooksAtRefresh.class);
            await().atMost(LIMIT).until(() -> recorder.events.size() == 1 && handler.calls.size() == 1);
            assertThat(looked.roleAtRefresh).isEqualTo(Role.UNKNOWN);
            assertThat(looked.eventsAtRefresh).isEmpty();
            assertThat(looked.callsAtRefresh).isEmpty();
        });
    }

    @Test
    void nothingIsPublishedAndTheLeaseIsFreeWhenTheRefreshFails() {
        var recorder = new Recorder();
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CoordAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")))
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

    @Test
    void leadersAndParticipantsAreToldInOrderWithTheRoleChanges() {
        runner.withBean(Everything.class).run(context -> {
            var recorder = context.getBean(Everything.class);
            await().atMost(LIMIT).until(() -> recorder.events.size() == 3);
            runner.run(second -> {
                await().atMost(LIMIT).until(() -> recorder.events.size() == 4);
                context.getBean(Coordinator.class).stepDown(Duration.ofSeconds(30));
                await().atMost(LIMIT).until(() -> recorder.events.size() == 7);

                assertThat(recorder.events)
                        .hasExactlyElementsOfTypes(
                                ParticipantsChangedEvent.class,
                                BecameLeaderEvent.class,
                                LeaderChangedEvent.class,
                                ParticipantsChangedEvent.class,
                                LeadershipLostEvent.class,
                                BecameFollowerEvent.class,
                                LeaderChangedEvent.class);
                var self = context.getBean(Coordinator.class).id();
                var other = second.getBean(Coordinator.class).id();
                var first = (LeaderChangedEvent) recorder.events.get(2);
                assertThat(first.getPrevious()).isEmpty();
                assertThat(first.getLeader().participant()).isEqualTo(self);
                assertThat(first.getReason()).isEqualTo(LeaderChangeReason.FIRST_SEEN);
                assertThat(first.getWithoutLeader()).isEmpty();
                var joined = (ParticipantsChangedEvent) recorder.events.get(3);
                assertThat(joined.getParticipants()).hasSize(2);
                assertThat(joined.getJoined())
                        .singleElement()
                        .satisfies(joining -> assertThat(joining.id()).isEqualTo(other));
                assertThat(joined.getLeft()).isEmpty();
                var changed = (LeaderChangedEvent) recorder.events.get(6);
                assertThat(changed.getPrevious()).contains(first.getLeader());
                assertThat(changed.getLeader().participant()).isEqualTo(other);
                assertThat(changed.getReason()).isEqualTo(LeaderChangeReason.RELEASED);
                assertThat(changed.getWithoutLeader()).isPresent();
            });
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatIsHeardOnOtherThreadsIsWhatHappened(boolean virtualThreads) {
        assumeTrue(!virtualThreads || Runtime.version().feature() >= 21, "virtual threads need Java 21");
        runner.withUserConfiguration(AsyncListeners.class)
                .withPropertyValues("test.virtual-threads=" + virtualThreads)
                .run(context -> {
                    var listener = context.getBean(Later.class);
                    Coordinator coordinator = context.getBean(Coordinator.class);
                    await().atMost(LIMIT).until(() -> coordinator.awaitRole(LIMIT) == Role.LEADER);
                    coordinator.stepDown(Duration.ZERO);
                    await().atMost(LIMIT).until(() -> coordinator.role() == Role.LEADER);
                    listener.look();

                    await().atMost(LIMIT).until(() -> listener.seen().size() >= 6);
                    assertThat(listener.threads()).allMatch(thread -> thread.startsWith("listener-" + virtualThreads));
                    assertThat(listener.seen())
                            .contains(
                                    "joined 1",
                                    "leads in 1",
                                    "leader of 1: FIRST_SEEN",
                                    "lost 1: STEPPED_DOWN",
                                    "leads in 2",
                                    "leader of 2: RELEASED");
                });
    }

    static class Everything {
        final List<CoordinatorEvent> events = new CopyOnWriteArrayList<>();

        @EventListener
        void on(CoordinatorEvent event) {
            events.add(event);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAsync
    static class AsyncListeners {
        @Bean
        AsyncTaskExecutor taskExecutor(@Value("${test.virtual-threads}") boolean virtualThreads) {
            var executor = new SimpleAsyncTaskExecutor("listener-" + virtualThreads + "-");
            executor.setVirtualThreads(virtualThreads);
            return executor;
        }

        @Bean
        Later later() {
            return new Later();
        }
    }

    /** Looks at the events when what they tell of is long over. */
    static class Later {
        private final CountDownLatch mayLook = new CountDownLatch(1);
        private final List<String> seen = new CopyOnWriteArrayList<>();
        private final List<String> threads = new CopyOnWriteArrayList<>();

        // Not the fields: this is reached through a proxy.
        public void look() {
            mayLook.countDown();
        }

        public List<String> seen() {
            return seen;
        }

        public List<String> threads() {
            return threads;
        }

        @Async
        @EventListener
        public void on(CoordinatorEvent event) throws InterruptedException {
            assertThat(mayLook.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            threads.add(Thread.currentThread().getName());
            if (event instanceof BecameLeaderEvent became) {
                seen.add("leads in " + became.getLeadership().term());
            } else if (event instanceof LeadershipLostEvent lost) {
                seen.add("lost " + lost.getLeadership().term() + ": " + lost.getReason());
            } else if (event instanceof LeaderChangedEvent changed) {
                seen.add("leader of " + changed.getLeader().term() + ": " + changed.getReason());
            } else if (event instanceof ParticipantsChangedEvent changed) {
                seen.add("joined " + changed.getJoined().size());
            }
        }
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
    static class LooksAtRefresh implements ApplicationListener<ContextRefreshedEvent> {
        private final Coordinator coordinator;
        private final Recorder recorder;
        private final RecordingHandler handler;
        volatile Role roleAtRefresh = Role.LEADER;
        volatile List<Object> eventsAtRefresh = List.of("not looked");
        volatile List<Object> callsAtRefresh = List.of("not looked");

        LooksAtRefresh(Coordinator coordinator, Recorder recorder, RecordingHandler handler) {
            this.coordinator = coordinator;
            this.recorder = recorder;
            this.handler = handler;
        }

        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
            roleAtRefresh = coordinator.role();
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
            // It takes part when everything else has started, and this never will.
            assertThat(coordinator.role()).isEqualTo(Role.UNKNOWN);
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
