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
    void killLeaderThatIsTheOwner() {
        measureNextLeader("SIGKILL of the leader, which is the owner", true, Participant::kill);
    }

    @Test
    void killLeaderThatIsNotTheOwner() {
        measureNextLeader("SIGKILL of a leader that is not the owner", false, Participant::kill);
    }

    @Test
    void killOwnerThatDoesNotLead() {
        for (int round = 0; round < ROUNDS; round++) {
            Participant leader = warmedUp(false);
            Participant owner = group.awaitOwner();
            long killed = owner.kill();
            FIGURES.add(
                    "SIGKILL of an owner that does not lead, until the leader has renewed", leader.renewal() - killed);
            replace(owner);
        }
    }

    @Test
    void terminateLeaderThatIsTheOwner() {
        measureNextLeader(
                "SIGTERM of the leader, which is the owner",
                true,
                p -> p.process().terminate());
    }

    @Test
    void terminateLeaderThatIsNotTheOwner() {
        measureNextLeader(
                "SIGTERM of a leader that is not the owner",
                false,
                p -> p.process().terminate());
    }

    @Test
    void freezeLeaderThatIsTheOwner() {
        measureNextLeader("SIGSTOP of the leader, which is the owner", true, Participant::freeze);
    }

    @Test
    void freezeLeaderThatIsNotTheOwner() {
        measureNextLeader("SIGSTOP of a leader that is not the owner", false, Participant::freeze);
    }

    private void measureNextLeader(String what, boolean leaderIsOwner, ToLongFunction<Participant> signal) {
        for (int round = 0; round < ROUNDS; round++) {
            Participant leader = warmedUp(leaderIsOwner);
            long term = leader.lastTerm();
            long before = signal.applyAsLong(leader);
            FIGURES.add(what, group.awaitLeaderAfter(term).nanos() - before);
            replace(leader);
        }
    }

    /** All have run for the warm-up, and the leader is the owner, or is not. */
    private Participant warmedUp(boolean leaderIsOwner) {
        group.well()
                .forEach(participant -> await().atMost(WARM_UP.plusSeconds(10))
                        .until(() -> participant.age().compareTo(WARM_UP) > 0));
        return group.arrangeLeader(leaderIsOwner);
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
