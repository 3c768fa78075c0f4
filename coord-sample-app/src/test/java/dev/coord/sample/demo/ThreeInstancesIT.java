package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.jayway.jsonpath.JsonPath;
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
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The packaged application as users run it: three processes on one directory, in order: of three two are killed, a new one comes,
 * of two one is stopped, and the last one ends with its standard input.
 */
@ExtendWith(Instances.Extension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ThreeInstancesIT {
    private static final String ON = "{\"enabled\":true,\"value\":\"\"}";
    private static final int SIGTERM_EXIT = 128 + 15;
    private static final int SIGKILL_EXIT = 128 + 9;

    private final Health health = new Health();
    private final List<Instance> killed = new ArrayList<>();

    @Test
    @Order(1)
    void theirHealthShowsOneLeaderAndTwoFollowersOfIt(Instances instances) {
        within().untilAsserted(() -> {
            Instance leader = instances.leader();
            for (Instance instance : instances.alive()) {
                assertThat(details(instance))
                        .containsEntry("role", instance == leader ? "LEADER" : "FOLLOWER")
                        .containsEntry("leaderPid", (int) leader.pid())
                        .containsEntry("participants", 3)
                        .hasEntrySatisfying(
                                "leaderId", id -> assertThat(id).asString().isNotEmpty())
                        .hasEntrySatisfying(
                                "term", term -> assertThat((Integer) term).isPositive())
                        .hasEntrySatisfying(
                                "sinceRenewalMs",
                                since -> assertThat((Integer) since).isNotNegative());
            }
        });
    }

    /** Forty flips: most are due one every 50 ms, while two leaders are killed, and some come after that. */
    @Test
    @Order(2)
    void anotherLeadsInALaterTermWhenTheLeaderIsKilledAndScheduledFlipsHappenOnce(Instances instances)
            throws InterruptedException, IOException {
        Api api = Instances.api(instances.follower());
        String prefix = "flip-" + UUID.randomUUID() + ".";
        List<String> keys = IntStream.range(0, 40).mapToObj(i -> prefix + i).toList();
        long before = api.put("/api/flags/" + prefix + "first", ON).number("$.seqno");
        keys.forEach(key -> api.put("/api/flags/" + key, ON));
        Instant base = Instant.now().plusSeconds(2);
        for (int i = 0; i < 36; i++) {
            scheduleFlip(api, keys.get(i), base.plusMillis(50L * i));
        }

        for (int kills = 0; kills < 2; kills++) {
            String halfway = keys.get(10 + 15 * kills);
            // The leader dies with the next round, and not this one.
            Api any = Instances.api(instances.follower());
            await().atMost(Instances.LIMIT)
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> !any.get("/api/flags/" + halfway).<Boolean>at("$.enabled"));
            Instance leader = instances.leader();
            long term = instances.term();
            leader.kill();
            RoleLine successor = instances.awaitLeader(term);
            assertThat(successor.pid()).isNotEqualTo(leader.pid());
            awaitEnd(leader, SIGKILL_EXIT);
            killed.add(leader);
        }
        Instance survivor = instances.leader();
        within().untilAsserted(() ->
                assertThat(details(survivor)).containsEntry("role", "LEADER").containsEntry("participants", 1));

        Api last = Instances.api(survivor);
        for (int i = 36; i < 40; i++) {
            scheduleFlip(last, keys.get(i), base);
        }
        await().atMost(Instances.LIMIT).untilAsserted(() -> {
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

    private static void scheduleFlip(Api api, String key, Instant at) {
        Answer scheduled = api.put("/api/flags/" + key + "/schedule", "{\"at\":\"" + at + "\",\"enabled\":false}");
        assertThat(scheduled.status()).as(scheduled.body()).isEqualTo(200);
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

    @Test
    @Order(3)
    void sigtermHandsOverAndLeavesNothingOfTheProcess(Instances instances) throws IOException, InterruptedException {
        instances.complete(2);
        Instance leader = instances.leader();
        long term = instances.term();
        assertThat(files(instances)).anyMatch(name -> isOf(leader, name));

        leader.terminate();
        RoleLine successor = instances.awaitLeader(term);
        assertThat(successor.pid()).isNotEqualTo(leader.pid());

        awaitEnd(leader, SIGTERM_EXIT);
        assertThat(files(instances)).noneMatch(name -> isOf(leader, name));
        Api api = Instances.api(instances.leader());
        within().untilAsserted(() -> assertThat(api.get("/api/cluster").<String>at("$.leader.reason"))
                .as("the last word of who was stopped")
                .isEqualTo("CLOSED"));
    }

    @Test
    @Order(4)
    void whatTheKilledOnesLeftIsRemovedByTheOthers(Instances instances) {
        assertThat(killed).hasSize(2);
        within().untilAsserted(() -> assertThat(files(instances))
                .noneMatch(name -> killed.stream().anyMatch(instance -> isOf(instance, name)))
                .filteredOn(name -> name.startsWith("process-"))
                .hasSize(1));
    }

    @Test
    @Order(5)
    void theLastOneEndsWithItsStandardInputAndLeavesNothingEither(Instances instances)
            throws IOException, InterruptedException {
        Instance last = instances.leader();
        last.stop();
        awaitEnd(last, 0);
        assertThat(files(instances)).noneMatch(name -> name.startsWith("process-") || name.endsWith(".sock"));
    }

    private static void awaitEnd(Instance instance, int exitCode) throws InterruptedException {
        assertThat(instance.awaitEnd(Instances.LIMIT)).isTrue();
        assertThat(instance.exitCode()).isEqualTo(exitCode);
    }

    private Map<String, Object> details(Instance instance) throws InterruptedException {
        return JsonPath.read(health.body(instance.port()), "$.components.coord.details");
    }

    private static boolean isOf(Instance instance, String file) {
        return file.contains("-" + instance.pid() + ".");
    }

    private static List<String> files(Instances instances) throws IOException {
        try (Stream<Path> files = Files.list(instances.dir())) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private static ConditionFactory within() {
        return await().atMost(Instances.LIMIT).ignoreExceptions();
    }
}
