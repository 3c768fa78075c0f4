package dev.coord.cluster;

import static org.awaitility.Awaitility.await;

import dev.coord.testing.Figures;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the time goes between SIGTERM of a leader that owns the database and the first line of the next leader's work. */
@Tag("benchmark")
class HandOverBenchmark {
    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 20);
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("benchmark.warmup", 4));

    @TempDir
    private Path root;

    @Test
    void fromTheSignalToTheNextLeadersWork() {
        var figures = new Figures();
        try (Group group = Group.forBenchmark(root)) {
            group.startAll(3);
            for (int round = 0; round < ROUNDS; round++) {
                group.well()
                        .forEach(participant -> await().atMost(WARM_UP.plusSeconds(30))
                                .until(() -> participant.age().compareTo(WARM_UP) > 0));
                Participant leader = group.arrangeLeader(true);
                long term = leader.lastTerm();

                long signalled = leader.process().terminate();

                Participant.NewLeader next = group.awaitLeaderAfter(term);
                long ended = nanos(leader.process(), "WORK-ENDED " + term);
                long began = nanos(next.participant().process(), "WORK-BEGAN " + next.term());
                figures.add("1 the signal, until the leader's work has ended", ended - signalled);
                figures.add("2 its end, until the next one's work begins", began - ended);
                figures.add("3 in all", began - signalled);
                leader.close();
                group.start();
            }
        }
        System.out.printf(
                "SIGTERM of a leader that owns the database, three participants, flags %s, Java %s, %d processors%n%s%n",
                JavaProcess.NORMAL, Runtime.version(), Runtime.getRuntime().availableProcessors(), figures);
    }

    private static long nanos(JavaProcess process, String line) {
        return process.await(line).nanos();
    }
}
