package dev.coord.cluster;

import static org.awaitility.Awaitility.await;

import dev.coord.testing.Figures;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * How long a group of three is without a leader, from the signal to the line that the next leader prints. Before each round all
 * three have run for some seconds.
 */
@Tag("benchmark")
class TakeoverBenchmark {
    private static final int ROUNDS = Integer.getInteger("benchmark.rounds", 20);
    private static final Duration WARM_UP = Duration.ofSeconds(Integer.getInteger("benchmark.warmup", 4));
    private static final Figures FIGURES = new Figures();

    @TempDir
    private Path root;

    private Group group;

    @BeforeEach
    void start() {
        group = Group.forBenchmark(root);
        group.startAll(3);
    }

    @AfterEach
    void close() {
        group.close();
    }

    @AfterAll
    static void print() {
        System.out.printf(
                "Three participants, flags %s, Java %s, %d processors, %d s of warm-up%n%s%n",
                JavaProcess.NORMAL,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                WARM_UP.toSeconds(),
                FIGURES);
    }

    @Test
    void killLeaderThatIsTheHost() {
        measureNextLeader("SIGKILL of the leader, which is the host", true, Participant::kill);
    }

    @Test
    void killLeaderThatIsNotTheHost() {
        measureNextLeader("SIGKILL of a leader that is not the host", false, Participant::kill);
    }

    @Test
    void killHostThatDoesNotLead() {
        for (int round = 0; round < ROUNDS; round++) {
            Participant leader = warmedUp(false);
            Participant host = group.awaitHost();
            long killed = host.kill();
            FIGURES.add(
                    "SIGKILL of a host that does not lead, until the leader has renewed", leader.renewal() - killed);
            replace(host);
        }
    }

    @Test
    void terminateLeaderThatIsTheHost() {
        measureNextLeader(
                "SIGTERM of the leader, which is the host",
                true,
                p -> p.process().terminate());
    }

    @Test
    void terminateLeaderThatIsNotTheHost() {
        measureNextLeader(
                "SIGTERM of a leader that is not the host",
                false,
                p -> p.process().terminate());
    }

    @Test
    void freezeLeaderThatIsTheHost() {
        measureNextLeader("SIGSTOP of the leader, which is the host", true, Participant::freeze);
    }

    @Test
    void freezeLeaderThatIsNotTheHost() {
        measureNextLeader("SIGSTOP of a leader that is not the host", false, Participant::freeze);
    }

    private void measureNextLeader(String what, boolean leaderIsHost, ToLongFunction<Participant> signal) {
        for (int round = 0; round < ROUNDS; round++) {
            Participant leader = warmedUp(leaderIsHost);
            long term = leader.lastTerm();
            long before = signal.applyAsLong(leader);
            FIGURES.add(what, group.awaitLeaderAfter(term).nanos() - before);
            replace(leader);
        }
    }

    /** All have run for the warm-up, and the leader is the host, or is not. */
    private Participant warmedUp(boolean leaderIsHost) {
        group.well()
                .forEach(participant -> await().atMost(WARM_UP.plusSeconds(10))
                        .until(() -> participant.age().compareTo(WARM_UP) > 0));
        return group.arrangeLeader(leaderIsHost);
    }

    private void replace(Participant participant) {
        if (participant.isFrozen()) {
            participant.thaw();
        } else {
            participant.close();
            group.start();
        }
    }
}
