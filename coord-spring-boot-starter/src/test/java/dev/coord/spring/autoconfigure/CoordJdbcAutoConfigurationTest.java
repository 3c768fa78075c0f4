package dev.coord.spring.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.InvalidSettingsException;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import dev.coord.spring.actuate.CoordEndpoint;
import dev.coord.store.DatabaseState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.health.registry.HealthContributorRegistry;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.NestedExceptionUtils;

/** What {@code coord.store.*} says of an external database, on a real one. */
@ExtendWith(OutputCaptureExtension.class)
class CoordJdbcAutoConfigurationTest {
    private static EmbeddedPostgres server;

    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    CoordJdbcAutoConfiguration.class, CoordAutoConfiguration.class, CoordGroupsAutoConfiguration.class))
            .withPropertyValues("coord.store.type=jdbc", "coord.lease.stale-threshold=30s", "coord.start-timeout=30s");

    @BeforeAll
    static void start() throws IOException {
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    private static String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    private static long number(String sql) {
        try (var connection = DriverManager.getConnection(url(), "postgres", "");
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(String sql) {
        try (var connection = DriverManager.getConnection(url(), "postgres", "");
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void awaitLeader(Coordinator coordinator) {
        await().atMost(Patience.LIMIT).until(() -> coordinator.role() == Role.LEADER);
    }

    @Test
    void theDatabaseOfThePropertiesHasTheTables() {
        runner.withPropertyValues(
                        "coord.store.url=" + url(),
                        "coord.store.username=postgres",
                        "coord.store.password=secret-word",
                        "coord.store.schema-name=of_coord",
                        "coord.store.table-prefix=own_")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Coordinator coordinator = context.getBean(Coordinator.class);
                    awaitLeader(coordinator);
                    DatabaseState database = coordinator.database().orElseThrow();
                    assertThat(database.url()).isEqualTo(url());
                    assertThat(database.server()).startsWith("PostgreSQL 14");
                    assertThat(database.timeline()).isPositive();
                    assertThat(database.toString()).doesNotContain("secret-word");
                    assertThat(context.getBean(CoordProperties.class).toString())
                            .doesNotContain("secret-word");
                    assertThat(coordinator.storeOwner()).isEmpty();
                });
        assertThat(number("SELECT max(term) FROM of_coord.own_lease")).isEqualTo(1);
    }

    @Test
    void healthEndpointAndMetersTellOfTheDatabaseAndOfNoPassword(CapturedOutput output) {
        String password = "secret-" + UUID.randomUUID();
        execute("CREATE ROLE watched LOGIN SUPERUSER");
        runner.withConfiguration(AutoConfigurations.of(
                        CoordHealthContributorAutoConfiguration.class,
                        CoordEndpointAutoConfiguration.class,
                        CoordMetricsAutoConfiguration.class,
                        MetricsAutoConfiguration.class,
                        CompositeMeterRegistryAutoConfiguration.class,
                        HealthContributorAutoConfiguration.class,
                        HealthContributorRegistryAutoConfiguration.class))
                .withBean(SimpleMeterRegistry.class, SimpleMeterRegistry::new)
                .withPropertyValues(
                        "management.endpoints.web.exposure.include=coord",
                        "coord.group=watched",
                        "coord.store.url=" + url() + "?user=watched&password=" + password,
                        "coord.store.username=watched",
                        "coord.store.password=" + password)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Coordinator coordinator = context.getBean(Coordinator.class);
                    awaitLeader(coordinator);
                    await().atMost(Patience.LIMIT)
                            .until(() -> value(context.getBean(MeterRegistry.class), "coord.store.sessions") == 1);
                    Supplier<Health> health = () -> ((HealthIndicator) context.getBean(HealthContributorRegistry.class)
                                    .getContributor("coord"))
                            .health();
                    Supplier<Object> told = () -> health.get().getDetails() + " "
                            + context.getBean(CoordEndpoint.class).coord() + " " + coordinator.status();

                    assertThat(health.get().getDetails())
                            .extractingByKey("database", InstanceOfAssertFactories.map(String.class, Object.class))
                            .containsEntry("url", url())
                            .containsEntry("session", "OPEN")
                            .containsEntry("maxConnections", 4)
                            .hasEntrySatisfying(
                                    "server",
                                    server -> assertThat((String) server).startsWith("PostgreSQL 14"))
                            .hasEntrySatisfying(
                                    "timeline",
                                    timeline -> assertThat((Long) timeline).isPositive())
                            .hasEntrySatisfying(
                                    "sinceAnswerMs",
                                    since -> assertThat((Long) since).isNotNegative())
                            .hasEntrySatisfying(
                                    "connections",
                                    open -> assertThat((Integer) open).isBetween(1, 4));
                    var endpoint = context.getBean(CoordEndpoint.class)
                            .group("watched")
                            .database();
                    assertThat(endpoint.url()).isEqualTo(url());
                    assertThat(endpoint.maxConnections()).isEqualTo(4);
                    MeterRegistry meters = context.getBean(MeterRegistry.class);
                    assertThat(value(meters, "coord.store.connections")).isBetween(1.0, 4.0);
                    assertThat(value(meters, "coord.store.connections.max")).isEqualTo(4);
                    assertThat(value(meters, "coord.store.timeline")).isPositive();
                    assertThat(value(meters, "coord.store.answer.age")).isNotNegative();
                    assertThat(meters.getMeters())
                            .noneMatch(meter -> meter.getId().toString().contains(password));
                    assertThat(told.get()).asString().contains(url()).doesNotContain(password);

                    execute("ALTER ROLE watched NOLOGIN");
                    execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'watched'");
                    await().atMost(Patience.LIMIT)
                            .untilAsserted(
                                    () -> assertThat(health.get().getStatus()).isEqualTo(Status.DOWN));
                    await().atMost(Patience.LIMIT).until(() -> value(meters, "coord.store.sessions") == 0);
                    assertThat(told.get())
                            .asString()
                            .contains("there is no session with the database", "CLOSED")
                            .doesNotContain(password);
                });
        assertThat(output).doesNotContain(password);
    }

    private static double value(MeterRegistry registry, String name) {
        return registry.get(name).tag("group", "watched").gauge().value();
    }

    @Test
    void otherwiseTheConnectionDetailsOfTheApplicationSayWhereItIs() {
        runner.withPropertyValues("coord.group=details")
                .withBean(JdbcConnectionDetails.class, CoordJdbcAutoConfigurationTest::details)
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    awaitLeader(context.getBean(Coordinator.class));
                });
        assertThat(number("SELECT term FROM coord_lease WHERE group_name = 'details'"))
                .isEqualTo(1);
    }

    private static JdbcConnectionDetails details() {
        return new JdbcConnectionDetails() {
            @Override
            public String getUsername() {
                return "postgres";
            }

            @Override
            public String getPassword() {
                return "";
            }

            @Override
            public String getJdbcUrl() {
                return url();
            }
        };
    }

    @Test
    void allGroupsOfAProcessShareOneSession() {
        runner.withPropertyValues(
                        "coord.store.url=" + url(),
                        "coord.store.username=postgres",
                        "coord.group=first",
                        "coord.groups.second.enabled=true",
                        "coord.groups.third.enabled=true")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    context.getBeansOfType(Coordinator.class).values().forEach(c -> awaitLeader(c));
                    await().atMost(Patience.LIMIT)
                            .until(() -> number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == 1);
                });
        await().atMost(Patience.LIMIT)
                .until(() -> number("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'coord'") == 0);
    }

    @Test
    void withoutASessionThereIsNone() {
        runner.withPropertyValues(
                        "coord.store.url=" + url(),
                        "coord.store.username=postgres",
                        "coord.store.session=false",
                        "coord.store.poll-interval=20ms")
                .run(context -> {
                    assertThat(context).hasNotFailed();
                    Coordinator coordinator = context.getBean(Coordinator.class);
                    awaitLeader(coordinator);
                    assertThat(coordinator.database().orElseThrow().session()).isEqualTo(DatabaseState.Session.OFF);
                });
    }

    @Test
    void tablesThatAreToBeThereAndAreNotEndTheStart() {
        runner.withPropertyValues(
                        "coord.store.url=" + url(),
                        "coord.store.username=postgres",
                        "coord.store.table-prefix=missing_",
                        "coord.store.schema=validate")
                .run(context ->
                        assertThat(context).getFailure().rootCause().hasMessageContaining("There are no tables"));
    }

    @Test
    void withoutAUrlItIsSaidWhatToSet() {
        runner.run(context -> assertThat(context)
                .getFailure()
                .rootCause()
                .isInstanceOf(InvalidSettingsException.class)
                .hasMessageContaining("coord.store.url")
                .hasMessageContaining("spring.datasource.url"));
    }

    @ParameterizedTest
    @CsvSource({
        "coord.store.url, jdbc:unknown://host/db, No JDBC driver",
        "coord.store.url, jdbc:mysql://host/db, org.mariadb.jdbc:mariadb-java-client for MariaDB",
        "coord.store.url, jdbc:mariadb:replication://host/db, has the failover mode 'replication'",
        "coord.store.url, mysql://host/db, must begin with 'jdbc:'",
        "coord.store.username, nobody, does not let 'nobody' in",
        "coord.store.table-prefix, a b, prefix of the tables",
        "coord.store.schema-name, A, name of the schema",
        "coord.store.lease-timeout, 900ms, less than the renew deadline",
        "coord.store.poll-interval, 0, poll interval must be more than 0",
    })
    void whatIsWrongIsNamedWithItsProperty(String property, String value, String message) {
        runner.withPropertyValues("coord.store.url=" + url(), "coord.store.username=postgres")
                .withPropertyValues(property + "=" + value)
                .run(context -> {
                    Throwable root = NestedExceptionUtils.getRootCause(context.getStartupFailure());
                    var cause = new InvalidSettingsFailureAnalyzer().analyze(context.getStartupFailure());
                    assertThat(cause).as("%s", root).isNotNull();
                    assertThat(cause.getDescription()).contains(message);
                    assertThat(cause.getAction()).contains("'" + property + "'");
                });
    }
}
