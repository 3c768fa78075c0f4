package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.InvalidSettingsException;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import dev.coord.spring.actuate.CoordHealthIndicator;
import dev.coord.spring.actuate.CoordReadiness;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroup;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthContributors;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

class CoordHealthContributorAutoConfigurationTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CoordAutoConfiguration.class,
                        CoordHealthContributorAutoConfiguration.class,
                        HealthContributorAutoConfiguration.class,
                        HealthContributorRegistryAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    @Test
    void theCoordinatorIsPartOfTheHealth() {
        runner.run(context -> {
            Coordinator coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            var indicator = (HealthIndicator)
                    context.getBean(HealthContributorRegistry.class).getContributor("coord");
            assertThat(indicator).isNotNull();
            Health health = indicator.health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails())
                    .containsEntry("role", "LEADER")
                    .containsEntry("term", 1L)
                    .containsEntry("leaderId", coordinator.id().value())
                    .containsEntry("leaderPid", ProcessHandle.current().pid())
                    .containsEntry("participants", 1)
                    .hasEntrySatisfying(
                            "sinceRenewalMs", since -> assertThat((Long) since).isBetween(0L, 10_000L));
        });
    }

    @Test
    void itIsAbsentWithoutTheHealthModule() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CoordAutoConfiguration.class, CoordHealthContributorAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")))
                .withClassLoader(new FilteredClassLoader(HealthIndicator.class))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean("coordHealthContributor"));
    }

    @Test
    void itIsAbsentWithoutACoordinator() {
        runner.withPropertyValues("coord.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CoordHealthIndicator.class));
    }

    @Test
    void itIsAbsentWhenSwitchedOff() {
        runner.withPropertyValues("management.health.coord.enabled=false")
                .run(context -> assertThat(context)
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean(CoordHealthIndicator.class));
    }

    @Test
    void namedGroupsAreShownBesideTheMainOne() {
        runner.withConfiguration(AutoConfigurations.of(CoordGroupsAutoConfiguration.class))
                .withPropertyValues("coord.group=team/main", "coord.groups.reports.enabled=true")
                .run(context -> {
                    var composite = (CompositeHealthContributor)
                            context.getBean(HealthContributorRegistry.class).getContributor("coord");
                    assertThat(composite).isNotNull();
                    assertThat(composite.stream().map(HealthContributors.Entry::name))
                            .containsExactlyInAnyOrder("team-main", "reports");
                });
    }

    @Test
    void severalCoordinatorsAreShownByGroup() {
        runner.withUserConfiguration(TwoCoordinators.class).run(context -> {
            var composite = (CompositeHealthContributor)
                    context.getBean(HealthContributorRegistry.class).getContributor("coord");
            assertThat(composite).isNotNull();
            assertThat(composite.stream().map(HealthContributors.Entry::name)).containsExactlyInAnyOrder("one", "two");
            var two = (HealthIndicator) composite.getContributor("two");
            assertThat(two).isNotNull();
            assertThat(two.health().getDetails()).containsEntry("group", "two");
        });
    }

    @Test
    void theHealthOfAChildContextShowsTheCoordinatorOfItsParent() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(CoordAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")))
                .run(parent -> runner.withParent(parent).run(child -> {
                    var indicator = (HealthIndicator)
                            child.getBean(HealthContributorRegistry.class).getContributor("coord");
                    assertThat(indicator).isNotNull();
                    assertThat(indicator.health().getDetails())
                            .containsEntry(
                                    "participantId",
                                    parent.getBean(Coordinator.class).id().value());
                }));
    }

    @Test
    void whoKnowsNoLeaderForLongerThanThePropertySaysIsOutOfService() {
        // A participant that has not started knows nobody.
        runner.withUserConfiguration(TwoCoordinators.class)
                .withPropertyValues("coord.health.no-leader-grace=10ms")
                .run(context -> {
                    var composite = (CompositeHealthContributor)
                            context.getBean(HealthContributorRegistry.class).getContributor("coord");
                    var one = (HealthIndicator) composite.getContributor("one");
                    await().atMost(LIMIT).until(() -> one.health().getStatus().equals(Status.OUT_OF_SERVICE));
                });
    }

    @Test
    void theWorldIsShown() {
        runner.withConfiguration(AutoConfigurations.of(CoordWorldAutoConfiguration.class))
                .withPropertyValues("coord.health.world-lag-grace=60s")
                .run(context -> {
                    var coord = (HealthIndicator)
                            context.getBean(HealthContributorRegistry.class).getContributor("coord");
                    await().atMost(LIMIT)
                            .untilAsserted(
                                    () -> assertThat(coord.health().getDetails().get("world"))
                                            .asString()
                                            .contains("behindMs=0", "stuck=[]"));
                });
        runner.withPropertyValues("coord.health.world-lag-grace=-1s")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("lag grace"));
    }

    @Test
    void aGraceThatIsNegativeEndsTheStart() {
        runner.withPropertyValues("coord.health.no-leader-grace=-1s").run(context -> {
            assertThat(context)
                    .getFailure()
                    .rootCause()
                    .hasMessageContaining("-1000 ms")
                    .isInstanceOfSatisfying(
                            InvalidSettingsException.class,
                            refused -> assertThat(refused.settings()).containsExactly("health.no-leader-grace"));
        });
    }

    @Test
    void itIsNoPartOfTheReadinessUnlessAPropertySaysSo() {
        withGroups().run(context -> {
            HealthEndpointGroup readiness = readiness(context);
            assertThat(readiness.isMember("coord")).isFalse();
            assertThat(context).doesNotHaveBean(CoordReadiness.class);
        });
    }

    @Test
    void aPropertyMakesItPartOfTheReadiness() {
        withGroups().withPropertyValues("coord.health.readiness.enabled=true").run(context -> {
            HealthEndpointGroup readiness = readiness(context);
            assertThat(readiness.isMember("coord")).isTrue();
            assertThat(readiness.isMember("coord/reports")).isTrue();
            assertThat(readiness.isMember("readinessState")).isTrue();
            assertThat(readiness.isMember("coordination")).isFalse();
            HealthEndpointGroup liveness =
                    context.getBean(HealthEndpointGroups.class).get("liveness");
            assertThat(liveness).isNotNull();
            assertThat(liveness.isMember("coord")).isFalse();
        });
    }

    @Test
    void theApplicationsOwnReadinessGroupIsAddedTo() {
        withGroups()
                .withPropertyValues(
                        "coord.health.readiness.enabled=true",
                        "management.endpoint.health.validate-group-membership=false",
                        "management.endpoint.health.group.readiness.include=db")
                .run(context -> {
                    HealthEndpointGroup readiness = readiness(context);
                    assertThat(readiness.isMember("coord")).isTrue();
                    assertThat(readiness.isMember("db")).isTrue();
                });
    }

    @Test
    void whereThereAreNoProbesThePropertyDoesNothing() {
        withGroups()
                .withPropertyValues(
                        "coord.health.readiness.enabled=true", "management.endpoint.health.probes.enabled=false")
                .run(context -> {
                    assertThat(context).hasNotFailed().hasSingleBean(CoordReadiness.class);
                    assertThat(context.getBean(HealthEndpointGroups.class).getNames())
                            .isEmpty();
                });
    }

    @Test
    void aReadinessOfTheApplicationsOwnReplacesIt() {
        var own = new CoordReadiness();
        withGroups()
                .withPropertyValues("coord.health.readiness.enabled=true")
                .withBean(CoordReadiness.class, () -> own)
                .run(context ->
                        assertThat(context.getBean(CoordReadiness.class)).isSameAs(own));
    }

    private ApplicationContextRunner withGroups() {
        return runner.withConfiguration(AutoConfigurations.of(
                ApplicationAvailabilityAutoConfiguration.class,
                AvailabilityProbesAutoConfiguration.class,
                AvailabilityHealthContributorAutoConfiguration.class,
                HealthEndpointAutoConfiguration.class));
    }

    private static HealthEndpointGroup readiness(ApplicationContext context) {
        HealthEndpointGroup readiness =
                context.getBean(HealthEndpointGroups.class).get("readiness");
        assertThat(readiness).isNotNull();
        return readiness;
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

    @Test
    void anIndicatorOfTheApplicationsOwnReplacesIt() {
        runner.withBean(
                        "coordHealthIndicator",
                        HealthIndicator.class,
                        () -> () -> Health.up().build())
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CoordHealthIndicator.class));
    }
}
