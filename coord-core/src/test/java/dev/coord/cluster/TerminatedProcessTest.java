package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.MeasuresTime;
import dev.coord.testing.Participant;
import dev.coord.testing.Participant.NewLeader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM of one of three participants. How long it takes in truth is printed by {@link TakeoverBenchmark}. */
@MeasuresTime
class TerminatedProcessTest {
    private static final Duration QUICKLY = Duration.ofMillis(5 * 50);

    @TempDir
    private Path root;

    @ParameterizedTest(name = "which is the host: {0}")
    @ValueSource(booleans = {true, false})
    void aLeaderThatIsAskedToEndHandsOverAndLeavesNothing(boolean host) {
        try (Group group = Group.in(root)) {
            group.startAll(3);
            Participant old = group.arrangeLeader(host);
            long term = old.lastTerm();
            assertThat(group.filesOf(old)).hasSize(2);

            long asked = old.process().terminate();

            old.process().awaitExit();
            Line workEnded = old.process().await("WORK-ENDED " + term);
            old.process().await("LOST " + term + " CLOSED");
            NewLeader next = group.awaitLeaderAfter(term);
            assertThat(next.after(asked))
                    .as("time until %s leads", next.participant())
                    .isLessThan(QUICKLY);
            assertThat(next.after(workEnded.nanos()))
                    .as("time after the work ended")
                    .isPositive();
            assertThat(next.term()).isEqualTo(term + 1);
            assertThat(group.filesOf(old)).isEmpty();
            assertThat(group.hostPid())
                    .as("pid in the endpoint file")
                    .isNotEqualTo(OptionalLong.of(old.process().pid()));
            assertThat(group.awaitAgreement()).isEqualTo(next.participant());
            assertThat(next.participant().records())
                    .containsExactlyInAnyOrderElementsOf(
                            group.well().stream().map(Participant::id).toList());
            group.assertOneLeaderAtATime();
        }
    }
}
