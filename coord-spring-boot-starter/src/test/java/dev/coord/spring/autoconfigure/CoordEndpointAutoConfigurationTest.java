package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import dev.coord.spring.actuate.CoordEndpoint;
import dev.coord.spring.actuate.CoordEndpoint.CoordDescriptor;
import dev.coord.spring.actuate.CoordEndpoint.GroupDescriptor;
import dev.coord.spring.actuate.CoordEndpoint.RoleChangeDescriptor;
import dev.coord.spring.actuate.CoordEndpoint.StepDownDescriptor;
import dev.coord.spring.actuate.CoordEndpointWebExtension;
import dev.coord.spring.actuate.CoordEndpointWebExtension.RefusalDescriptor;
import dev.coord.spring.actuate.CoordInfoContributor;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.InvocationContext;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.invoke.convert.ConversionServiceParameterValueMapper;
import org.springframework.boot.actuate.endpoint.web.EndpointMediaTypes;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.WebOperation;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpointDiscoverer;
import org.springframework.boot.actuate.info.Info;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

class CoordEndpointAutoConfigurationTest {

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = hidden().withPropertyValues("management.endpoints.web.exposure.include=coord");
    }

    private ApplicationContextRunner hidden() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class,
                        CoordEndpointAutoConfiguration.class))
                .withPropertyValues(Patience.properties(
                        temp.resolve("shared"), "coord.capabilities=gpu", "coord.attributes.zone=b"));
    }

    private static Coordinator leader(ApplicationContext context) throws InterruptedException {
        Coordinator coordinator = context.getBean(Coordinator.class);
        assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
        return coordinator;
    }

    /** What the endpoint has for the web, by method and path. */
    private static Map<String, WebOperation> operations(ApplicationContext context) {
        var discoverer = new WebEndpointDiscoverer(
                context,
                new ConversionServiceParameterValueMapper(),
                EndpointMediaTypes.DEFAULT,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
        return discoverer.getEndpoints().stream()
                .flatMap(endpoint -> endpoint.getOperations().stream())
                .collect(Collectors.toMap(
                        operation -> operation.getRequestPredicate().getHttpMethod() + " "
                                + operation.getRequestPredicate().getPath(),
                        operation -> operation));
    }

    private static Object invoke(ApplicationContext context, String operation, Map<String, Object> arguments) {
        return operations(context).get(operation).invoke(new InvocationContext(SecurityContext.NONE, arguments));
    }

    private static WebEndpointResponse<?> post(ApplicationContext context, Map<String, Object> arguments) {
        return (WebEndpointResponse<?>) invoke(context, "POST coord/{action}", arguments);
    }

    @Test
    void itTellsWhatThisParticipantKnows() {
        runner.run(context -> {
            Coordinator coordinator = leader(context);
            await().atMost(LIMIT)
                    .until(() ->
                            coordinator.watcher().participants().stream().allMatch(self -> self.role() == Role.LEADER));
            var all = (CoordDescriptor) invoke(context, "GET coord", Map.of());
            assertThat(all.groups()).containsOnlyKeys("default");
            GroupDescriptor group = all.groups().get("default");
            long pid = ProcessHandle.current().pid();
            assertThat(group.participant()).isEqualTo(coordinator.id().value());
            assertThat(group.role()).isEqualTo(Role.LEADER);
            assertThat(group.term()).isEqualTo(1);
            assertThat(group.leader()).isNotNull().satisfies(leader -> {
                assertThat(leader.participant()).isEqualTo(coordinator.id().value());
                assertThat(leader.pid()).isEqualTo(pid);
                assertThat(leader.address()).isEqualTo(coordinator.mesh().address());
            });
            assertThat(group.sinceRenewalMs()).isNotNegative();
            assertThat(group.staleThresholdMs()).isEqualTo(10_000);
            assertThat(group.stretched()).isFalse();
            assertThat(group.withoutLeaderMs()).isNull();
            assertThat(group.storeOwner()).isNotNull().satisfies(owner -> {
                assertThat(owner.pid()).isEqualTo(pid);
                assertThat(owner.here()).isTrue();
                assertThat(owner.epoch()).isPositive();
            });
            assertThat(group.participants()).singleElement().satisfies(self -> {
                assertThat(self.id()).isEqualTo(coordinator.id().value());
                assertThat(self.pid()).isEqualTo(pid);
                assertThat(self.role()).isEqualTo(Role.LEADER);
                assertThat(self.capabilities()).containsExactly("gpu");
                assertThat(self.attributes()).isEqualTo(Map.of("zone", "b", "coord.protocol", "1"));
                assertThat(self.heartbeatAgeMs()).isBetween(0L, LIMIT.toMillis());
                assertThat(self.startedAt()).isBefore(InstantSource.system().instant());
                assertThat(self.address()).isEqualTo(coordinator.mesh().address());
            });
            assertThat(group.world())
                    .isNotNull()
                    .satisfies(world -> assertThat(world.lag()).isZero());
            assertThat(group.roleChanges())
                    .singleElement()
                    .extracting(RoleChangeDescriptor::role, RoleChangeDescriptor::reason)
                    .containsExactly(Role.LEADER, "FIRST_SEEN");
            assertThat(group.storeFailure()).isNull();
            assertThat(group.handlerFailure()).isNull();
            assertThat(JsonMapper.builder().build().writeValueAsString(all)).contains("\"capabilities\":[\"gpu\"]");
        });
    }

    @Test
    void oneGroupCanBeAskedForAndOthersAreNotFound() {
        runner.withPropertyValues("coord.group=reports").run(context -> {
            var group = (GroupDescriptor) invoke(context, "GET coord/{group}", Map.of("group", "reports"));
            assertThat(group.group()).isEqualTo("reports");
            assertThat(invoke(context, "GET coord/{group}", Map.of("group", "others")))
                    .isNull();
        });
    }

    @Test
    void theLeaderStepsDownWhenItIsTold() {
        runner.run(context -> {
            Coordinator coordinator = leader(context);
            runner.run(second -> {
                Coordinator other = second.getBean(Coordinator.class);
                assertThat(other.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);

                WebEndpointResponse<?> answer = post(context, Map.of("action", "step-down", "pause", "30s"));
                assertThat(answer.getStatus()).isEqualTo(200);
                var done = (StepDownDescriptor) answer.getBody();
                assertThat(done.steppedDown()).isTrue();
                assertThat(done.term()).isEqualTo(1);
                assertThat(done.message()).contains("30000 ms");
                await().atMost(LIMIT).until(() -> other.role() == Role.LEADER && coordinator.role() == Role.FOLLOWER);
                var group = (GroupDescriptor) invoke(context, "GET coord/{group}", Map.of("group", "default"));
                assertThat(group.roleChanges())
                        .extracting(RoleChangeDescriptor::reason)
                        .containsExactly("RELEASED", "STEPPED_DOWN", "FIRST_SEEN");
                assertThat(group.roleChanges().get(0).failoverMs()).isNotNegative();
            });
        });
    }

    @Test
    void whoDoesNotLeadSaysWhoDoes() {
        runner.run(context -> {
            Coordinator coordinator = leader(context);
            runner.run(second -> {
                assertThat(second.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                WebEndpointResponse<?> answer = post(second, Map.of("action", "step-down", "group", "default"));
                assertThat(answer.getStatus()).isEqualTo(409);
                var refusal = (StepDownDescriptor) answer.getBody();
                assertThat(refusal.steppedDown()).isFalse();
                assertThat(refusal.leader().participant())
                        .isEqualTo(coordinator.id().value());
                assertThat(refusal.message())
                        .contains(
                                coordinator.id().value(),
                                "pid " + ProcessHandle.current().pid());
                assertThat(coordinator.role()).isEqualTo(Role.LEADER);
            });
        });
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        runner.run(context -> {
            Coordinator coordinator = leader(context);
            assertThat(post(context, Map.of("action", "explode")).getStatus()).isEqualTo(404);
            assertRefused(context, Map.of("action", "step-down", "pause", "-1s"), "pause");
            assertRefused(context, Map.of("action", "step-down", "group", "others"), "'others'", "[default]");
            assertThatThrownBy(() -> context.getBean(CoordEndpoint.class).change("step-down", "others", null))
                    .isInstanceOf(InvalidEndpointRequestException.class)
                    .hasMessageContaining("others");
            assertThat(coordinator.role()).isEqualTo(Role.LEADER);
        });
    }

    private static void assertRefused(ApplicationContext context, Map<String, Object> arguments, String... words) {
        WebEndpointResponse<?> answer = post(context, arguments);
        assertThat(answer.getStatus()).isEqualTo(400);
        assertThat(((RefusalDescriptor) answer.getBody()).message()).contains(words);
    }

    @Test
    void aNamedGroupCanBeToldToStepDown() {
        runner.withConfiguration(AutoConfigurations.of(CoordGroupsAutoConfiguration.class))
                .withPropertyValues("coord.groups.reports.enabled=true")
                .run(context -> {
                    for (Coordinator coordinator :
                            context.getBeansOfType(Coordinator.class).values()) {
                        assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
                    }
                    var all = (CoordDescriptor) invoke(context, "GET coord", Map.of());
                    assertThat(all.groups()).containsOnlyKeys("default", "reports");
                    assertThat(all.groups().get("default").world()).isNotNull();
                    assertThat(all.groups().get("reports").world()).isNull();
                    WebEndpointResponse<?> answer = post(context, Map.of("action", "step-down", "group", "reports"));
                    assertThat(((StepDownDescriptor) answer.getBody()).group()).isEqualTo("reports");
                    assertThat(context.getBean(Coordinator.class).role()).isEqualTo(Role.LEADER);
                });
    }

    @Test
    void whereThereAreSeveralGroupsAllAreShownAndOneMustBeNamed() {
        runner.withUserConfiguration(TwoCoordinators.class).run(context -> {
            var all = (CoordDescriptor) invoke(context, "GET coord", Map.of());
            assertThat(all.groups()).containsOnlyKeys("one", "two");
            assertThat(all.groups().get("two").world()).isNull();
            assertRefused(context, Map.of("action", "step-down"), "[one, two]");
            var info = new Info.Builder();
            context.getBean(CoordInfoContributor.class).contribute(info);
            assertThat(info.build().get("coord"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsOnlyKeys("one", "two");
        });
    }

    @Test
    void itIsAbsentWhenItIsNotExposed() {
        hidden().run(context -> assertThat(context)
                .hasNotFailed()
                .hasSingleBean(Coordinator.class)
                .doesNotHaveBean(CoordEndpoint.class)
                .doesNotHaveBean(CoordEndpointWebExtension.class));
    }

    @Test
    void itIsAbsentWhenAccessIsDenied() {
        runner.withPropertyValues("management.endpoint.coord.access=NONE")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(CoordEndpoint.class)
                        .doesNotHaveBean(CoordEndpointWebExtension.class));
    }

    @Test
    void itIsAbsentWithoutActuator() {
        runner.withClassLoader(new FilteredClassLoader(ConditionalOnAvailableEndpoint.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean(CoordEndpointAutoConfiguration.class));
    }

    @Test
    void itIsAbsentWithoutACoordinator() {
        runner.withPropertyValues("coord.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .doesNotHaveBean(CoordEndpoint.class)
                        .doesNotHaveBean(CoordInfoContributor.class));
    }

    @Test
    void anEndpointOfTheApplicationsOwnReplacesIt() {
        var own = new CoordEndpoint(Map.of(), group -> Optional.empty(), InstantSource.system());
        var extension = new CoordEndpointWebExtension(own);
        runner.withBean(CoordEndpoint.class, () -> own)
                .withBean(CoordEndpointWebExtension.class, () -> extension)
                .run(context -> {
                    assertThat(context.getBean(CoordEndpoint.class)).isSameAs(own);
                    assertThat(context.getBean(CoordEndpointWebExtension.class)).isSameAs(extension);
                });
    }

    @Test
    void theInfoSaysWhoThisIs() {
        hidden().run(context -> {
            Coordinator coordinator = leader(context);
            var info = new Info.Builder();
            context.getBean(CoordInfoContributor.class).contribute(info);
            assertThat(info.build().getDetails())
                    .containsEntry(
                            "coord",
                            Map.of(
                                    "group",
                                    "default",
                                    "participant",
                                    coordinator.id().value(),
                                    "role",
                                    "LEADER",
                                    "term",
                                    1L));
        });
    }

    @Test
    void theInfoIsAbsentWhenSwitchedOff() {
        runner.withPropertyValues("management.info.coord.enabled=false")
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(CoordEndpoint.class)
                        .doesNotHaveBean(CoordInfoContributor.class));
        runner.withPropertyValues("management.info.defaults.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CoordInfoContributor.class));
    }

    @Test
    void aContributorOfTheApplicationsOwnReplacesIt() {
        var own = new CoordInfoContributor(Map.of());
        runner.withBean(CoordInfoContributor.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(CoordInfoContributor.class)).isSameAs(own));
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoCoordinators {
        @Bean
        Coordinator one(CoordProperties properties) {
            return coordinator(properties, "one");
        }

        @Bean
        Coordinator two(CoordProperties properties) {
            return coordinator(properties, "two");
        }

        private static Coordinator coordinator(CoordProperties properties, String group) {
            return Coordinator.builder()
                    .directory(Path.of(String.valueOf(properties.dir())))
                    .group(group)
                    .shutdownHook(false)
                    .build();
        }
    }
}
