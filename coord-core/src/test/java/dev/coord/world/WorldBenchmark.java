package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.Coordinator;
import dev.coord.testing.JavaProcess;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a world does in a second: submissions from a follower beside plain JDBC commits to the same kind of database, commits until
 * they are seen, reads beside a concurrent map, and what depends on the size of a world. The leader is another process.
 */
@Tag("benchmark")
class WorldBenchmark {
    private static final int SECONDS = Integer.getInteger("benchmark.seconds", 10);
    private static final int WARM_UP_SECONDS = Integer.getInteger("benchmark.warmup", 15);
    private static final int MILLION = Integer.getInteger("benchmark.objects", 1_000_000);
    private static final int BATCH = 2000;

    @TempDir
    Path root;

    private final AtomicInteger next = new AtomicInteger();

    private JavaProcess start(Path directory) {
        return start(directory, JavaProcess.NORMAL);
    }

    private static JavaProcess start(Path directory, List<String> flags) {
        JavaProcess process =
                JavaProcess.start("participant", flags, BenchmarkParticipantMain.class, List.of(directory.toString()));
        process.await("ROLE ");
        return process;
    }

    @Test
    void submissionsFromAFollower() throws Exception {
        Path directory = root.resolve("shared");
        try (JavaProcess leader = start(directory)) {
            leader.ask("engine", "ENGINE true");
            WorldRoleHandler handler = BenchmarkParticipantMain.world();
            try (Coordinator follower = BenchmarkParticipantMain.coordinator(directory.toString(), handler)) {
                follower.start();
                World world = handler.world();
                assertThat(world.awaitSeqno(0, Duration.ofSeconds(10))).isTrue();
                measureJdbc(WARM_UP_SECONDS / 3);
                Times.ofSubmissions(world, next, 64, WARM_UP_SECONDS);
                report("submissions from a follower, 1 in flight", Times.ofSubmissions(world, next, 1, SECONDS));
                Duration leaderBefore = leader.processorTime();
                Duration ownBefore = ownProcessorTime();
                Times many = Times.ofSubmissions(world, next, 64, SECONDS);
                report("submissions from a follower, 64 in flight", many);
                System.out.printf(
                        "processor time of each: %d us of the leader, which is the owner, and %d us of the follower%n",
                        leader.processorTime()
                                        .minus(leaderBefore)
                                        .dividedBy(many.count())
                                        .toNanos()
                                / 1000,
                        ownProcessorTime()
                                        .minus(ownBefore)
                                        .dividedBy(many.count())
                                        .toNanos()
                                / 1000);
                report("plain JDBC insert and commit, 1 thread, this process's own file", measureJdbc(SECONDS));
                measureVisibility(world);
                measureReads(world);
            }
        }
    }

    private static Duration ownProcessorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElseThrow();
    }

    private static void report(String what, Times times) {
        System.out.printf("%s: %d /s, %s%n", what, times.count() / SECONDS, times.quantiles());
    }

    /** With the settings of the owner's database. */
    private Times measureJdbc(int seconds) throws Exception {
        var times = new Times();
        String url = "jdbc:h2:file:" + root.resolve("plain" + seconds)
                + ";FILE_LOCK=FS;WRITE_DELAY=0;RETENTION_TIME=1000;DB_CLOSE_ON_EXIT=FALSE";
        try (Connection connection = DriverManager.getConnection(url)) {
            connection
                    .createStatement()
                    .execute("CREATE TABLE IF NOT EXISTS plain (id BIGINT PRIMARY KEY, content VARBINARY(100))");
            connection.setAutoCommit(false);
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            try (var insert = connection.prepareStatement("INSERT INTO plain VALUES (?, ?)")) {
                while (System.nanoTime() < end) {
                    long began = System.nanoTime();
                    insert.setLong(1, next.incrementAndGet());
                    insert.setBytes(2, new byte[100]);
                    insert.executeUpdate();
                    connection.commit();
                    times.add(System.nanoTime() - began);
                }
            }
        }
        return times;
    }

    /** From before the leader applies an operation, which is before it commits it, until it can be read in this process. */
    private void measureVisibility(World world) throws InterruptedException {
        var times = new Times();
        var own = new Times();
        for (int i = 0; i < 2000; i++) {
            long began = System.nanoTime();
            WorldResult result = world.submit(new BenchmarkOperations(next.incrementAndGet()));
            long seen = System.nanoTime();
            times.add(seen - ByteBuffer.wrap(result.value()).getLong());
            own.add(seen - began);
        }
        System.out.printf("applied by the leader until read on a follower: %s%n", times.quantiles());
        System.out.printf("submit and read one's own write: %s%n", own.quantiles());
    }

    private static void measureReads(World world) {
        var map = new ConcurrentSkipListMap<String, byte[]>();
        for (int i = 0; i < BenchmarkOperations.OBJECTS; i++) {
            map.put("benchmark/" + i, new byte[100]);
        }
        for (int round = 0; round < 3; round++) {
            double ours = perSecond(i -> world.read(view -> view.object("benchmark/" + i % BenchmarkOperations.OBJECTS))
                    .isPresent());
            double theirs = perSecond(i -> map.get("benchmark/" + i % BenchmarkOperations.OBJECTS) != null);
            System.out.printf(
                    "local reads: %.1f million/s; ConcurrentSkipListMap.get: %.1f million/s; ratio %.2f%n",
                    ours / 1e6, theirs / 1e6, theirs / ours);
        }
    }

    private static double perSecond(java.util.function.IntPredicate read) {
        long began = System.nanoTime();
        int count = 0;
        int found = 0;
        while (System.nanoTime() - began < Duration.ofSeconds(3).toNanos()) {
            for (int i = 0; i < 1000; i++) {
                found += read.test(count++) ? 1 : 0;
            }
        }
        assertThat(found).isPositive();
        return count * 1e9 / (System.nanoTime() - began);
    }

    @Test
    void aMillionObjects() throws Exception {
        List<String> flags = List.of("-Xmx2g");
        Path directory = root.resolve("large");
        try (JavaProcess first = start(directory, flags)) {
            first.ask("engine", "ENGINE true");
            WorldRoleHandler handler = BenchmarkParticipantMain.world();
            long seqno = 0;
            try (Coordinator filler = BenchmarkParticipantMain.coordinator(directory.toString(), handler)) {
                filler.start();
                World world = handler.world();
                for (int from = 0; from < MILLION; from += BATCH) {
                    var batch = new WorldBatch();
                    for (int i = from; i < from + BATCH; i++) {
                        batch.create(String.format("objects/%08d", i), new byte[16]);
                    }
                    seqno = world.submit("fill-" + from, batch).seqno();
                }
                System.out.printf("heap per object: %.0f bytes%n", (double) bytesOfWorld(handler, directory) / MILLION);
            }
            long began = System.nanoTime();
            JavaProcess second = start(directory, flags);
            try (second) {
                long opened = second.ask("seqno " + seqno, "SEQNO true").nanos();
                System.out.printf(
                        "opening a world of %d objects, from the start of the process: %.1f s%n",
                        MILLION, (opened - began) / 1e9);
                measurePromotion(directory, flags, first, second, seqno);
            }
        }
    }

    /** How much less heap is used without a second copy of the world. */
    private long bytesOfWorld(WorldRoleHandler handler, Path directory) throws InterruptedException {
        long before = usedHeap();
        WorldRoleHandler copy = BenchmarkParticipantMain.world();
        try (Coordinator another = BenchmarkParticipantMain.coordinator(directory.toString(), copy)) {
            another.start();
            assertThat(copy.world().awaitSeqno(handler.world().seqno(), Duration.ofMinutes(1)))
                    .isTrue();
            return usedHeap() - before;
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static void measurePromotion(
            Path directory, List<String> flags, JavaProcess first, JavaProcess second, long seqno) {
        JavaProcess leader = first;
        JavaProcess follower = second;
        var times = new Times();
        for (int round = 0; round < 10; round++) {
            follower.send("engine");
            long killed = leader.kill();
            times.add(follower.await("ENGINE true").nanos() - killed);
            leader.close();
            leader = follower;
            follower = start(directory, flags);
            follower.ask("seqno " + seqno, "SEQNO true");
        }
        leader.close();
        follower.close();
        System.out.printf(
                "SIGKILL of leader and owner until the next leader's engine writes, %d objects: %s%n",
                MILLION, times.quantiles());
    }
}
