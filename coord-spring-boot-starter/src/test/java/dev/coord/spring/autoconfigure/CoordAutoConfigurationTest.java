package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.ContextReadiness;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.Patience;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.NoUniqueBeanDefinitionException;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

class CoordAutoConfigurationTest {

    @TempDir
    private Path temp;

    private Path dir;
    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        dir = temp.resolve("shared");
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CoordAutoConfiguration.class))
                .withPropertyValues(Patience.properties(dir));
    }

    @Test
    void aCoordinatorTakesPart() {
        runner.run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(Coordinator.class)
                    .hasSingleBean(CoordinatorLifecycle.class);
            Coordinator coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            assertThat(coordinator.group()).isEqualTo("default");
            assertThat(dir).isDirectoryContaining(file -> file.toString().endsWith(".mv.db"));
        });
    }

    @Test
    void nothingTakesPartWhenSwitchedOff() {
        runner.withPropertyValues("coord.enabled=false").run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .doesNotHaveBean(Coordinator.class)
                    .doesNotHaveBean(CoordinatorLifecycle.class);
            assertThat(dir).doesNotExist();
        });
    }

    @Test
    void aCoordinatorOfTheApplicationsOwnReplacesIt() {
        runner.withUserConfiguration(OwnCoordinator.class).run(context -> {
            assertThat(context).hasSingleBean(Coordinator.class).hasBean("ownCoordinator");
            Coordinator coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            assertThat(coordinator.group()).isEqualTo("own");
        });
    }

    @Test
    void severalCoordinatorsOfTheApplicationsOwnAreLeftToIt() {
        runner.withUserConfiguration(OwnCoordinator.class, AnotherCoordinator.class)
                .run(context -> {
                    assertThat(context).hasNotFailed().doesNotHaveBean(CoordinatorLifecycle.class);
                    assertThat(dir).doesNotExist();
                });
    }

    @Test
    void thePrimaryOneOfSeveralCoordinatorsTakesPart() {
        runner.withUserConfiguration(OwnCoordinator.class, PrimaryCoordinator.class)
                .run(context -> {
                    assertThat(context).hasSingleBean(CoordinatorLifecycle.class);
                    assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT))
                            .isEqualTo(Role.LEADER);
                    assertThat(context.getBean("ownCoordinator", Coordinator.class)
                                    .role())
                            .isEqualTo(Role.UNKNOWN);
                });
    }

    @Test
    void aLifecycleOfTheApplicationsOwnReplacesIt() {
        runner.withBean("ownLifecycle", CoordinatorLifecycle.class)
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean("coordLifecycle"));
    }

    @Test
    void aReadinessOfTheApplicationsOwnReplacesIt() {
        runner.withBean("ownReadiness", ContextReadiness.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(ContextReadiness.class)
                        .doesNotHaveBean("coordContextReadiness"));
    }

    @Test
    void theDirectoryIsNamedAfterTheApplicationByDefault() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CoordAutoConfiguration.class))
                .withSystemProperties("user.home=" + temp)
                .withPropertyValues("spring.application.name=some-app")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    assertThat(temp.resolve(".coord/some-app")).isDirectory();
                });
    }

    @Test
    void groupAndCapabilitiesArePublished() {
        runner.withPropertyValues("coord.group=workers", "coord.capabilities=gpu,large-memory")
                .run(context -> {
                    Coordinator coordinator = context.getBean(Coordinator.class);
                    assertThat(coordinator.group()).isEqualTo("workers");
                    assertThat(coordinator.watcher().participants())
                            .singleElement()
                            .satisfies(self -> assertThat(self.capabilities()).containsExactly("gpu", "large-memory"));
                });
    }

    @Test
    void timesThatCannotBeSafeEndTheStart() {
        runner.withPropertyValues("coord.lease.renew-deadline=20s")
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(CoordException.class)
                        .rootCause()
                        .hasMessageContaining("renew deadline 20000 ms"));
    }

    @Test
    void aDirectoryThatCannotBeUsedEndsTheStart() throws Exception {
        Files.createFile(dir);
        runner.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(CoordException.class)
                .hasMessageContaining(dir.toString()));
    }

    @Test
    void theRoleHandlerOfTheApplicationIsCalled() {
        runner.withUserConfiguration(Handler.class).run(context -> {
            var handler = context.getBean(RecordingHandler.class);
            await().atMost(LIMIT).until(() -> handler.leadership.get() != null);
            assertThat(handler.leadership.get().isHeld()).isTrue();
        });
    }

    @Test
    void twoRoleHandlersAreRefused() {
        runner.withUserConfiguration(Handler.class)
                .withBean("second", RoleChangeHandler.class, RecordingHandler::new)
                .run(context ->
                        assertThat(context).getFailure().hasRootCauseInstanceOf(NoUniqueBeanDefinitionException.class));
    }

    @Test
    void theRoleHandlerEndsBeforeTheBeansThatItUsesAreDestroyed() {
        var used = new AtomicReference<Resource>();
        var handler = new AtomicReference<WorkingHandler>();
        runner.withUserConfiguration(Worker.class).run(context -> {
            assertThat(context.getBean(WorkingHandler.class).started.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            used.set(context.getBean(Resource.class));
            handler.set(context.getBean(WorkingHandler.class));
        });
        assertThat(used.get().closed).isTrue();
        assertThat(handler.get().resourceWasClosedAtItsEnd).isFalse();
    }

    @Test
    void theLeaseIsReleasedWhenTheContextIsClosed() {
        runner.run(first -> {
            assertThat(first.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            runner.run(second -> {
                Coordinator follower = second.getBean(Coordinator.class);
                assertThat(follower.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                first.getSourceApplicationContext().close();
                await().atMost(LIMIT).until(() -> follower.role() == Role.LEADER);
                assertThat(follower.leadership())
                        .hasValueSatisfying(leadership ->
                                assertThat(leadership.term().value()).isEqualTo(2));
            });
        });
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnCoordinator {
        @Bean
        Coordinator ownCoordinator(CoordProperties properties) {
            return coordinator(properties, "own");
        }

        static Coordinator coordinator(CoordProperties properties, String group) {
            return Coordinator.builder()
                    .directory(Path.of(String.valueOf(properties.dir())))
                    .storeSettings(properties.toStoreSettings())
                    .group(group)
                    .shutdownHook(false)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AnotherCoordinator {
        @Bean
        Coordinator anotherCoordinator(CoordProperties properties) {
            return OwnCoordinator.coordinator(properties, "another");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class PrimaryCoordinator {
        @Bean
        @Primary
        Coordinator primaryCoordinator(CoordProperties properties) {
            return OwnCoordinator.coordinator(properties, "primary");
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Handler {
        @Bean
        RecordingHandler handler() {
            return new RecordingHandler();
        }
    }

    static final class RecordingHandler implements RoleChangeHandler {
        final AtomicReference<Leadership> leadership = new AtomicReference<>();

        @Override
        public void onBecomeLeader(Leadership began) {
            leadership.set(began);
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Worker {
        @Bean
        WorkingHandler handler(Resource resource) {
            return new WorkingHandler(resource);
        }

        @Bean
        Resource resource() {
            return new Resource();
        }
    }

    static final class Resource implements AutoCloseable {
        volatile boolean closed;

        @Override
        public void close() {
            closed = true;
        }
    }

    static final class WorkingHandler implements RoleChangeHandler {
        final CountDownLatch started = new CountDownLatch(1);
        volatile boolean resourceWasClosedAtItsEnd = true;
        private final Resource resource;

        WorkingHandler(Resource resource) {
            this.resource = resource;
        }

        @Override
        public void onBecomeLeader(Leadership leadership) throws InterruptedException {
            started.countDown();
            try {
                leadership.awaitLost();
            } finally {
                resourceWasClosedAtItsEnd = resource.closed;
            }
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }
}
