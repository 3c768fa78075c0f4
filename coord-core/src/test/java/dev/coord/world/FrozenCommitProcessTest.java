package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A leader freezes when it has built a commit, and before it has sent it; it is thawed when another one leads. */
class FrozenCommitProcessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String FIRST = "first";
    private static final String FROZEN = "frozen";

    @TempDir
    private Path root;

    @ParameterizedTest(name = "leader hosts the database: {0}; submitted again before it wakes: {1}")
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void nothingIsCommittedOnWakingAndTheRetryIsAppliedOnceByTheNewLeader(boolean isHost, boolean early)
            throws Exception {
        try (Group group = Group.of(ChaosParticipantMain.class, root)) {
            group.startAll(3);
            Participant leader = group.arrangeLeader(isHost);
            long oldTerm = leader.lastTerm();
            assertThat(done(leader, FIRST)).containsExactly(1, oldTerm, 1);

            freezeWithACommit(leader);
            Participant next = group.awaitLeaderAfter(oldTerm).participant();
            Participant submitter = group.well().stream()
                    .filter(participant -> participant != next)
                    .findFirst()
                    .orElseThrow();
            if (early) {
                long newTerm = assertAppliedByALaterLeader(submitter, oldTerm);
                thaw(group, leader);
                assertThat(done(leader, FROZEN))
                        .as("what the frozen one answers if it is asked again")
                        .containsExactly(2, newTerm, 2);
            } else {
                thaw(group, leader);
                assertThat(read(submitter)).as("number and counter").containsExactly(1, 1);
                assertAppliedByALaterLeader(submitter, oldTerm);
            }
            for (Participant participant : group.well()) {
                await("the world of " + participant)
                        .atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(read(participant))
                                .as("number and counter")
                                .containsExactly(2, 2));
            }
        }
    }

    /** Has the leader's own engine, which does not repeat anything, build a commit. */
    private void freezeWithACommit(Participant leader) {
        Path marker = root.resolve("marker");
        leader.process().ask("freeze-at-commit " + marker, "ARMED");
        leader.process().send("engine-op " + FROZEN + " add");
        await("the commit").atMost(PATIENCE).until(() -> Files.exists(marker));
        leader.awaitFrozen();
    }

    private static long assertAppliedByALaterLeader(Participant submitter, long oldTerm) {
        long[] applied = done(submitter, FROZEN);
        assertThat(applied[1]).as("term").isGreaterThan(oldTerm);
        assertThat(applied).containsExactly(2, applied[1], 2);
        return applied[1];
    }

    /** Wakes it; its commit is refused, and it follows. */
    private static void thaw(Group group, Participant leader) {
        int from = leader.process().lineCount();
        leader.thaw();
        Line answer = leader.process().await(from, "ENGINE-OP " + FROZEN);
        assertThat(answer.text()).isEqualTo("ENGINE-OP " + FROZEN + " UNKNOWN");
        group.awaitAgreement();
    }

    /** Submits an increment through {@code participant}; returns the number of its commit, its term, and its result. */
    private static long[] done(Participant participant, String id) {
        JavaProcess process = participant.process();
        return numbers(process.ask("op " + id + " add", "OP " + id + " DONE "), 3);
    }

    private static long[] read(Participant participant) {
        long[] all = numbers(participant.process().ask("read r 0 none", "READ r DONE "), 3);
        return new long[] {all[0], all[1]};
    }

    private static long[] numbers(Line line, int from) {
        String[] words = line.words();
        long[] numbers = new long[words.length - from];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Long.parseLong(words[from + i]);
        }
        return numbers;
    }
}
