package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.MeasuresTime;
import dev.coord.testing.Participant;
import dev.coord.testing.Participant.NewLeader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGKILL of one of three participants. How long it takes in truth is printed by {@link TakeoverBenchmark}. */
@MeasuresTime
class KilledProcessTest {
    private static final Duration QUICKLY = Duration.ofMillis(5 * 150);

    @TempDir
    private Path root;

    private Group group;

    @BeforeEach
    void start() {
        group = Group.in(root);
        group.startAll(3);
    }

    @AfterEach
    void close() {
        group.close();
    }

    @Test
    void anotherLeadsWhenTheLeaderThatIsTheHostIsKilled() {
        Participant old = group.arrangeLeader(true);

        assertThatAnotherLeadsAfterKilling(old);
    }

    @Test
    void anotherLeadsWhenALeaderThatIsNotTheHostIsKilled() {
        Participant old = group.arrangeLeader(false);

        assertThatAnotherLeadsAfterKilling(old);
    }

    @Test
    void theLeaderKeepsItsLeaseWhenAHostThatDoesNotLeadIsKilled() {
        Participant leader = group.arrangeLeader(false);
        Participant host = group.awaitHost();
        long term = leader.lastTerm();

        long killed = host.kill();

        assertThat(Duration.ofNanos(leader.commit() - killed))
                .as("time until the leader has committed again")
                .isLessThan(QUICKLY);
        assertThat(leader.renew()).isTrue();
        assertThat(group.awaitAgreement()).isEqualTo(leader);
        assertThat(leader.status().term()).isEqualTo(term);
        assertThat(leader.process().lines()).noneMatch(line -> line.text().startsWith("LOST " + term));
        assertThatTheRegistryForgets(host);
    }

    private void assertThatAnotherLeadsAfterKilling(Participant old) {
        long term = old.lastTerm();

        long killed = old.kill();

        NewLeader next = group.awaitLeaderAfter(term);
        assertThat(next.after(killed))
                .as("time until %s leads", next.participant())
                .isLessThan(QUICKLY);
        assertThat(next.term()).isEqualTo(term + 1);
        assertThat(next.participant()).isNotEqualTo(old);
        assertThat(group.awaitAgreement()).isEqualTo(next.participant());
        assertThat(group.assertOneLeaderAtATime()).isGreaterThan(1);
        assertThatTheRegistryForgets(old);
    }

    private void assertThatTheRegistryForgets(Participant dead) {
        List<String> living = group.well().stream().map(Participant::id).toList();
        for (Participant asked : group.well()) {
            await().untilAsserted(() -> assertThat(asked.records()).containsExactlyInAnyOrderElementsOf(living));
            assertThat(asked.status().participants()).isEqualTo(living.size());
        }
        assertThat(living).doesNotContain(dead.id());
    }
}
