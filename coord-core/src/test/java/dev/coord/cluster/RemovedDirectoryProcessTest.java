package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.OtherUser;
import dev.coord.testing.Participant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shared directory is removed while three participants use it. */
class RemovedDirectoryProcessTest {
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final Duration WINDOW = Duration.ofSeconds(1);
    private static final Duration CLOSED = CoordinatorSettings.DEFAULT_CLOSE_TIMEOUT.multipliedBy(2);

    @TempDir
    private Path root;

    private Group group;
    private List<Participant> old;
    private long term;

    @BeforeEach
    void start() {
        group = Group.in(root);
        Participant leader = group.startAll(3);
        old = group.all();
        term = leader.lastTerm();
        await("the end of the warm-up, which makes and removes files")
                .atMost(SOON)
                .until(() -> group.files().stream().noneMatch(name -> name.startsWith("tmp-")));
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void thoseWhoAreThereSayAndDoNothingElseAndWhoComesBeginsAnew() {
        remove(group.options().directory());
        Participant newcomer = group.start();

        await().atMost(SOON).until(() -> newcomer.lastTerm() == 1);
        old.forEach(this::awaitComplaint);
        assertThatTheyAreNotBusy();
        assertThat(old).allSatisfy(participant -> {
            assertThat(participant.status().role()).isNotEqualTo("LEADER");
            assertThat(participant.lastTerm()).as("leads no more").isLessThanOrEqualTo(term);
        });

        assertThatTheyCanBeClosed();
        newcomer.commit();
        assertThat(newcomer.records()).containsExactly(newcomer.id());
        assertThat(newcomer.status().role()).isEqualTo("LEADER");
        assertThat(newcomer.lastTerm()).isEqualTo(1);
    }

    private void assertThatTheyCanBeClosed() {
        long began = System.nanoTime();
        old.forEach(participant -> participant.process().send("close"));
        for (Participant participant : old) {
            long closed = participant.process().await("CLOSED").nanos();
            assertThat(Duration.ofNanos(closed - began)).isLessThan(CLOSED);
            participant.process().awaitExit();
        }
    }

    /** Until somebody stops it and starts it again, a participant of the removed directory tells that it was removed. */
    private void awaitComplaint(Participant participant) {
        JavaProcess process = participant.process();
        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(process.ask("failure", "FAILURE").text())
                                .contains(
                                        group.options().directory().toString(),
                                        "was removed or replaced while in use",
                                        "start again"));
    }

    private void assertThatTheyAreNotBusy() {
        List<Duration> before =
                old.stream().map(p -> p.process().processorTime()).toList();
        long began = System.nanoTime();
        await().pollDelay(WINDOW).atMost(SOON).until(() -> true);
        for (int i = 0; i < old.size(); i++) {
            assertThat(old.get(i).process().processorTime().minus(before.get(i)))
                    .as("processor time of %s", old.get(i))
                    .isLessThan(Duration.ofNanos((System.nanoTime() - began) / 3));
        }
    }

    /** Until it is gone: somebody may be making a file in it. */
    private static void remove(Path directory) {
        await().atMost(SOON).until(() -> OtherUser.succeeds(List.of("rm", "-rf", directory.toString())));
    }
}
