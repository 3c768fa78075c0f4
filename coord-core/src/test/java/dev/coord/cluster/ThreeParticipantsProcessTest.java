package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.Group;
import dev.coord.testing.Participant;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three participants make one leader and two followers that know it. */
class ThreeParticipantsProcessTest {
    @TempDir
    private Path root;

    @Test
    void theFirstLeadsWhenTheyStartOneAfterTheOther() {
        try (Group group = Group.in(root)) {
            Participant first = group.startAll(3);

            assertThat(assertOneLeader(group)).isEqualTo(first);
        }
    }

    @Test
    void oneLeadsWhenTheyStartAtTheSameTime() {
        startAtTheSameTime(root);
    }

    static void startAtTheSameTime(Path root) {
        try (Group group = Group.in(root)) {
            for (int i = 0; i < 3; i++) {
                group.launch();
            }
            assertOneLeader(group);
        }
    }

    private static Participant assertOneLeader(Group group) {
        group.all().forEach(participant -> participant.process().await("STARTED"));
        Participant leader = group.awaitAgreement();
        long term = leader.status().term();
        for (Participant participant : group.all()) {
            String role = participant == leader ? "LEADER" : "FOLLOWER";
            assertThat(participant.status())
                    .isEqualTo(new Participant.Status(
                            role, term, leader.id(), group.all().size()));
            assertThat(participant.records()).hasSameSizeAs(group.all());
        }
        group.assertOneLeaderAtATime();
        return leader;
    }
}
