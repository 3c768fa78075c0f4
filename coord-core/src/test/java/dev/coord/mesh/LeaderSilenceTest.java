package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.mesh.Members.Member;
import dev.coord.testing.TestTransport;
import dev.coord.time.NanoClock;
import dev.coord.time.SettableNanoClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A follower that hears nothing of its leader: because the leader is silent, or because it could not hear. */
@ParameterizedClass(name = "{0}")
@EnumSource(TestTransport.class)
class LeaderSilenceTest {
    private static final int SOME_TICKS = 5;

    @Parameter
    private TestTransport transport;

    @TempDir
    private Path directory;

    private final AtomicLong reads = new AtomicLong();
    private final SettableNanoClock clock = new SettableNanoClock();
    private Members members;

    @BeforeEach
    void makeMembers() {
        clock.onRead(reads::incrementAndGet);
        members = new Members(transport, directory, settings(Duration.ofMillis(5)));
    }

    private static MeshSettings settings(Duration heartbeatInterval) {
        return new MeshSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                heartbeatInterval,
                heartbeatInterval.multipliedBy(2).plusSeconds(1),
                1_000_000);
    }

    @AfterEach
    void closeMembers() {
        members.close();
    }

    /** Each tick reads it, and each sign of life. */
    private void awaitTicks() {
        long before = reads.get();
        await().pollInterval(Duration.ofMillis(1)).until(() -> reads.get() > before + SOME_TICKS);
    }

    @Test
    void aFollowerThatWasFrozenDoesNotBlameItsLeader() {
        Member leader = members.join();
        Member follower = members.join(clock);
        members.lead(leader);
        await().until(() -> follower.mesh().isWatching(leader.id()));

        for (int i = 0; i < 30; i++) {
            clock.tick(Duration.ofSeconds(10));
            awaitTicks();
        }

        assertThat(follower.leaderLost()).hasValue(0);
    }

    @Test
    void aLeaderThatSaysNothingIsNoticed() {
        Member leader = members.join(settings(Duration.ofHours(1)), NanoClock.system());
        Member follower = members.join(clock);
        members.lead(leader);
        await().until(() -> follower.mesh().isWatching(leader.id()));

        for (int i = 0; i < 5; i++) {
            clock.tickMillis(200);
            awaitTicks();
            assertThat(follower.leaderLost()).hasValue(0);
        }
        // Its last word may have come late.
        await().until(() -> {
            clock.tickMillis(200);
            awaitTicks();
            return follower.leaderLost().get() > 0;
        });
    }
}
