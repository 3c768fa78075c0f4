package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import dev.coord.testing.Participant.NewLeader;
import dev.coord.transport.unix.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * SIGKILL or SIGTERM of one of three participants, whose place another one takes for the next test. No lease is ever stale here:
 * what happens, happens because the operating system says that a process is dead, or because it handed over. How long it takes is
 * printed by {@link TakeoverBenchmark}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledProcessTest {
    private static final List<Participant> KILLED = new ArrayList<>();
    private static Group group;
    private static Path halfMade;
    private static final List<Path> FOREIGN = new ArrayList<>();

    @BeforeAll
    static void start(@TempDir Path root) throws IOException {
        group = Group.in(root);
        group.startAll(2);
        Path directory = group.options().directory();
        halfMade = Files.createFile(PrivateDirectory.temporary(directory, ".mv.db"));
        FOREIGN.add(Files.createFile(directory.resolve("tmp-thesis.txt")));
        FOREIGN.add(Files.createDirectory(directory.resolve("tmp-empty")));
        FOREIGN.add(Files.createDirectory(PrivateDirectory.temporary(directory, "")));
        FOREIGN.add(Files.createFile(directory.resolve("coord-thesis.sock")));
        FOREIGN.add(Files.createFile(directory.resolve("coord-12345.sock")));
        FOREIGN.add(Files.createFile(directory.resolve("process-------------------------------------.lock")));
        FileTime longAgo = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
        Files.setLastModifiedTime(halfMade, longAgo);
        for (Path foreign : FOREIGN) {
            Files.setLastModifiedTime(foreign, longAgo);
        }
    }

    @BeforeEach
    void completeThree() {
        group.complete(3);
    }

    @AfterAll
    static void close() {
        group.close();
    }

    @ParameterizedTest(name = "which is the owner: {0}")
    @ValueSource(booleans = {true, false})
    void anotherLeadsWhenTheLeaderIsKilled(boolean owner) {
        Participant old = group.arrangeLeader(owner);
        long term = old.lastTerm();

        kill(old);

        NewLeader next = group.awaitLeaderAfter(term);
        assertThat(next.term()).isEqualTo(term + 1);
        assertThat(next.participant()).isNotEqualTo(old);
        assertThat(group.awaitAgreement()).isEqualTo(next.participant());
        assertThat(group.assertOneLeaderAtATime()).isGreaterThan(1);
        assertThatTheRegistryForgets(old);
    }

    @Test
    void theLeaderKeepsItsLeaseWhenAnOwnerThatDoesNotLeadIsKilled() {
        Participant leader = group.arrangeLeader(false);
        Participant owner = group.awaitOwner();
        long term = leader.lastTerm();

        kill(owner);

        leader.commit();
        assertThat(leader.renew()).isTrue();
        assertThat(group.awaitAgreement()).isEqualTo(leader);
        assertThat(leader.status().term()).isEqualTo(term);
        assertThat(leader.process().lines()).noneMatch(line -> line.text().startsWith("LOST " + term));
        assertThatTheRegistryForgets(owner);
    }

    @ParameterizedTest(name = "which is the owner: {0}")
    @ValueSource(booleans = {true, false})
    void aLeaderThatIsAskedToEndHandsOverAndLeavesNothing(boolean owner) {
        Participant old = group.arrangeLeader(owner);
        long term = old.lastTerm();
        assertThat(group.filesOf(old)).hasSize(2);

        old.process().terminate();

        old.process().awaitExit();
        Line workEnded = old.process().await("WORK-ENDED " + term);
        old.process().await("LOST " + term + " CLOSED");
        NewLeader next = group.awaitLeaderAfter(term);
        assertThat(next.term()).isEqualTo(term + 1);
        assertThat(workEnded.isBefore(next.participant().process().await("LEADER " + next.term())))
                .as("the work ended before another one led")
                .isTrue();
        assertThat(group.filesOf(old)).isEmpty();
        assertThat(group.ownerPid())
                .as("pid in the endpoint file")
                .isNotEqualTo(OptionalLong.of(old.process().pid()));
        assertThat(group.awaitAgreement()).isEqualTo(next.participant());
        assertThat(next.participant().records())
                .containsExactlyInAnyOrderElementsOf(
                        group.well().stream().map(Participant::id).toList());
        group.assertOneLeaderAtATime();
    }

    /** The owner looks every 15 s; by now it may have done so. */
    @Test
    @Order(Integer.MAX_VALUE)
    void whatTheKilledLeaveIsRemovedAfterAWhile() {
        if (KILLED.isEmpty()) {
            Participant owner = group.awaitOwner();
            assertThat(group.filesOf(owner)).hasSize(2);
            kill(owner);
        }
        await("housekeeping").untilAsserted(() -> {
            assertThat(KILLED)
                    .allSatisfy(killed -> assertThat(group.filesOf(killed)).isEmpty());
            assertThat(halfMade).doesNotExist();
        });
        assertThat(FOREIGN)
                .as("what other people have there stays")
                .allSatisfy(file -> assertThat(file).exists());
    }

    private static void kill(Participant participant) {
        participant.kill();
        KILLED.add(participant);
    }

    private static void assertThatTheRegistryForgets(Participant dead) {
        List<String> living = group.well().stream().map(Participant::id).toList();
        for (Participant asked : group.well()) {
            await().untilAsserted(() -> assertThat(asked.records()).containsExactlyInAnyOrderElementsOf(living));
            assertThat(asked.status().participants()).isEqualTo(living.size());
        }
        assertThat(living).doesNotContain(dead.id());
    }
}
