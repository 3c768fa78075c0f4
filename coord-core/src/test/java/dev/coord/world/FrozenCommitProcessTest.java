package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import dev.coord.testing.ParticipantOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A leader freezes when it has built a commit, and before it has sent it; it is thawed when another one leads. */
class FrozenCommitProcessTest {
    private static Path root;
    private static Group group;

    @BeforeAll
    static void start(@TempDir Path directory) {
        root = directory;
        group = Group.of(ChaosParticipantMain.class, root, ParticipantOptions::withShortTimes);
        group.startAll(3);
    }

    @AfterAll
    static void kill() {
        group.close();
    }

    @ParameterizedTest(name = "leader owns the database: {0}; submitted again before it wakes: {1}")
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void nothingIsCommittedOnWakingAndTheRetryIsAppliedOnceByTheNewLeader(boolean isOwner, boolean early) {
        String id = "frozen-" + isOwner + "-" + early;
        Participant leader = group.arrangeLeader(isOwner);
        // The number of the last commit, and how many increments there were.
        long[] before = done(leader, "before-" + id);
        long number = before[0];
        long counter = before[2];

        freezeWithACommit(leader, id);
        long oldTerm = leader.lastTerm();
        Participant next = group.awaitLeaderAfter(oldTerm).participant();
        Participant submitter = group.well().stream()
                .filter(participant -> participant != next)
                .findFirst()
                .orElseThrow();

        if (early) {
            long[] applied = done(submitter, id);
            assertThat(applied).containsExactly(number + 1, applied[1], counter + 1);
            assertThat(applied[1]).as("term").isGreaterThan(oldTerm);
            thaw(leader, id);
            assertThat(done(leader, id))
                    .as("what the frozen one answers if it is asked again")
                    .isEqualTo(applied);
        } else {
            thaw(leader, id);
            assertThat(read(submitter)).as("number and counter").containsExactly(number, counter);
            long[] applied = done(submitter, id);
            assertThat(applied).containsExactly(number + 1, applied[1], counter + 1);
            assertThat(applied[1]).as("term").isGreaterThan(oldTerm);
        }
        for (Participant participant : group.well()) {
            await("the world of " + participant)
                    .untilAsserted(() -> assertThat(read(participant))
                            .as("number and counter")
                            .containsExactly(number + 1, counter + 1));
        }
    }

    /** Has the leader's own engine, which does not repeat anything, build a commit. */
    private static void freezeWithACommit(Participant leader, String id) {
        Path marker = root.resolve("marker-" + id);
        leader.process().ask("freeze-at-commit " + marker, "ARMED");
        leader.process().send("engine-op " + id + " add");
        await("the commit").until(() -> Files.exists(marker));
        leader.awaitFrozen();
    }

    /** Wakes it; its commit is refused, and it follows. */
    private static void thaw(Participant leader, String id) {
        int from = leader.process().lineCount();
        leader.thaw();
        Line answer = leader.process().await(from, "ENGINE-OP " + id);
        assertThat(answer.text()).isEqualTo("ENGINE-OP " + id + " UNKNOWN");
        group.awaitAgreement();
    }

    /** Submits an increment through {@code participant}; returns the number of its commit, its term, and its result. */
    private static long[] done(Participant participant, String id) {
        JavaProcess process = participant.process();
        // On a slow machine there may be no leader for so long that it has to be submitted again.
        Line answer = await("an answer to " + id)
                .until(
                        () -> process.ask("op " + id + " add", "OP " + id + " "),
                        line -> line.words()[2].equals("DONE"));
        return numbers(answer);
    }

    private static long[] read(Participant participant) {
        long[] all = numbers(participant.process().ask("read r 0 none", "READ r DONE "));
        return new long[] {all[0], all[1]};
    }

    private static long[] numbers(Line line) {
        String[] words = line.words();
        long[] numbers = new long[words.length - 3];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = Long.parseLong(words[i + 3]);
        }
        return numbers;
    }
}
