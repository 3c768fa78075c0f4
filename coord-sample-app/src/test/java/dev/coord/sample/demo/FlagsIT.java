package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.sample.testing.Api;
import dev.coord.sample.testing.Api.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The flags of three instances. */
@ExtendWith(Instances.Extension.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FlagsIT {
    private static final String ON = "{\"enabled\":true,\"value\":\"\"}";

    @Test
    @Order(1)
    void anyInstanceTakesWritesAndServesThem(Instances instances) {
        Set<String> servedBy = new HashSet<>();
        for (Api api : instances.apis()) {
            String key = "any-" + UUID.randomUUID();
            Answer written = api.put("/api/flags/" + key, ON);
            assertThat(written.status()).as(written.body()).isEqualTo(201);
            servedBy.add(written.at("$.servedBy"));
            for (Api other : instances.apis()) {
                Answer read = other.get("/api/flags/" + key + "?minSeqno=" + written.number("$.seqno"));
                assertThat(read.status()).as(read.body()).isEqualTo(200);
                assertThat(read.number("$.rev")).isEqualTo(1);
            }
        }
        assertThat(servedBy).hasSize(3);
    }

    @Test
    @Order(2)
    void aRequestThatIsRepeatedAtAnotherInstanceIsCarriedOutOnce(Instances instances) {
        String key = "once-" + UUID.randomUUID();
        instances.apis().get(0).put("/api/flags/" + key, ON);
        Set<Long> seqnos = new HashSet<>();
        for (Api api : instances.apis()) {
            Answer answer = api.post("/api/flags/" + key + "/exposures", "{\"by\":2}", "Idempotency-Key", key);
            assertThat(answer.number("$.exposures")).isEqualTo(2);
            seqnos.add(answer.number("$.seqno"));
        }
        assertThat(seqnos).hasSize(1);
    }

    /** The commands of the README, as they are there but for the ports. */
    @Test
    @Order(3)
    void theCommandsOfTheReadmeWork(Instances instances, @TempDir Path temp) throws IOException, InterruptedException {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/curl")), "The README's commands are not tested: there is no curl");
        List<String> commands = Files.readAllLines(Path.of("..", "README.md")).stream()
                .dropWhile(line -> !line.equals("## The sample application"))
                .skip(1)
                .takeWhile(line -> !line.startsWith("## "))
                .filter(line -> line.startsWith("curl "))
                .toList();
        assertThat(commands).hasSizeGreaterThan(8);
        for (String command : commands) {
            String own = command;
            for (int i = 0; i < 3; i++) {
                own = own.replace(
                        ":" + (8081 + i), ":" + instances.apis().get(i).port());
            }
            boolean endless = command.startsWith("curl -N");
            // Fails for answers that are errors.
            own = own.replaceFirst("curl", endless ? "curl -fsS --max-time 1" : "curl -fsS --max-time 20");
            Path output = temp.resolve("output");
            Process process = new ProcessBuilder("bash", "-c", own)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            assertThat(process.waitFor())
                    .as("%s: %s", own, Files.readString(output))
                    .isEqualTo(endless ? 28 : 0);
            if (endless) {
                assertThat(output).content().contains("event:flags", "event:roles", "event:participants");
            }
        }
    }

    /** Forty flips within two seconds, in which two leaders are killed. */
    @Test
    @Order(4)
    void scheduledFlipsHappenOnceWhileLeadersAreKilled(Instances instances) throws InterruptedException, IOException {
        Api api = Instances.api(instances.follower());
        String prefix = "flip-" + UUID.randomUUID() + ".";
        List<String> keys = IntStream.range(0, 40).mapToObj(i -> prefix + i).toList();
        long before = api.put("/api/flags/" + prefix + "first", ON).number("$.seqno");
        keys.forEach(key -> api.put("/api/flags/" + key, ON));
        Instant base = Instant.now().plusSeconds(2);
        for (int i = 0; i < keys.size(); i++) {
            Answer scheduled = api.put(
                    "/api/flags/" + keys.get(i) + "/schedule",
                    "{\"at\":\"" + base.plusMillis(50L * i) + "\",\"enabled\":false}");
            assertThat(scheduled.status()).as(scheduled.body()).isEqualTo(200);
        }

        for (int kills = 0; kills < 2; kills++) {
            String halfway = keys.get(10 + 15 * kills);
            Api any = instances.apis().get(0);
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !any.get("/api/flags/" + halfway).<Boolean>at("$.enabled"));
            long term = instances.term();
            instances.leader().kill();
            var unused = instances.awaitLeader(term);
        }

        Api last = instances.apis().get(0);
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            Answer flags = last.get("/api/flags?prefix=" + prefix);
            assertThat(flags.<List<String>>at("$[?(@.scheduledFlip != null)].key"))
                    .isEmpty();
        });
        for (String key : keys) {
            Answer flag = last.get("/api/flags/" + key);
            assertThat(flag.<Boolean>at("$.enabled")).isFalse();
            assertThat(flag.number("$.rev")).as("created, scheduled, flipped").isEqualTo(3);
        }
        Map<String, Integer> flips = new HashMap<>();
        Set<Integer> terms = new HashSet<>();
        for (Map<String, Object> change : changesAfter(last, before)) {
            if (change.get("type").equals("flags/flip") && keys.contains(change.get("key"))) {
                flips.merge((String) change.get("key"), 1, Integer::sum);
                terms.add((Integer) change.get("term"));
            }
        }
        assertThat(flips).hasSize(40).values().containsOnly(1);
        assertThat(terms).as("the terms of those who flipped").hasSizeGreaterThan(1);
    }

    private static List<Map<String, Object>> changesAfter(Api api, long seqno) {
        var changes = new ArrayList<Map<String, Object>>();
        long after = seqno;
        while (true) {
            List<Map<String, Object>> page =
                    api.get("/api/changes?limit=1000&after=" + after).at("$");
            if (page.isEmpty()) {
                return changes;
            }
            changes.addAll(page);
            after = ((Number) page.get(page.size() - 1).get("seqno")).longValue();
        }
    }
}
