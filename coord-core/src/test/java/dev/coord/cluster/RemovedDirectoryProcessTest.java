package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.OtherUser;
import dev.coord.testing.Participant;
import dev.coord.testing.ParticipantOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared directory is removed while three participants use it. */
class RemovedDirectoryProcessTest {

    @TempDir
    private Path root;

    private Group group;
    private List<Participant> old;

    @BeforeEach
    void start() {
        group = Group.in(root, ParticipantOptions::withDefaultTimes);
        group.startAll(3);
        old = group.all();
        await("the end of the warm-up, which makes and removes files")
                .until(() -> group.files().stream().noneMatch(name -> name.startsWith("coord-tmp-")));
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void thoseWhoAreThereSayAndDoNothingElseAndWhoComesBeginsAnew() {
        remove(group.options().directory());
        Participant newcomer = group.start();

        newcomer.process().await("LEADER 1");
        old.forEach(this::awaitComplaint);
        List<Long> terms = old.stream().map(Participant::lastTerm).toList();
        old.forEach(participant -> participant.process().awaitIdle());
        assertThat(old).noneMatch(participant -> participant.status().role().equals("LEADER"));
        assertThat(old).extracting(Participant::lastTerm).as("lead no more").isEqualTo(terms);

        assertThatTheyCanBeClosed();
        newcomer.commit();
        assertThat(newcomer.records()).containsExactly(newcomer.id());
        assertThat(group.awaitAgreement()).isEqualTo(newcomer);
    }

    private void assertThatTheyCanBeClosed() {
        old.forEach(participant -> participant.process().send("close"));
        for (Participant participant : old) {
            participant.process().await("CLOSED");
            participant.process().awaitExit();
        }
    }

    /** Until somebody stops it and starts it again, a participant of the removed directory tells that it was removed. */
    private void awaitComplaint(Participant participant) {
        JavaProcess process = participant.process();
        await().untilAsserted(() -> assertThat(process.ask("failure", "FAILURE").text())
                .contains(
                        group.options().directory().toString(), "was removed or replaced while in use", "start again"));
    }

    /** Until it is gone: somebody may be making a file in it. */
    private static void remove(Path directory) {
        await().until(() -> OtherUser.succeeds(List.of("rm", "-rf", directory.toString())));
    }
}
