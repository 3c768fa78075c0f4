package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What three participants cost that do nothing but be there, when the compilers of their JVMs have come to rest. */
@Tag("benchmark")
class IdleCostBenchmark {
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("benchmark.warmup", 900));
    private static final Duration TIME = Duration.ofSeconds(Integer.getInteger("benchmark.seconds", 60));
    private static final double MAX_KILOBYTES = 50;
    private static final double MAX_PERCENT = 2;

    @TempDir
    private Path root;

    private record Sample(long nanos, long handedOver, long toDisk, Duration processor) {
        static Sample of(JavaProcess process) {
            return new Sample(
                    System.nanoTime(), process.bytesWritten(), process.bytesToDisk(), process.processorTime());
        }
    }

    /** Per second; the processor time as per cent of one core. */
    private record Cost(double handedOverKilobytes, double toDiskKilobytes, double percent) {
        static Cost between(Sample before, Sample after) {
            double seconds = (after.nanos() - before.nanos()) / 1e9;
            return new Cost(
                    (after.handedOver() - before.handedOver()) / 1000.0 / seconds,
                    (after.toDisk() - before.toDisk()) / 1000.0 / seconds,
                    after.processor().minus(before.processor()).toNanos() / 1e7 / seconds);
        }
    }

    @Test
    void threeIdleParticipants() throws IOException {
        try (Group group = Group.forBenchmark(root)) {
            group.startAll(3);
            pass(WARM_UP);
            Map<Participant, Sample> before = new LinkedHashMap<>();
            group.all().forEach(participant -> before.put(participant, Sample.of(participant.process())));

            pass(TIME);

            System.out.printf("Three idle participants, flags %s, %d s%n", JavaProcess.NORMAL, TIME.toSeconds());
            System.out.println("| | write_bytes kB/s | wchar kB/s | per cent of a core |\n| --- | --- | --- | --- |");
            double toDisk = 0;
            for (Participant participant : group.all()) {
                Cost cost = Cost.between(before.get(participant), Sample.of(participant.process()));
                String owner = participant == group.awaitOwner() ? " (owner and leader)" : "";
                System.out.printf(
                        "| %s%s | %.1f | %.1f | %.2f |%n",
                        participant, owner, cost.toDiskKilobytes(), cost.handedOverKilobytes(), cost.percent());
                toDisk += cost.toDiskKilobytes();
                assertThat(cost.percent())
                        .as("per cent of a core of %s", participant)
                        .isLessThan(MAX_PERCENT);
            }
            Path database = group.options().directory().resolve("coord.1.mv.db");
            System.out.printf("Database file: %d kB%n", Files.size(database) / 1000);
            assertThat(toDisk).as("kB/s to disk, all together").isLessThan(MAX_KILOBYTES);
        }
    }

    private static void pass(Duration time) {
        await().pollDelay(time).atMost(time.plusSeconds(10)).until(() -> true);
    }
}
