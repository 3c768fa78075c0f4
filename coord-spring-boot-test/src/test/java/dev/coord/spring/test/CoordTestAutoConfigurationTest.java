package dev.coord.spring.test;

import static dev.coord.spring.test.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.mesh.Mesh;
import dev.coord.spring.BecameFollowerEvent;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.CoordinatorBuilderCustomizer;
import dev.coord.spring.LeadershipLostEvent;
import dev.coord.spring.OnFollower;
import dev.coord.spring.OnLeader;
import dev.coord.spring.RoleEvent;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.spring.autoconfigure.CoordProperties;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import dev.coord.world.WorldState;
import io.grpc.BindableService;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.protobuf.services.HealthStatusManager;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;

/** The coordinator in memory, whose role a test switches. */
class CoordTestAutoConfigurationTest {
    private static final int ROUNDS = 20;

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues("coord.dir=" + temp.resolve("shared"), "coord.test.role=leader");
    }

    @Test
    void theApplicationLeadsInMemory() {
        runner.run(context -> {
            Coordinator coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            assertThat(coordinator.countParticipants()).isEqualTo(1);
            assertThat(temp).isEmptyDirectory();
        });
    }

    @Test
    void theApplicationFollowsIfThePropertySaysSo() {
        runner.withPropertyValues("coord.test.role=follower").run(context -> {
            Coordinator coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
            Coordinator other = context.getBean(TestCoordinator.class).otherParticipant();
            assertThat(coordinator.leader().orElseThrow().participant()).isEqualTo(other.id());
            assertThat(other.role()).isEqualTo(Role.LEADER);
        });
    }

    @Test
    void otherGroupsAreInMemoryTooAndAlwaysLed() {
        runner.withPropertyValues("coord.test.role=follower", "coord.groups.mail.enabled=true")
                .run(context -> {
                    Coordinator mail = context.getBean("coordCoordinator-mail", Coordinator.class);
                    assertThat(mail.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
                    assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT))
                            .isEqualTo(Role.FOLLOWER);
                    assertThat(temp).isEmptyDirectory();
                });
    }

    @Test
    void itFollowsInTheOtherGroupsThatThePropertyNames() {
        runner.withPropertyValues(
                        "coord.test.follower-in=mail",
                        "coord.groups.mail.enabled=true",
                        "coord.groups.pdf.enabled=true")
                .run(context -> {
                    TestCoordinator test = context.getBean(TestCoordinator.class);
                    Coordinator mail = context.getBean("coordCoordinator-mail", Coordinator.class);
                    Coordinator pdf = context.getBean("coordCoordinator-pdf", Coordinator.class);
                    assertThat(mail.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                    assertThat(mail.leader().orElseThrow().participant())
                            .isEqualTo(test.inGroup("mail").otherParticipant().id());
                    assertThat(pdf.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
                    assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT))
                            .isEqualTo(Role.LEADER);
                });
    }

    @Test
    void theRoleInAnotherGroupIsSwitchedByItself() {
        runner.withPropertyValues("coord.groups.mail.enabled=true")
                .withBean(MailMethods.class)
                .run(context -> {
                    TestCoordinator test = context.getBean(TestCoordinator.class);
                    Coordinator mail = context.getBean("coordCoordinator-mail", Coordinator.class);
                    MailMethods methods = context.getBean(MailMethods.class);
                    for (int i = 0; i < ROUNDS; i++) {
                        test.inGroup("mail").becomeLeader();
                        assertThat(methods.leads).isTrue();
                        test.inGroup("mail").loseLeadership();
                        assertThat(methods.leads).isFalse();
                    }
                    assertThat(mail.role()).isEqualTo(Role.FOLLOWER);
                    assertThat(context.getBean(Coordinator.class).role()).isEqualTo(Role.LEADER);
                    test.reset();
                    assertThat(mail.role()).isEqualTo(Role.LEADER);
                    test.becomeFollower();
                    assertThat(mail.role()).isEqualTo(Role.LEADER);
                });
    }

    @Test
    void aGroupThatIsNotThereIsNamed() {
        runner.run(context -> assertThatThrownBy(
                        () -> context.getBean(TestCoordinator.class).inGroup("mail"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'mail'")
                .hasMessageContaining("default"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mail", "default"})
    void aGroupThatCannotBeFollowedEndsTheStart(String group) {
        runner.withPropertyValues("coord.test.follower-in=" + group)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(FailureAnalyzedException.class)
                        .hasMessageContaining("coord.test.follower-in")
                        .hasMessageContaining(group));
    }

    @Test
    void theStoreInMemoryTakesThePlaceOfTheApplicationsOwn() {
        runner.withBean(
                        CoordinatorBuilderCustomizer.class,
                        () -> builder -> builder.directory(temp.resolve("elsewhere")))
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(temp).isEmptyDirectory();
                });
    }

    @Test
    void thereIsNoneWithoutTheProperty() {
        new ApplicationContextRunner()
                .withUserConfiguration(Application.class)
                .withPropertyValues("coord.dir=" + temp.resolve("shared"), "coord.close-timeout=60s")
                .run(context ->
                        assertThat(context).hasSingleBean(Coordinator.class).doesNotHaveBean(TestCoordinator.class));
    }

    @Test
    void thereIsNoneWhenSwitchedOff() {
        runner.withPropertyValues("coord.enabled=false")
                .run(context ->
                        assertThat(context).doesNotHaveBean(Coordinator.class).doesNotHaveBean(TestCoordinator.class));
    }

    @Test
    void thePropertyNeedsNoLibraryForTests() {
        runner.withClassLoader(new FilteredClassLoader("org.springframework.test"))
                .run(context -> assertThat(context).hasNotFailed().hasSingleBean(TestCoordinator.class));
    }

    @Test
    void aRoleThatNobodyCanHaveIsRefused() {
        runner.withPropertyValues("coord.test.role=unknown")
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .isInstanceOfSatisfying(
                                InvalidConfigurationPropertyValueException.class,
                                e -> assertThat(e.getName()).isEqualTo("coord.test.role"))
                        .hasMessageContaining("'leader' or 'follower'"));
    }

    @Test
    void aCoordinatorOfTheApplicationsOwnEndsTheStart() {
        runner.withUserConfiguration(OwnCoordinator.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOfSatisfying(
                                FailureAnalyzedException.class,
                                e -> assertThat(e.analysis().getAction()).contains("@Profile"))
                        .hasMessageContaining("coord.test.role"));
    }

    @Test
    void handlerAndListenersWereToldWhenTheRoleIsSwitched() {
        runner.withUserConfiguration(Recorder.class).run(context -> {
            TestCoordinator test = context.getBean(TestCoordinator.class);
            Recorder recorder = context.getBean(Recorder.class);
            test.becomeLeader();
            assertThat(recorder.take()).containsExactlyInAnyOrder("lead", "LEADER");
            for (int i = 0; i < ROUNDS; i++) {
                test.becomeFollower();
                assertThat(recorder.take()).containsExactlyInAnyOrder("STEPPED_DOWN", "follow", "FOLLOWER");
                test.becomeLeader();
                assertThat(recorder.take()).containsExactlyInAnyOrder("lead", "LEADER");
            }
            assertThat(context.getBean(Coordinator.class).countParticipants()).isEqualTo(2);
            test.loseLeadership();
            assertThat(recorder.take()).containsExactlyInAnyOrder("DEPOSED", "follow", "FOLLOWER");
            test.loseLeadership();
            test.becomeFollower();
            assertThat(recorder.take()).isEmpty();
            test.reset();
            assertThat(recorder.take()).containsExactlyInAnyOrder("lead", "LEADER");
            test.reset();
            assertThat(recorder.take()).isEmpty();
        });
    }

    @Test
    void aHandlerThatWorksAsLongAsItLeadsHasEndedWhenTheRoleIsSwitched() {
        runner.withBean(Worker.class).run(context -> {
            TestCoordinator test = context.getBean(TestCoordinator.class);
            Worker worker = context.getBean(Worker.class);
            test.becomeLeader();
            assertThat(worker.works).isTrue();
            test.becomeFollower();
            assertThat(worker.works).isFalse();
            test.becomeLeader();
            assertThat(worker.works).isTrue();
            test.loseLeadership();
            assertThat(worker.works).isFalse();
        });
    }

    @Test
    void methodsForTheRoleHaveReturnedOrWorkWhenTheRoleIsSwitched() {
        runner.withBean(Methods.class).run(context -> {
            TestCoordinator test = context.getBean(TestCoordinator.class);
            Methods methods = context.getBean(Methods.class);
            for (int i = 0; i < ROUNDS; i++) {
                test.becomeLeader();
                assertThat(methods.leads).isTrue();
                assertThat(methods.works).isTrue();
                test.becomeFollower();
                assertThat(methods.leads).isFalse();
                assertThat(methods.works).isFalse();
            }
        });
    }

    @Test
    void theWorldIsWrittenAndReadInBothRoles() {
        runner.withBean(Notes.class).run(context -> {
            TestCoordinator test = context.getBean(TestCoordinator.class);
            WorldTemplate template = context.getBean(WorldTemplate.class);
            template.submit("note", "as leader");
            assertThat(note(template.world())).isEqualTo("as leader");
            test.becomeFollower();
            template.submit("note", "as follower");
            assertThat(note(template.world())).isEqualTo("as follower");
            test.loseLeadership();
            test.becomeLeader();
            assertThat(note(template.world())).isEqualTo("as follower");
            template.submit("note", "as leader again");
            assertThat(note(template.world())).isEqualTo("as leader again");
        });
    }

    @Test
    void callsToTheLeaderReachWhoeverLeads() {
        runner.run(context -> {
            TestCoordinator test = context.getBean(TestCoordinator.class);
            Mesh mesh = context.getBean(Coordinator.class).mesh();
            mesh.services().add(serving("jobs", ServingStatus.SERVING));
            test.otherParticipant().mesh().services().add(serving("jobs", ServingStatus.NOT_SERVING));
            test.becomeLeader();
            assertThat(leaderServes(mesh, "jobs")).isEqualTo(ServingStatus.SERVING);
            test.becomeFollower();
            assertThat(leaderServes(mesh, "jobs")).isEqualTo(ServingStatus.NOT_SERVING);
        });
    }

    private static BindableService serving(String service, ServingStatus status) {
        var health = new HealthStatusManager();
        health.setStatus(service, status);
        return health.getHealthService();
    }

    private static ServingStatus leaderServes(Mesh mesh, String service) {
        return HealthGrpc.newBlockingStub(mesh.channel("coord:///leader"))
                .withWaitForReady()
                .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .check(HealthCheckRequest.newBuilder().setService(service).build())
                .getStatus();
    }

    @Test
    void aRoleThatCannotBeReachedIsReportedWithTheReason() {
        runner.withBean("fails", RoleChangeHandler.class, FailingHandler::new).run(context -> {
            TestCoordinator test = context.getBean(TestCoordinator.class);
            Thread.currentThread().interrupt();
            assertThatThrownBy(test::becomeFollower)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Interrupted");
            assertThat(Thread.interrupted()).isTrue();
            test.becomeFollower();
        });
    }

    @Test
    void nothingIsLeftWhenTheContextIsClosed() {
        // Contexts of other tests are cached, and run.
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        runner.withUserConfiguration(Recorder.class).run(context -> {
            context.getBean(TestCoordinator.class).becomeFollower();
            context.getBean(TestCoordinator.class).becomeLeader();
            context.getSourceApplicationContext().close();
        });
        assertThat(temp).isEmptyDirectory();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
                        .filteredOn(thread -> !before.contains(thread))
                        .extracting(Thread::getName)
                        .noneMatch(name -> name.startsWith("coord-")));
    }

    private static String note(World world) {
        return world.read(view -> new String(view.object("note").orElseThrow().content(), StandardCharsets.UTF_8));
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Application {}

    @Configuration(proxyBeanMethods = false)
    static class OwnCoordinator {
        @Bean
        Coordinator ownCoordinator(CoordProperties properties) {
            return Coordinator.builder()
                    .directory(Path.of(Objects.requireNonNull(properties.dir())))
                    .shutdownHook(false)
                    .build();
        }
    }

    static final class MailMethods {
        private volatile boolean leads;

        @OnLeader(group = "mail")
        void lead() {
            leads = true;
        }

        @OnFollower(group = "mail")
        void follow() {
            leads = false;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Recorder {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        List<String> take() {
            List<String> taken = List.copyOf(heard);
            heard.clear();
            return taken;
        }

        @EventListener
        void on(RoleEvent event) {
            if (event instanceof BecameLeaderEvent) {
                heard.add("LEADER");
            } else if (event instanceof BecameFollowerEvent) {
                heard.add("FOLLOWER");
            } else if (event instanceof LeadershipLostEvent lost) {
                LossReason reason = lost.getReason();
                heard.add(reason.name());
            }
        }

        @Bean
        RoleChangeHandler handler() {
            return new RoleChangeHandler() {
                @Override
                public void onBecomeLeader(Leadership leadership) {
                    heard.add("lead");
                }

                @Override
                public void onBecomeFollower(LeaderInfo leader) {
                    heard.add("follow");
                }
            };
        }
    }

    static final class Worker implements RoleChangeHandler {
        private volatile boolean works;

        @Override
        public void onBecomeLeader(Leadership leadership) throws InterruptedException {
            works = true;
            try {
                while (!leadership.awaitLost(Duration.ofSeconds(1))) {
                    TimeUnit.MILLISECONDS.sleep(100);
                }
            } finally {
                works = false;
            }
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    static final class Methods {
        private volatile boolean leads;
        private volatile boolean works;

        @OnLeader
        @Order(1)
        void lead() {
            compute();
            leads = true;
        }

        @OnLeader
        @Order(2)
        void work() throws InterruptedException {
            works = true;
            try {
                TimeUnit.MINUTES.sleep(1);
            } finally {
                works = false;
            }
        }

        @OnFollower
        void follow() {
            compute();
            leads = false;
        }

        private static void compute() {
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(5);
            while (System.nanoTime() - until < 0) {
                Thread.onSpinWait();
            }
        }
    }

    static final class FailingHandler implements RoleChangeHandler {
        @Override
        public void onBecomeLeader(Leadership leadership) {
            throw new IllegalStateException("no leader");
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    static final class Notes {
        @WorldOp("note")
        void note(WorldState world, String text) {
            world.object("note")
                    .orElseGet(() -> world.createObject("note", ObjectRef.EMPTY))
                    .setContent(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
