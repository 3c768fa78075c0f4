package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.actuate.CoordHealthIndicator;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

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
                // However busy the machine is, nobody loses the lease for that.
                .withPropertyValues(
                        "coord.dir=" + temp.resolve("shared"),
                        "coord.lease.renew-deadline=8s",
                        "coord.lease.stale-threshold=10s");
    }

    @Test
    void theCoordinatorIsPartOfTheHealth() {
        runner.run(context -> {
            Coordinator coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.awaitRole(Duration.ofSeconds(20))).isEqualTo(Role.LEADER);
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
                .withPropertyValues("coord.dir=" + temp.resolve("shared"))
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
    void anIndicatorOfTheApplicationsOwnReplacesIt() {
        runner.withBean(
                        "coordHealthIndicator",
                        HealthIndicator.class,
                        () -> () -> Health.up().build())
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(CoordHealthIndicator.class));
    }
}
