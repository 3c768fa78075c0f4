package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads that must not be old. */
class SyncTest {
    private static WorldGroup group;

    @BeforeAll
    static void start(@TempDir Path directory) {
        group = new WorldGroup(directory);
        group.join();
        group.join();
        var unused = group.leader().world().state().createObject("counter", ObjectRef.EMPTY);
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    /** Without a sync a follower is some commits behind, now and then. */
    @Test
    void aFollowerHasAllThatWasCommittedBeforeItAsked() throws Exception {
        World follower = group.follower().world();
        for (int i = 0; i < 200; i++) {
            long committed = increment();
            long synced = i % 2 == 0 ? follower.sync() : follower.syncAsync().get(Patience.SECONDS, TimeUnit.SECONDS);
            assertThat(synced).isGreaterThanOrEqualTo(committed);
            assertThat(follower.read(WorldView::seqno)).isGreaterThanOrEqualTo(committed);
        }
    }

    private static long increment() {
        try (WorldTransaction transaction = group.leader().engine().newTransaction(true)) {
            var unused = transaction.state().object("counter").orElseThrow().incrementRev();
            return transaction.commit();
        }
    }

    @Test
    void theLeaderAnswersItself() {
        long committed = increment();
        assertThat(group.leader().world().sync()).isGreaterThanOrEqualTo(committed);
    }

    @Test
    void itIsNoCommit() {
        long before = group.follower().world().sync();
        assertThat(group.follower().world().sync()).isEqualTo(before);
    }

    @Test
    void whoeverWaitsForACommitIsToldOfItAlone() throws Exception {
        Replica replica = group.follower().handler().followerEngine().replica();
        long next = replica.seqno() + 1;
        var impatient = replica.reached(next);
        assertThat(impatient.cancel(false)).isTrue();
        var patient = replica.reached(next);
        var later = replica.reached(Long.MAX_VALUE);
        long committed = increment();
        assertThat(patient.get(Patience.SECONDS, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(committed);
        assertThat(later).isNotDone();
    }

    @Test
    void withoutALeaderItSaysThatReadsMayBeOld(@TempDir Path other) {
        try (var alone = new WorldGroup(other, WorldGroup.PATIENT.withSubmitTimeout(Duration.ofMillis(300)))) {
            Member led = alone.join();
            led.coordinator().close();
            assertThatThrownBy(() -> led.world().sync())
                    .isInstanceOf(WorldUnavailableException.class)
                    .hasMessageContaining("Reads here may be old");
        }
    }
}
