package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.ParticipantContext;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.CoordinatorBuilderCustomizer;
import dev.coord.spring.OnLeader;
import dev.coord.spring.Patience;
import dev.coord.world.World;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/** What applications may do to the coordinators that are made for them. */
class CoordinatorBuilderCustomizerTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CoordAutoConfiguration.class,
                        CoordGroupsAutoConfiguration.class,
                        CoordWorldAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared"), "coord.groups.mail.enabled=true"));
    }

    @Test
    void theyAreCalledInTheirOrderForTheCoordinatorOfEachGroup() {
        runner.withUserConfiguration(Recorder.class).run(context -> {
            List<String> heard = context.getBean(Recorder.class).heard;
            assertThat(heard).containsExactly("first default", "second default", "first mail", "second mail");
        });
    }

    @Test
    void theySeeWhatThePropertiesSay() {
        runner.withPropertyValues("coord.close-timeout=70s", "coord.groups.mail.close-timeout=80s")
                .withBean(CoordinatorBuilderCustomizer.class, () -> builder -> {
                    assertThat(builder.settings().closeTimeout())
                            .isEqualTo(Duration.ofSeconds(builder.group().equals("mail") ? 80 : 70));
                    assertThat(builder.hasPlace()).isFalse();
                })
                .run(context -> assertThat(context).hasNotFailed());
    }

    @Test
    void theyMayNameAnotherPlace() {
        runner.withBean(CoordinatorBuilderCustomizer.class, () -> builder -> builder.directory(temp.resolve("other")))
                .run(context -> {
                    assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT))
                            .isEqualTo(Role.LEADER);
                    assertThat(temp.resolve("other")).isDirectory();
                    assertThat(temp.resolve("shared")).doesNotExist();
                });
    }

    @Test
    void aHandlerThatIsWrappedStillCallsTheBeansAndTheWorld() {
        var wrapped = new CopyOnWriteArrayList<String>();
        runner.withBean(Job.class)
                .withBean(
                        CoordinatorBuilderCustomizer.class,
                        () -> builder -> builder.handler(builder.handler().andThen(new Telling(wrapped))))
                .run(context -> {
                    assertThat(context.getBean(Job.class).led.await(LIMIT.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                    boolean there = context.getBean(World.class)
                            .read(view -> view.object("none").isPresent());
                    assertThat(there).isFalse();
                });
        assertThat(wrapped).contains("joined default", "joined mail");
    }

    @Test
    void whatOneThrowsEndsTheStart() {
        runner.withBean(CoordinatorBuilderCustomizer.class, () -> builder -> {
                    throw new IllegalStateException("no zone");
                })
                .run(context -> assertThat(context).getFailure().hasMessageContaining("no zone"));
        assertThat(temp).isEmptyDirectory();
    }

    @Configuration(proxyBeanMethods = false)
    static class Recorder {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        @Bean
        @Order(2)
        CoordinatorBuilderCustomizer second() {
            return builder -> heard.add("second " + builder.group());
        }

        @Bean
        @Order(1)
        CoordinatorBuilderCustomizer first() {
            return builder -> heard.add("first " + builder.group());
        }
    }

    static final class Job {
        private final CountDownLatch led = new CountDownLatch(1);

        @OnLeader
        void lead() {
            led.countDown();
        }
    }

    private record Telling(List<String> told) implements RoleChangeHandler {
        @Override
        public void onJoin(ParticipantContext participant) {
            told.add("joined " + participant.group());
        }

        @Override
        public void onBecomeLeader(Leadership leadership) {}

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }
}
