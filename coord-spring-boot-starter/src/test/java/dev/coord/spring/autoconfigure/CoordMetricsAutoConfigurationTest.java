package dev.coord.spring.autoconfigure;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import dev.coord.world.WorldException;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextRefreshedEvent;

class CoordMetricsAutoConfigurationTest {
    private static final Path PAGE = Path.of("../docs/watching-it.md");

    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = withoutRegistry().withBean("registry", SimpleMeterRegistry.class, SimpleMeterRegistry::new);
    }

    private ApplicationContextRunner withoutRegistry() {
        return new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class,
                        CoordMetricsAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    private static List<Meter> meters(MeterRegistry registry) {
        return registry.getMeters().stream()
                .filter(meter -> meter.getId().getName().startsWith("coord."))
                .toList();
    }

    private static double value(MeterRegistry registry, String name, String... tags) {
        return registry.get(name)
                .tag("group", "default")
                .tags(tags)
                .meter()
                .measure()
                .iterator()
                .next()
                .getValue();
    }

    @Test
    void theyTellWhatHappens() {
        runner.run(context -> {
            Coordinator coordinator = context.getBean(Coordinator.class);
            assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            var leads = context.getBean(MeterRegistry.class);
            runner.run(second -> {
                Coordinator other = second.getBean(Coordinator.class);
                assertThat(other.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
                var follows = second.getBean(MeterRegistry.class);
                assertThat(value(leads, "coord.role", "role", "leader")).isEqualTo(1);
                assertThat(value(leads, "coord.role", "role", "follower")).isZero();
                assertThat(value(follows, "coord.role", "role", "follower")).isEqualTo(1);
                assertThat(value(follows, "coord.term")).isEqualTo(1);
                await().atMost(LIMIT).until(() -> value(leads, "coord.participants") == 2);
                assertThat(value(leads, "coord.lease.renewal.age")).isNotNegative();
                assertThat(value(leads, "coord.lease.stale.threshold")).isEqualTo(10);
                assertThat(value(leads, "coord.store.takeovers")).isEqualTo(1);
                await().atMost(LIMIT).until(() -> value(leads, "coord.lease.renewals", "outcome", "success") >= 2);
                assertThat(value(leads, "coord.lease.renewals", "outcome", "failure"))
                        .isZero();

                World world = second.getBean(World.class);
                for (int i = 0; i < 3; i++) {
                    world.state().createObject("key-" + i, ObjectRef.EMPTY);
                }
                assertThatThrownBy(() -> world.state().createObject("key-0", ObjectRef.EMPTY))
                        .isInstanceOf(WorldException.class);
                assertThat(value(follows, "coord.world.submissions", "outcome", "committed"))
                        .isEqualTo(3);
                assertThat(value(follows, "coord.world.submissions", "outcome", "refused"))
                        .isEqualTo(1);
                assertThat(value(follows, "coord.world.seqno")).isEqualTo(3);
                assertThat(value(follows, "coord.world.lag")).isZero();
                assertThat(value(follows, "coord.world.commits")).isZero();
                assertThat(value(leads, "coord.world.queue")).isZero();
                assertThat(value(leads, "coord.world.commits")).isBetween(1.0, 3.0);
                assertThat(leads.get("coord.world.commit.size").summary().totalAmount())
                        .isEqualTo(3);
                assertThat(value(follows, "coord.mesh.calls", "direction", "sent"))
                        .isPositive();
                assertThat(value(leads, "coord.mesh.calls", "direction", "received"))
                        .isPositive();

                coordinator.stepDown(Duration.ofSeconds(30));
                await().atMost(LIMIT)
                        .until(() -> value(follows, "coord.leader.changes", "reason", "released") == 1
                                && value(leads, "coord.leader.changes", "reason", "released") == 1);
                Timer failover = follows.get("coord.leader.failover").timer();
                await().atMost(LIMIT).until(() -> failover.count() == 1);
                assertThat(failover.totalTime(TimeUnit.SECONDS)).isNotNegative();
                assertThat(value(follows, "coord.leader.changes", "reason", "first_seen"))
                        .isEqualTo(1);
                assertThat(value(follows, "coord.term")).isEqualTo(2);
            });
        });
    }

    /** Name, unit and tags of each meter, as the documentation and the registry have them. */
    @Test
    void theyAreThoseOfTheDocumentation() {
        runner.run(context -> {
            assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            Map<String, String> found = new TreeMap<>();
            for (Meter meter : meters(context.getBean(MeterRegistry.class))) {
                Meter.Id id = meter.getId();
                assertThat(id.getDescription()).as(id.toString()).isNotBlank();
                String tags = id.getTags().stream().map(Tag::getKey).sorted().collect(Collectors.joining(", "));
                found.put(id.getName(), (id.getBaseUnit() == null ? "" : id.getBaseUnit()) + " | " + tags);
            }
            assertThat(found).isEqualTo(documented());
        });
    }

    private static Map<String, String> documented() throws IOException {
        Map<String, String> rows = new TreeMap<>();
        for (String line : Files.readAllLines(PAGE)) {
            if (line.matches("\\| `coord[^|]*\\|[^|]*\\| `[a-z, ]*\\bgroup\\b[a-z, ]*` \\|.*")) {
                List<String> cells = Arrays.stream(line.split("\\|"))
                        .map(cell -> cell.strip().replace("`", ""))
                        .toList();
                rows.put(cells.get(1), cells.get(2) + " | " + cells.get(3));
            }
        }
        return rows;
    }

    /** One that the application does not close, such as Micrometer's global one. */
    private static final class OutlivingRegistry extends SimpleMeterRegistry {
        @Override
        public void close() {
            // Stays open.
        }
    }

    @Test
    void noneIsLeftWhenTheCoordinatorHasClosed() {
        var registry = new OutlivingRegistry();
        for (int i = 0; i < 3; i++) {
            withoutRegistry()
                    .withBean("registry", MeterRegistry.class, () -> registry)
                    .run(context -> {
                        assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT))
                                .isEqualTo(Role.LEADER);
                        assertThat(meters(registry)).isNotEmpty();
                        context.getBean(Coordinator.class).close();
                        assertThat(meters(registry)).isEmpty();
                    });
        }
        assertThat(meters(registry)).isEmpty();
    }

    @Test
    void noneIsLeftWhenTheContextHasFailedToStart() {
        var registry = new OutlivingRegistry();
        withoutRegistry()
                .withBean("registry", MeterRegistry.class, () -> registry)
                .withBean("failing", AlwaysFails.class, AlwaysFails::new)
                .run(context -> assertThat(context).hasFailed());
        assertThat(meters(registry)).isEmpty();
    }

    /** Fails when all beans are there. */
    private static final class AlwaysFails implements ApplicationListener<ContextRefreshedEvent> {
        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
            throw new IllegalStateException("on purpose");
        }
    }

    @Test
    void eachGroupHasItsOwn() {
        runner.withConfiguration(AutoConfigurations.of(CoordGroupsAutoConfiguration.class))
                .withPropertyValues("coord.groups.reports.enabled=true")
                .run(context -> {
                    var registry = context.getBean(MeterRegistry.class);
                    for (Coordinator coordinator :
                            context.getBeansOfType(Coordinator.class).values()) {
                        assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
                        assertThat(registry.get("coord.role")
                                        .tag("group", coordinator.group())
                                        .tag("role", "leader")
                                        .gauge()
                                        .value())
                                .isEqualTo(1);
                    }
                    assertThat(registry.get("coord.term").gauges()).hasSize(2);
                });
    }

    @Test
    void theyAreAbsentWithoutARegistry() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class,
                        CoordMetricsAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean(MeterBinder.class));
    }

    @Test
    void theyAreAbsentWithoutMicrometer() {
        new ApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        CoordWorldAutoConfiguration.class,
                        CoordAutoConfiguration.class,
                        CoordMetricsAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")))
                .withClassLoader(new FilteredClassLoader("io.micrometer.core"))
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(Coordinator.class)
                        .doesNotHaveBean("coordCoordinatorMetrics")
                        .doesNotHaveBean("coordWorldMetrics"));
    }

    @Test
    void theyAreAbsentWithoutACoordinator() {
        runner.withPropertyValues("coord.enabled=false")
                .run(context -> assertThat(context).hasNotFailed().doesNotHaveBean(MeterBinder.class));
    }

    @Test
    void thoseOfTheWorldAreAbsentWithoutAWorld() {
        runner.withPropertyValues("coord.world.enabled=false").run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .hasBean("coordCoordinatorMetrics")
                    .doesNotHaveBean("coordWorldMetrics");
            assertThat(meters(context.getBean(MeterRegistry.class)))
                    .isNotEmpty()
                    .noneMatch(meter -> meter.getId().getName().startsWith("coord.world"));
        });
    }

    @Test
    void springBootsPropertySwitchesThemOff() {
        runner.withPropertyValues("management.metrics.enable.coord=false").run(context -> {
            assertThat(context.getBean(Coordinator.class).awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            assertThat(meters(context.getBean(MeterRegistry.class))).isEmpty();
        });
    }

    @Test
    void bindersOfTheApplicationsOwnReplaceThem() {
        MeterBinder own = registry -> registry.counter("own");
        runner.withBean("coordCoordinatorMetrics", MeterBinder.class, () -> own)
                .withBean("coordWorldMetrics", MeterBinder.class, () -> own)
                .run(context -> {
                    assertThat(context.getBean("coordCoordinatorMetrics")).isSameAs(own);
                    assertThat(context.getBean("coordWorldMetrics")).isSameAs(own);
                    assertThat(meters(context.getBean(MeterRegistry.class))).isEmpty();
                });
    }
}
