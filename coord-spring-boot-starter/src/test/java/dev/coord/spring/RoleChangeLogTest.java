package dev.coord.spring;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.election.LeaseTiming;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.springframework.boot.logging.logback.StructuredLogEncoder;
import org.springframework.core.env.Environment;
import org.springframework.mock.env.MockEnvironment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Role changes in a structured log, as Spring Boot writes it. */
class RoleChangeLogTest {

    @TempDir
    private Path temp;

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.coord.cluster.RoleChangeLog");
    private final LoggerContext context = logger.getLoggerContext();
    private final MockEnvironment environment = new MockEnvironment();
    private final StructuredLogEncoder encoder = new StructuredLogEncoder();
    private final List<JsonNode> lines = new CopyOnWriteArrayList<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            lines.add(JsonMapper.builder().build().readTree(new String(encoder.encode(event), StandardCharsets.UTF_8)));
        }
    };

    @BeforeEach
    void capture() {
        context.putObject(Environment.class.getName(), environment);
        appender.setContext(context);
        appender.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(appender);
        logger.setAdditive(false);
    }

    @AfterEach
    void release() {
        logger.detachAppender(appender);
        logger.setLevel(null);
        logger.setAdditive(true);
        encoder.stop();
        context.removeObject(Environment.class.getName());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ecs", "logstash"})
    void aRoleChangeHasItsGroupTermAndParticipantAsFields(String format) throws InterruptedException {
        encoder.setFormat(format);
        encoder.setContext(context);
        encoder.start();
        try (Coordinator first = coordinator();
                Coordinator second = coordinator()) {
            first.start();
            assertThat(first.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            second.start();
            assertThat(second.awaitRole(LIMIT)).isEqualTo(Role.FOLLOWER);
            first.stepDown(Duration.ofSeconds(30));
            await().atMost(LIMIT).until(() -> lines.size() >= 5);

            // Two participants: each has an order of its own.
            List<JsonNode> ofFirst = linesOf(first);
            assertLine(ofFirst.get(0), first, "LEADER", 1, "FIRST_SEEN");
            assertLine(ofFirst.get(1), first, "UNKNOWN", 1, "STEPPED_DOWN");
            assertLine(ofFirst.get(2), first, "FOLLOWER", 2, "RELEASED");
            List<JsonNode> ofSecond = linesOf(second);
            assertLine(ofSecond.get(0), second, "FOLLOWER", 1, "FIRST_SEEN");
            assertThat(ofSecond.get(0).get("leader").asString())
                    .isEqualTo(first.id().value());
            assertLine(ofSecond.get(1), second, "LEADER", 2, "RELEASED");
            assertThat(ofSecond.get(1).get("withoutLeaderMs").asLong()).isNotNegative();
            assertThat(ofFirst.get(0).get("message").asString())
                    .isEqualTo("Group jobs: " + first.id() + " leads, term 1 (the lease was free)");
        }
    }

    /** In ECS a group is an object: whoever minds gives all of them a place of their own. */
    @Test
    void springBootsPrefixKeepsThemApart() throws InterruptedException {
        environment.setProperty("logging.structured.json.context.prefix", "coord");
        encoder.setFormat("ecs");
        encoder.setContext(context);
        encoder.start();
        try (Coordinator coordinator = coordinator()) {
            coordinator.start();
            assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(Role.LEADER);
            await().atMost(LIMIT).until(() -> !lines.isEmpty());
            assertThat(lines.get(0).has("group")).isFalse();
            assertLine(lines.get(0).get("coord"), coordinator, "LEADER", 1, "FIRST_SEEN");
        }
    }

    private Coordinator coordinator() {
        return Coordinator.builder()
                .directory(temp.resolve("shared"))
                .group("jobs")
                .settings(CoordinatorSettings.defaults()
                        .withLease(new LeaseTiming(
                                LeaseTiming.defaults().renewalInterval(),
                                Duration.ofSeconds(8),
                                Duration.ofSeconds(10))))
                .shutdownHook(false)
                .build();
    }

    private List<JsonNode> linesOf(Coordinator of) {
        return lines.stream()
                .filter(line ->
                        line.get("participant").asString().equals(of.id().value()))
                .toList();
    }

    private static void assertLine(JsonNode line, Coordinator of, String role, long term, String reason) {
        assertThat(line.get("group").asString()).isEqualTo("jobs");
        assertThat(line.get("participant").asString()).isEqualTo(of.id().value());
        assertThat(line.get("role").asString()).isEqualTo(role);
        assertThat(line.get("term").isNumber()).isTrue();
        assertThat(line.get("term").asLong()).isEqualTo(term);
        assertThat(line.get("reason").asString()).isEqualTo(reason);
    }
}
