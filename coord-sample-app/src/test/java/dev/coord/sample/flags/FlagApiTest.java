package dev.coord.sample.flags;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
import dev.coord.sample.testing.Api;
import dev.coord.sample.testing.Api.Answer;
import dev.coord.sample.testing.App;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FlagApiTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final String ON = "{\"enabled\":true,\"value\":\"\"}";
    private static final String OFF = "{\"enabled\":false,\"value\":\"\"}";

    private App app;
    private Api api;

    @BeforeAll
    void start(@TempDir Path temp) {
        app = App.start(temp.resolve("shared"), "--coord.world.submit-timeout=1s");
        api = app.api();
    }

    @AfterAll
    void stop() {
        app.close();
    }

    private static String newKey() {
        return "k-" + UUID.randomUUID();
    }

    private String newFlag() {
        String key = newKey();
        assertThat(api.put("/api/flags/" + key, ON).status()).isEqualTo(201);
        return key;
    }

    @Test
    void aFlagIsCreatedChangedAndRead() {
        String key = newKey();
        Answer created = api.put("/api/flags/" + key, "{\"enabled\":true,\"value\":\"grün \uD83D\uDE00\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.header("Location")).contains("/api/flags/" + key);
        assertThat(created.header("ETag")).contains("\"1\"");
        assertThat(created.<String>at("$.key")).isEqualTo(key);
        assertThat(created.<Boolean>at("$.enabled")).isTrue();
        assertThat(created.<String>at("$.value")).isEqualTo("grün \uD83D\uDE00");
        assertThat(created.number("$.rev")).isEqualTo(1);
        assertThat(created.number("$.exposures")).isZero();
        assertThat(created.number("$.seqno")).isPositive();
        assertThat(created.number("$.term"))
                .isEqualTo(app.coordinator().leader().orElseThrow().term().value());
        assertThat(created.<String>at("$.servedBy"))
                .isEqualTo(app.coordinator().id().value());
        assertThat(created.header("X-Coord-Seqno")).contains(Long.toString(created.number("$.seqno")));

        Answer changed = api.put("/api/flags/" + key, OFF);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.number("$.rev")).isEqualTo(2);
        assertThat(api.put("/api/flags/" + key, OFF).number("$.rev"))
                .as("the same again")
                .isEqualTo(2);

        Answer read = api.get("/api/flags/" + key + "?minSeqno=" + changed.number("$.seqno"));
        assertThat(read.status()).isEqualTo(200);
        assertThat(read.header("ETag")).contains("\"2\"");
        assertThat(read.header("X-Coord-Seqno")).isPresent();
        assertThat(read.<Boolean>at("$.enabled")).isFalse();
    }

    @Test
    void flagsAreListedByPrefix() {
        String prefix = newKey();
        api.put("/api/flags/" + prefix + ".b", ON);
        api.put("/api/flags/" + prefix + ".a", OFF);
        Answer list = api.get("/api/flags?prefix=" + prefix);
        assertThat(list.<List<String>>at("$[*].key")).containsExactly(prefix + ".a", prefix + ".b");
        assertThat(list.header("X-Coord-Seqno")).isPresent();
        assertThat(api.get("/api/flags?prefix=nothing-begins-so").body()).isEqualTo("[]");
    }

    @Test
    void aFlagIsDeletedOnce() {
        String key = newFlag();
        String id = UUID.randomUUID().toString();
        assertThat(api.delete("/api/flags/" + key, "Idempotency-Key", id).status())
                .isEqualTo(204);
        assertThat(api.delete("/api/flags/" + key, "Idempotency-Key", id).status())
                .as("the same again")
                .isEqualTo(204);
        assertProblem(api.delete("/api/flags/" + key), 404, "flag-not-found");
        assertProblem(api.get("/api/flags/" + key), 404, "flag-not-found");
        assertProblem(api.post("/api/flags/" + key + "/exposures", "{\"by\":1}"), 404, "flag-not-found");
    }

    @Test
    void aWriteOnAConditionThatIsNotTrueIsRefused() {
        String key = newKey();
        assertProblem(api.put("/api/flags/" + key, ON, "If-Match", "\"1\""), 412, "precondition-failed");
        assertProblem(api.put("/api/flags/" + key, ON, "If-Match", "*"), 412, "precondition-failed");
        assertThat(api.put("/api/flags/" + key, ON, "If-None-Match", "*").status())
                .isEqualTo(201);
        assertProblem(api.put("/api/flags/" + key, OFF, "If-None-Match", "*"), 412, "precondition-failed");
        assertThat(api.put("/api/flags/" + key, OFF, "If-Match", "\"1\"").number("$.rev"))
                .isEqualTo(2);
        assertProblem(api.put("/api/flags/" + key, ON, "If-Match", "\"1\""), 412, "precondition-failed");
        assertProblem(api.put("/api/flags/" + key, ON, "If-Match", "W/\"2\""), 412, "precondition-failed");
        assertProblem(api.put("/api/flags/" + key, ON, "If-Match", "\"x\""), 412, "precondition-failed");
        assertProblem(api.delete("/api/flags/" + key, "If-Match", "\"1\""), 412, "precondition-failed");
        assertProblem(
                api.post("/api/flags/" + key + "/exposures", "{\"by\":1}", "If-Match", "\"1\""),
                412,
                "precondition-failed");
        assertThat(api.put("/api/flags/" + key, ON, "If-Match", "\"7\", \"2\"").status())
                .isEqualTo(200);
        assertThat(api.delete("/api/flags/" + key, "If-Match", "\"3\"").status())
                .isEqualTo(204);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"1", "\"1\",", "\"1\" \"2\"", ",", "*,\"1\""})
    void anIfMatchThatIsNoneIsRefused(String ifMatch) {
        Answer answer = api.put("/api/flags/" + newFlag(), ON, "If-Match", ifMatch);
        assertProblem(answer, 400, "invalid-request");
        assertThat(answer.<String>at("$.invalid")).isEqualTo("If-Match");
    }

    @Test
    void exposuresAreCountedOnceForEachKey() {
        String key = newFlag();
        String path = "/api/flags/" + key + "/exposures";
        Answer first = api.post(path, "{\"by\":3}", "Idempotency-Key", key + "-1");
        assertThat(first.number("$.exposures")).isEqualTo(3);
        Answer again = api.post(path, "{\"by\":3}", "Idempotency-Key", key + "-1");
        assertThat(again.body()).as("the first answer").isEqualTo(first.body());
        assertThat(api.post(path, "{\"by\":1}", "Idempotency-Key", key + "-2").number("$.exposures"))
                .isEqualTo(4);
        Answer flag = api.get("/api/flags/" + key);
        assertThat(flag.number("$.exposures")).isEqualTo(4);
        assertThat(flag.number("$.rev")).as("exposures are no changes").isEqualTo(1);
    }

    @Test
    void anyStringIsAnIdempotencyKey() {
        String key = newFlag();
        String path = "/api/flags/" + key + "/exposures";
        long expected = 0;
        for (String id : List.of(key, "\u00fcber " + key, key + "x".repeat(300), "~flip:1" + key, "a b,c;\"" + key)) {
            expected++;
            for (int i = 0; i < 2; i++) {
                assertThat(api.post(path, "{\"by\":1}", "Idempotency-Key", id).number("$.exposures"))
                        .as(id)
                        .isEqualTo(expected);
            }
        }
        assertProblem(api.post(path, "{\"by\":1}", "Idempotency-Key", " "), 400, "invalid-request");
    }

    @Test
    void aKeyOfAnotherRequestIsRefused() {
        String key = newFlag();
        String id = UUID.randomUUID().toString();
        assertThat(api.put("/api/flags/" + key, OFF, "Idempotency-Key", id).status())
                .isEqualTo(200);
        assertProblem(api.put("/api/flags/" + key, ON, "Idempotency-Key", id), 422, "idempotency-key-reused");
        assertProblem(api.delete("/api/flags/" + key, "Idempotency-Key", id), 422, "idempotency-key-reused");
        assertProblem(
                api.put("/api/flags/" + key, OFF, "Idempotency-Key", id, "If-Match", "\"1\""),
                422,
                "idempotency-key-reused");
        assertThat(api.get("/api/flags/" + key).<Boolean>at("$.enabled")).isFalse();
    }

    @Test
    void theLogTellsWhatHappened() {
        String key = newKey();
        Answer created = api.put("/api/flags/" + key, ON, "Idempotency-Key", "log-" + key);
        long seqno = created.number("$.seqno");
        api.post("/api/flags/" + key + "/exposures", "{\"by\":1}");
        api.delete("/api/flags/" + key);

        Answer log = api.get("/api/changes?after=" + (seqno - 1));
        String self = app.coordinator().id().value();
        assertThat(log.<List<Integer>>at("$[*].seqno")).containsSequence((int) seqno, (int) seqno + 1, (int) seqno + 2);
        assertThat(log.<List<String>>at("$[*].type")).containsSequence("flags/put", "flags/expose", "flags/delete");
        assertThat(log.<String>at("$[0].key")).isEqualTo(key);
        assertThat(log.number("$[0].rev")).isEqualTo(1);
        assertThat(log.number("$[0].term")).isEqualTo(created.number("$.term"));
        assertThat(log.<String>at("$[0].opId")).isEqualTo("log-" + key);
        assertThat(log.<String>at("$[0].participant")).isEqualTo(self);
        assertThat(api.get("/api/changes?limit=1&after=" + seqno).<List<?>>at("$"))
                .hasSize(1);
    }

    @Test
    void whatIsNotHereYetIsWaitedForNotForEver() {
        String key = newFlag();
        assertProblem(api.get("/api/flags/" + key + "?minSeqno=1000000000"), 504, "not-there-yet");
    }

    @Test
    void aReadThatWaitsForACommitAnswersOnceItIsThere() {
        String key = newFlag();
        long here = api.get("/api/flags/" + key).number("$.seqno");
        // Late is as good, and is asked again: a read waits for two seconds.
        var read = CompletableFuture.supplyAsync(
                () -> new Api(api.port(), true).get("/api/flags/" + key + "?minSeqno=" + (here + 1)));
        await().atMost(LIMIT).until(() -> {
            api.put("/api/flags/" + key, OFF);
            return read.isDone();
        });
        assertThat(read.join().number("$.seqno")).isGreaterThan(here);
        assertThat(read.join().<Boolean>at("$.enabled")).isFalse();
    }

    @Test
    void withoutALeaderWritesAreToBeTriedAgainAndReadsGoOn() {
        String key = newFlag();
        // Nobody else wants to lead; it waits for that as long as a lease takes to be stale, five seconds here.
        app.coordinator().stepDown(Duration.ofMinutes(1));
        Answer refused = api.post("/api/flags/" + key + "/exposures", "{\"by\":1}");
        int taken = 0;
        // It leads on until its work has ended, and may take some more.
        while (refused.status() == 200) {
            taken++;
            refused = api.post("/api/flags/" + key + "/exposures", "{\"by\":1}");
        }
        assertThat(api.get("/api/flags/" + key).status()).isEqualTo(200);
        assertProblem(refused, 503, "no-leader");
        assertThat(refused.header("Retry-After")).contains("1");
        String id = refused.at("$.idempotencyKey");

        app.awaitLeader();
        await().atMost(LIMIT)
                .until(() -> api.post("/api/flags/" + key + "/exposures", "{\"by\":1}", "Idempotency-Key", id)
                                .status()
                        == 200);
        assertThat(api.get("/api/flags/" + key).number("$.exposures")).isEqualTo(taken + 1);
    }

    @Test
    void aFlipIsScheduledAndCancelled() {
        String key = newFlag();
        Answer scheduled =
                api.put("/api/flags/" + key + "/schedule", "{\"at\":\"2099-01-01T14:00:00Z\",\"enabled\":false}");
        assertThat(scheduled.status()).isEqualTo(200);
        assertThat(scheduled.<String>at("$.scheduledFlip.at")).isEqualTo("2099-01-01T14:00:00Z");
        assertThat(scheduled.<Boolean>at("$.scheduledFlip.enabled")).isFalse();
        assertThat(scheduled.number("$.rev")).isEqualTo(2);
        assertThat(api.put("/api/flags/" + key, OFF).<String>at("$.scheduledFlip.at"))
                .as("a change leaves the flip")
                .isEqualTo("2099-01-01T14:00:00Z");
        assertThat(api.delete("/api/flags/" + key + "/schedule").<Object>at("$.scheduledFlip"))
                .isNull();
        assertProblem(
                api.put("/api/flags/" + newKey() + "/schedule", "{\"at\":\"2099-01-01T14:00:00Z\",\"enabled\":true}"),
                404,
                "flag-not-found");
    }

    @Test
    void aFlipHappensOnceAlsoWhenItIsLate() {
        String key = newFlag();
        String past = "{\"at\":\"2020-01-01T14:00:00Z\",\"enabled\":false}";
        for (long round = 1; round <= 2; round++) {
            api.put("/api/flags/" + key, ON);
            long before = api.put("/api/flags/" + key + "/schedule", past).number("$.rev");
            await().atMost(LIMIT).untilAsserted(() -> {
                Answer flag = api.get("/api/flags/" + key);
                assertThat(flag.<Object>at("$.scheduledFlip")).isNull();
                assertThat(flag.<Boolean>at("$.enabled")).isFalse();
                assertThat(flag.number("$.rev")).isEqualTo(before + 1);
            });
            // The same flip of a flag with the same name and revision is another one.
            api.delete("/api/flags/" + key);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{}",
                "{\"enabled\":null}",
                "{\"enabled\":\"true\"}",
                "{\"enabled\":1}",
                "{\"enabled\":true,\"value\":1}",
                "{\"enabled\":true,\"value\":true}",
                "{\"enabled\":true,\"value\":{}}",
                "{\"enabled\":true,\"value\":\"\\ud800\"}",
                "{\"enabled\":true,\"color\":\"red\"}",
                "{\"enabled\":true,\"enabled\":false}",
                "{\"enabled\":true} {}",
                "enabled=true"
            })
    void aBodyThatMakesNoSenseIsRefused(String body) {
        String key = newKey();
        assertProblem(api.put("/api/flags/" + key, body), 400, "invalid-request");
        assertThat(api.get("/api/flags/" + key).status()).isEqualTo(404);
    }

    @Test
    void aBodyThatIsTooLongIsRefused() {
        assertProblem(
                api.put("/api/flags/" + newKey(), "{\"enabled\":true,\"value\":\"" + "x".repeat(10_001) + "\"}"),
                400,
                "invalid-request");
        assertProblem(api.put("/api/flags/" + newKey(), "[" + " ".repeat(70_000) + "]"), 413, "too-large");
        assertThat(api.put("/api/flags/" + newKey(), "{\"enabled\":true,\"value\":\"" + "x".repeat(10_000) + "\"}")
                        .status())
                .isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"by\":0}", "{\"by\":-1}", "{\"by\":1000001}", "{\"by\":1.5}", "{\"by\":\"1\"}", "{}"})
    void exposuresThatMakeNoSenseAreRefused(String body) {
        assertProblem(api.post("/api/flags/" + newFlag() + "/exposures", body), 400, "invalid-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"at\":\"tomorrow\",\"enabled\":true}",
                "{\"enabled\":true}",
                "{\"at\":\"2099-01-01T14:00:00Z\"}"
            })
    void aScheduleThatMakesNoSenseIsRefused(String body) {
        assertProblem(api.put("/api/flags/" + newFlag() + "/schedule", body), 400, "invalid-request");
    }

    @ParameterizedTest
    @CsvSource({
        "PUT, /api/flags/-a, 400",
        "PUT, /api/flags/a%20b, 400",
        "PUT, /api/flags/a%2Fb, 400",
        "PUT, /api/flags/a%00b, 400",
        "PUT, /api/flags/%C3%BC, 400",
        "PUT, /api/flags/a/b, 404",
        "GET, /api/flags?prefix=%2F, 400",
        "GET, /api/flags?minSeqno=-1, 400",
        "GET, /api/flags?minSeqno=x, 400",
        "GET, /api/changes?limit=0, 400",
        "GET, /api/changes?limit=1001, 400",
        "GET, /api/changes?after=x, 400",
        "GET, /api/nothing, 404",
        "GET, /nothing, 404",
        "PATCH, /api/flags/a, 405",
        "POST, /api/changes, 405",
    })
    void aRequestThatMakesNoSenseIsAProblem(String method, String path, int status) {
        Answer answer = api.send(method, path, method.equals("GET") ? null : ON);
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.number("$.status")).isEqualTo(status);
    }

    @Test
    void theActuatorShowsTheGroupAndItsMeters() {
        assertThat(api.get("/actuator/health").<String>at("$.components.coord.details.role"))
                .isEqualTo("LEADER");
        assertThat(api.get("/actuator/coord").status()).isEqualTo(200);
        assertThat(api.get("/actuator/metrics").<List<String>>at("$.names"))
                .anyMatch(name -> name.startsWith("coord."));
        assertThat(api.get("/actuator/info").status()).isEqualTo(200);
        assertThat(api.get("/actuator/env").status()).isEqualTo(404);
    }

    @Test
    void anotherKindOfBodyIsRefused() {
        Answer text = api.put("/api/flags/" + newKey(), ON, "Content-Type", "text/plain");
        assertThat(text.status()).isEqualTo(415);
        assertThat(text.header("Content-Type")).contains("application/problem+json");
        assertThat(api.send("GET", "/api/flags", null, "Accept", "text/html").status())
                .isEqualTo(406);
    }

    @Test
    void whatTomcatRefusesIsAProblemToo() throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), api.port())) {
            socket.getOutputStream()
                    .write("GET /api/flags/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("HTTP/1.1 400").contains("application/problem+json");
            int status = JsonPath.read(answer.substring(answer.indexOf("\r\n\r\n")), "$.status");
            assertThat(status).isEqualTo(400);
        }
    }

    private static void assertProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type")).contains("application/problem+json");
        assertThat(answer.<String>at("$.type")).isEqualTo("urn:problem:" + type);
        assertThat(answer.number("$.status")).isEqualTo(status);
        assertThat(answer.<String>at("$.detail")).isNotBlank();
    }
}
