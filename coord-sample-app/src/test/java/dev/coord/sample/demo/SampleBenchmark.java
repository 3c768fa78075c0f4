package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How soon clients see what happens to three instances with default settings. */
@Tag("benchmark")
class SampleBenchmark {
    private static final Path JAR = Path.of(System.getProperty("coord.sample.jar"));
    private static final int ROUNDS = 20;
    private static final int WARM_UP_CALLS = 500;

    @TempDir
    private Path temp;

    private final Fleet fleet = new Fleet();
    private final RoleWatch watch = new RoleWatch(fleet, System.out);

    @BeforeEach
    void start() throws IOException, InterruptedException {
        complete();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fleet.stop(Duration.ofSeconds(30));
    }

    private void complete() throws IOException, InterruptedException {
        for (int port : Ports.free(3 - alive().size())) {
            fleet.start(JAR, port, temp.resolve("shared"), temp);
        }
        watch.silence();
        assertThat(watch.settle()).isTrue();
    }

    private List<Instance> alive() {
        return fleet.instances().stream().filter(Instance::isAlive).toList();
    }

    @Test
    void handOverOverHttp() throws IOException, InterruptedException {
        var seen = new ArrayList<Double>();
        var printed = new ArrayList<Double>();
        for (int round = 0; round < ROUNDS; round++) {
            complete();
            Instance leader = fleet.leader().orElseThrow();
            List<Instance> others =
                    alive().stream().filter(instance -> instance != leader).toList();
            for (Instance other : others) {
                var client = new Health();
                for (int i = 0; i < WARM_UP_CALLS; i++) {
                    assertThat(client.role(other.port())).isEqualTo("FOLLOWER");
                }
            }
            List<CompletableFuture<Long>> whenLeader = others.stream()
                    .map(other -> CompletableFuture.supplyAsync(() -> awaitLeader(other.port())))
                    .toList();
            // Both are polling by now.
            watch.during(Duration.ofMillis(200));
            long asked = System.nanoTime();
            leader.terminate();
            long answered = (Long) CompletableFuture.anyOf(whenLeader.toArray(CompletableFuture<?>[]::new))
                    .join();
            seen.add((answered - asked) / 1e6);
            assertThat(leader.awaitEnd(RoleWatch.HANG)).isTrue();
            assertThat(watch.settle()).as("two are left").isTrue();
            long began = fleet.leader().flatMap(fleet::role).orElseThrow().nanos();
            printed.add((began - asked) / 1e6);
            polling = false;
            whenLeader.forEach(CompletableFuture::join);
            polling = true;
        }
        print("SIGTERM of the leader until another one says LEADER over HTTP", seen);
        print("SIGTERM of the leader until another one leads", printed);
    }

    private volatile boolean polling = true;

    private long awaitLeader(int port) {
        var health = new Health();
        try {
            while (polling && !health.role(port).equals("LEADER")) {
                // The next answer may say so.
            }
            return System.nanoTime();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void toggleOnAnotherPage() throws IOException {
        List<Instance> instances = alive();
        try (Chromium chromium = Chromium.start()) {
            var driver = chromium.driver();
            var page = new Page(driver);
            String key = "k" + UUID.randomUUID().toString().substring(0, 8);
            Instances.api(instances.get(0)).put("/api/flags/" + key, "{\"enabled\":true,\"value\":\"\"}");
            String here = driver.getWindowHandle();
            page.open(instances.get(0));
            page.awaitSwitch(key);
            String there = page.openTab(instances.get(1));
            page.watchToggles(key);
            var clicked = new ArrayList<Double>();
            for (int i = 1; i <= ROUNDS; i++) {
                driver.switchTo().window(here);
                clicked.add(page.toggle(key));
                page.awaitChecked(key, i % 2 == 0);
                driver.switchTo().window(there);
                int toggles = i;
                page.within().until(() -> page.togglesSeen().size() == toggles);
            }
            List<Double> seen = page.togglesSeen();
            var millis = new ArrayList<Double>();
            for (int i = 0; i < ROUNDS; i++) {
                millis.add(seen.get(i) - clicked.get(i));
            }
            print("a click on a flag's switch until the page of another instance shows it", millis);
        }
    }

    private static void print(String what, List<Double> millis) {
        List<Double> sorted = millis.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%s: median %.1f ms, p95 %.1f ms, at most %.1f ms, of %d%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get((int) (sorted.size() * 0.95) - 1),
                sorted.get(sorted.size() - 1),
                sorted.size());
    }
}
