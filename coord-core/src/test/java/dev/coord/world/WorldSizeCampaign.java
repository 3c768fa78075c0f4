package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.work.Workers;
import dev.coord.world.WorldGroup.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How large the database file becomes while a world of a thousand objects is written to without a pause, for {@code -Dsize.seconds}
 * and {@code -Dsize.rate} times a second. What is kept stays the same: the objects, and a log of a few seconds.
 */
@Tag("campaign")
class WorldSizeCampaign {
    private static final int SECONDS = Integer.getInteger("size.seconds", 300);
    private static final int RATE = Integer.getInteger("size.rate", 4000);
    private static final int EVERY_SECONDS = 5;
    private static final int OBJECTS = 1000;
    private static final int CLIENTS = 64;
    /** One in so many is too large to be in its reference. */
    private static final int LARGE = 10;

    private static final WorldSettings SETTINGS = WorldSettings.defaults()
            .withSubmitTimeout(Duration.ofSeconds(5))
            .withResults(Duration.ofSeconds(5), 10_000)
            .withSweepInterval(Duration.ofSeconds(10));

    @TempDir
    private Path root;

    private volatile boolean over;
    private final AtomicLong writes = new AtomicLong();

    @Test
    void theFileStopsGrowingWhileTheWorldIsFlooded() throws IOException, InterruptedException {
        var group = new WorldGroup(root, SETTINGS);
        Member member = group.join();
        List<Thread> clients = new ArrayList<>();
        try {
            for (int i = 0; i < OBJECTS; i++) {
                var unused = member.world().submit("make-" + i, new WorldBatch().create("key-" + i, new byte[0]));
            }
            for (int i = 0; i < CLIENTS; i++) {
                var random = new Random(i);
                clients.add(Workers.daemon("client", () -> flood(member.world(), random)));
            }
            clients.forEach(Thread::start);
            List<Long> sizes = sizes();
            int quarter = sizes.size() / 4;
            long early = max(sizes.subList(quarter, 2 * quarter));
            long late = max(sizes.subList(sizes.size() - quarter, sizes.size()));
            // One that grows with all that was ever written is twice as large by then.
            assertThat(late).as("in the last quarter of the time").isLessThan(early * 3 / 2);
        } finally {
            over = true;
            for (Thread client : clients) {
                client.join();
            }
            group.close();
        }
    }

    private void flood(World world, Random random) {
        long gap = TimeUnit.SECONDS.toNanos(CLIENTS) / RATE;
        for (long due = System.nanoTime(); !over; due = Math.max(due + gap, System.nanoTime() - gap)) {
            LockSupport.parkNanos(due - System.nanoTime());
            byte[] content = new byte[random.nextInt(LARGE) == 0 ? 500 : 50];
            random.nextBytes(content);
            var unused = world.submit(
                    UUID.randomUUID().toString(), new WorldBatch().set("key-" + random.nextInt(OBJECTS), content));
            writes.incrementAndGet();
        }
    }

    private List<Long> sizes() throws IOException, InterruptedException {
        Path file = root.resolve("shared").resolve("coord.1.mv.db");
        List<Long> sizes = new ArrayList<>();
        long before = 0;
        for (int second = EVERY_SECONDS; second <= SECONDS; second += EVERY_SECONDS) {
            TimeUnit.SECONDS.sleep(EVERY_SECONDS);
            long size = Files.size(file);
            long now = writes.get();
            System.out.printf(
                    "%4d s: %7d writes, %5d a second; the file has %7d kB%n",
                    second, now, (now - before) / EVERY_SECONDS, size / 1000);
            before = now;
            sizes.add(size);
        }
        return sizes;
    }

    private static long max(List<Long> sizes) {
        return sizes.stream().mapToLong(Long::longValue).max().orElseThrow();
    }
}
