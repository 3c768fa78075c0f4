package dev.coord.sample.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.sample.testing.Api;
import dev.coord.sample.testing.App;
import dev.coord.sample.testing.EventStream;
import dev.coord.sample.testing.EventStream.Event;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The events, and what they tell of the group. The last test stops the application that all of them share. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EventsTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String ON = "{\"enabled\":true,\"value\":\"\"}";
    private static final String OFF = "{\"enabled\":false,\"value\":\"\"}";

    private App app;
    private Api api;

    @BeforeAll
    void start(@TempDir Path temp) {
        app = App.start(
                temp.resolve("shared"),
                "--coord.capabilities=flags,page",
                // So long would the end of the application wait for clients, if it did.
                "--spring.lifecycle.timeout-per-shutdown-phase=1h");
        api = app.api();
    }

    @AfterAll
    void stop() {
        app.close();
    }

    private static String newKey() {
        return "k-" + UUID.randomUUID();
    }

    private static boolean tells(Event event, String key) {
        return event.<List<String>>at("$.flags[*].key").contains(key);
    }

    @Test
    @Order(1)
    void whoComesGetsEverythingAndThenWhatChanges() throws IOException {
        String key = newKey();
        api.put("/api/flags/" + key, ON);
        try (var events = EventStream.open(api.port(), "")) {
            Event all = events.await("flags");
            assertThat(all.<Boolean>at("$.all")).isTrue();
            assertThat(tells(all, key)).isTrue();
            assertThat(events.await("roles").<String>at("$.leader.participant"))
                    .isEqualTo(app.coordinator().id().value());
            assertThat(events.await("participants").<List<String>>at("$.participants[*].participant"))
                    .containsExactly(app.coordinator().id().value());

            long seqno = api.put("/api/flags/" + key, OFF).number("$.seqno");
            Event changed = events.await("flags", event -> tells(event, key));
            assertThat(changed.<Boolean>at("$.all")).isFalse();
            assertThat(Long.parseLong(changed.id())).isGreaterThanOrEqualTo(seqno);
            assertThat(changed.<Boolean>at("$.flags[0].enabled")).isFalse();

            api.post("/api/flags/" + key + "/exposures", "{\"by\":5}");
            assertThat(events.await("flags", event -> tells(event, key)).<Integer>at("$.flags[0].exposures"))
                    .isEqualTo(5);
            api.delete("/api/flags/" + key);
            events.await("flags", event -> event.<List<String>>at("$.deleted").contains(key));
        }
    }

    @Test
    @Order(2)
    void whoComesAgainGetsWhatItMissed() throws IOException {
        String kept = newKey();
        String changed = newKey();
        String deleted = newKey();
        for (String key : List.of(kept, changed, deleted)) {
            api.put("/api/flags/" + key, ON);
        }
        String id;
        try (var events = EventStream.open(api.port(), "")) {
            id = events.await("flags", event -> tells(event, deleted)).id();
        }
        api.put("/api/flags/" + changed, OFF);
        long seqno = Long.parseLong(
                api.delete("/api/flags/" + deleted).header("X-Coord-Seqno").orElseThrow());
        try (var events = EventStream.open(api.port(), id)) {
            Event missed = events.await("flags", event -> Long.parseLong(event.id()) >= seqno);
            assertThat(missed.<Boolean>at("$.all")).isFalse();
            assertThat(missed.<List<String>>at("$.flags[*].key")).containsExactly(changed);
            assertThat(missed.<List<String>>at("$.deleted")).containsExactly(deleted);
        }
        for (String unknown : List.of("999999999", "-1", "x")) {
            try (var events = EventStream.open(api.port(), unknown)) {
                assertThat(events.await("flags").<Boolean>at("$.all"))
                        .as("of another world: %s", unknown)
                        .isTrue();
            }
        }
    }

    @Test
    @Order(3)
    void whoDoesNotReadHoldsUpNobody() throws IOException {
        String key = newKey();
        String large = "{\"enabled\":true,\"value\":\"" + "x".repeat(9_000) + "\"}";
        try (Socket deaf = EventStream.request(api.port(), "");
                var events = EventStream.open(api.port(), "")) {
            events.await("flags");
            int clients = clients();
            // More than fits between here and there.
            for (int i = 0; clients() == clients; i++) {
                assertThat(i).as("messages until a client is cut off").isLessThan(3_000);
                api.put("/api/flags/" + key, i % 2 == 0 ? large : ON);
                assertThat(events.await("flags", event -> tells(event, key)).nanos())
                        .isPositive();
            }
            assertThat(deaf.isClosed()).isFalse();
        }
    }

    private static int clients() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("sample-events-client"))
                .count();
    }

    @Test
    @Order(4)
    void thereIsALimitForClients() throws IOException {
        List<Socket> many = new ArrayList<>();
        try {
            await().atMost(LIMIT).until(() -> clients() == 0);
            for (int i = 0; i < 100; i++) {
                many.add(EventStream.request(api.port(), ""));
            }
            await().atMost(LIMIT).until(() -> clients() == 100);
            Api.Answer refused = api.get("/api/events");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.header("Content-Type")).contains("application/problem+json");
            assertThat(refused.header("Retry-After")).isPresent();
        } finally {
            for (Socket socket : many) {
                socket.close();
            }
        }
        await().atMost(LIMIT).until(() -> clients() == 0);
    }

    @Test
    @Order(5)
    void aLeaderThatStepsDownIsWrittenDown() throws IOException {
        String self = app.coordinator().id().value();
        try (var events = EventStream.open(api.port(), "")) {
            Event first = events.await("roles", event -> event.at("$.leader.since") != null);
            assertThat(first.<List<String>>at("$.history[*].reason")).containsExactly("FIRST_LEADER");
            int term = first.at("$.leader.term");

            Api.Answer asked = api.post("/api/cluster/step-down", "{\"pauseMillis\":0}");
            assertThat(asked.status()).as(asked.body()).isEqualTo(202);
            assertThat(asked.number("$.term")).isEqualTo(term);
            Event next = events.await(
                    "roles",
                    event -> event.at("$.leader") != null
                            && event.<Integer>at("$.leader.term") > term
                            && event.at("$.leader.reason") != null);
            assertThat(next.<String>at("$.leader.reason")).isEqualTo("STEPPED_DOWN");
            assertThat(next.<Number>at("$.leader.failoverMillis").doubleValue()).isNotNegative();
        }
        Api.Answer cluster = api.get("/api/cluster");
        assertThat(cluster.<String>at("$.servedBy")).isEqualTo(self);
        assertThat(cluster.<String>at("$.group")).isEqualTo("default");
        assertThat(cluster.number("$.seqno")).isPositive();
        assertThat(cluster.<String>at("$.leader.participant")).isEqualTo(self);
        assertThat(cluster.<String>at("$.leader.url")).isEqualTo("http://127.0.0.1:" + api.port());
        assertThat(cluster.<List<String>>at("$.participants[0].capabilities")).containsExactly("flags", "page");
        assertThat(cluster.<String>at("$.participants[0].role")).isEqualTo("LEADER");
        assertThat(cluster.number("$.participants[0].pid"))
                .isEqualTo(ProcessHandle.current().pid());
        assertThat(cluster.<String>at("$.participants[0].url")).isEqualTo("http://127.0.0.1:" + api.port());
        assertThat(cluster.number("$.participants[0].heartbeatAgeMillis")).isZero();
        assertThat(cluster.<List<Integer>>at("$.history[*].term")).hasSize(2);

        assertThat(api.post("/api/cluster/step-down", "{\"pauseMillis\":-1}").status())
                .isEqualTo(400);
        assertThat(api.post("/api/cluster/step-down", "{}", "Content-Type", "text/plain")
                        .status())
                .as("no page of another origin can send it without asking")
                .isEqualTo(415);
    }

    @Test
    @Order(6)
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void theEndOfTheApplicationDoesNotWaitForClients() throws IOException {
        try (var events = EventStream.open(api.port(), "");
                Socket deaf = EventStream.request(api.port(), "")) {
            events.await("flags");
            app.close();
            assertThat(events.awaitEnd()).isTrue();
            assertThat(deaf.isConnected()).isTrue();
        }
    }
}
