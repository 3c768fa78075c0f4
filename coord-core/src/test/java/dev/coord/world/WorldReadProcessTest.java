package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.Participant;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long reads take meanwhile is printed by {@link WorldReadBenchmark}. */
class WorldReadProcessTest {
    private static final int SOME_READS = 500;

    @TempDir
    private Path root;

    @Test
    void readsGoOnWhileThereIsNoLeaderAndNeverGoBack() {
        try (Group group = Group.of(ChaosParticipantMain.class, root, options -> options)) {
            group.startAll(3);
            Participant leader = group.arrangeLeader(true);
            List<Participant> survivors =
                    group.well().stream().filter(p -> p != leader).toList();
            survivors.forEach(p -> WorldReads.commit(p.process(), "before-" + p));
            survivors.forEach(p -> p.process().ask("probe", "PROBING"));

            // Neither leader nor database answer, and nobody takes over, for as long as it takes.
            leader.freeze();
            survivors.forEach(WorldReadProcessTest::awaitReads);

            leader.kill();
            survivors.forEach(p -> WorldReads.commit(p.process(), "after-" + p));
            survivors.forEach(WorldReadProcessTest::awaitReads);
            assertThat(survivors).allSatisfy(WorldReads::assertThatReadsNeverWentBack);
        }
    }

    private static void awaitReads(Participant participant) {
        long before = reads(participant);
        await("reads of " + participant).until(() -> reads(participant) > before + SOME_READS);
    }

    private static long reads(Participant participant) {
        return Long.parseLong(participant.process().ask("reads", "READS").words()[1]);
    }
}
