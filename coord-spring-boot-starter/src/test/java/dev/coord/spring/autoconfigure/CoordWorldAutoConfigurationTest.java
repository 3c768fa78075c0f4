package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.Patience;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.EngineFactory;
import dev.coord.world.InvalidOperationException;
import dev.coord.world.OperationLookup;
import dev.coord.world.OperationRejectedException;
import dev.coord.world.World;
import dev.coord.world.WorldResult;
import dev.coord.world.WorldRoleHandler;
import dev.coord.world.WorldState;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class CoordWorldAutoConfigurationTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        JacksonAutoConfiguration.class,
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    record SetFlag(String key, String value) {}

    record Flag(String key, String value, long rev) {}

    static class Flags {
        private final AtomicInteger calls = new AtomicInteger();

        @WorldOp("flags/set")
        Flag set(WorldState world, SetFlag set) {
            calls.incrementAndGet();
            String key = "flags/" + set.key();
            byte[] content = set.value().getBytes(StandardCharsets.UTF_8);
            var flag = world.object(key)
                    .orElseGet(() -> world.createObject(key, world.storage().write(new byte[0])));
            flag.setContent(content);
            return new Flag(set.key(), set.value(), flag.rev());
        }

        @WorldOp("flags/refuse")
        void refuse(WorldState world, ParticipantId sender) {
            throw new OperationRejectedException("frozen", sender.value());
        }
    }

    @Test
    void anOperationThatAFollowerSubmitsRunsInTheLeader() {
        runner.withBean(Flags.class).run(leader -> {
            assertThat(leader.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            runner.withBean(Flags.class).run(follower -> {
                var template = follower.getBean(WorldTemplate.class);

                WorldResult result = template.submit("once", "flags/set", new SetFlag("dark", "on"));

                assertThat(template.result(result, Flag.class)).isEqualTo(new Flag("dark", "on", 2));
                assertThat(template.submit("once", "flags/set", new SetFlag("dark", "on")))
                        .isEqualTo(result);
                assertThat(leader.getBean(Flags.class).calls).hasValue(1);
                assertThat(follower.getBean(Flags.class).calls).hasValue(0);
                World world = follower.getBean(World.class);
                byte[] content = world.read(
                        view -> view.object("flags/dark").orElseThrow().content());
                assertThat(content).asString(StandardCharsets.UTF_8).isEqualTo("on");
            });
        });
    }

    @Test
    void whatAnOperationThrowsReachesItsSubmitter() {
        runner.withBean(Flags.class)
                .run(leader -> runner.withBean(Flags.class).run(follower -> {
                    var template = follower.getBean(WorldTemplate.class);
                    String self = follower.getBean(Coordinator.class).id().value();
                    assertThatThrownBy(() -> template.submit("flags/refuse", null))
                            .isInstanceOfSatisfying(
                                    OperationRejectedException.class,
                                    e -> assertThat(e.subject()).isEqualTo("frozen"))
                            .hasMessage(self);
                    assertThatThrownBy(() -> template.submit("flags/set", "not a flag"))
                            .isInstanceOf(InvalidOperationException.class)
                            .hasMessageContaining("flags/set");
                }));
    }

    @Test
    void theApplicationsHandlerIsCalledBesideTheWorlds() {
        var led = new CountDownLatch(1);
        RoleChangeHandler own = new RoleChangeHandler() {
            @Override
            public void onBecomeLeader(Leadership leadership) {
                led.countDown();
            }

            @Override
            public void onBecomeFollower(LeaderInfo leader) {}
        };
        runner.withBean(RoleChangeHandler.class, () -> own).run(context -> {
            assertThat(led.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(context.getBean(WorldRoleHandler.class).engine()).isPresent();
        });
    }

    @Test
    void anApplicationWithoutAWorldHasNone() {
        runner.withPropertyValues("coord.world.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean(World.class)
                        .doesNotHaveBean(WorldTemplate.class)
                        .doesNotHaveBean(WorldRoleHandler.class));
    }

    @Test
    void beansOfTheApplicationTakeTheirPlaces() {
        WorldRoleHandler own = WorldRoleHandler.builder().build();
        runner.withBean("own", WorldRoleHandler.class, () -> own).run(context -> {
            assertThat(context).hasSingleBean(WorldRoleHandler.class).hasSingleBean(World.class);
            assertThat(context.getBean(World.class)).isSameAs(own.world());
        });
    }

    @Test
    void lookupsAndAnEngineFactoryOfTheApplicationAreUsed() {
        var made = new AtomicInteger();
        EngineFactory factory = (leadership, defaults) -> {
            made.incrementAndGet();
            return defaults.create(leadership);
        };
        OperationLookup lookup = OperationLookup.builder()
                .world("ping", body -> new dev.coord.world.WorldOperation() {
                    @Override
                    public String type() {
                        return "ping";
                    }

                    @Override
                    public byte[] body() {
                        return body;
                    }

                    @Override
                    public byte[] apply(WorldState world, ParticipantId sender) {
                        return body;
                    }
                })
                .build();
        runner.withBean(EngineFactory.class, () -> factory)
                .withBean("pings", OperationLookup.class, () -> lookup)
                .run(context -> {
                    World world = context.getBean(World.class);
                    assertThat(world.submit("a", "ping", new byte[] {1}).value())
                            .containsExactly(1);
                    assertThat(made).hasValue(1);
                });
    }

    static class WithoutAWorld {
        @WorldOp("wrong")
        void wrong(String body) {}
    }

    static class WithTwoBodies {
        @WorldOp("wrong")
        void wrong(WorldState world, String one, String two) {}
    }

    static class Twin {
        @WorldOp("flags/set")
        void set(WorldState world) {}
    }

    @Test
    void aMethodThatCannotBeAnOperationFailsTheStartAndSaysWhy() {
        runner.withBean(WithoutAWorld.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(InvalidWorldMethodException.class)
                        .hasMessageContaining("WithoutAWorld.wrong")
                        .hasMessageContaining("WorldState"));
        runner.withBean(WithTwoBodies.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(InvalidWorldMethodException.class)
                        .hasMessageContaining("more than one body"));
        runner.withBean(Flags.class)
                .withBean(Twin.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .isInstanceOf(InvalidWorldMethodException.class)
                        .hasMessageContaining("two operations of type 'flags/set'"));
    }

    @Test
    void settingsThatMakeNoSenseFailTheStart() {
        runner.withPropertyValues("coord.world.max-results=0")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("at least 1 result"));
    }
}
