package dev.coord.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.cluster.CoordinatorStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/** A follower that knows its leader, and of which something does not work. */
class CoordHealthProblemsTest {
    private static final ParticipantId SELF = ParticipantId.random();

    @Test
    void whatDoesNotWorkIsDownInWords() {
        Health health = health("the thread coord-election-g failed, 3 times, the last time with NoClassDefFoundError");

        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails())
                .containsEntry(
                        "problems",
                        List.of("the thread coord-election-g failed, 3 times, the last time with NoClassDefFoundError"))
                .containsEntry("role", "FOLLOWER");
    }

    @Test
    void whereAllWorksNothingIsSaidOfProblems() {
        Health health = health();

        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails()).doesNotContainKey("problems");
    }

    private static Health health(String... problems) {
        var status = new CoordinatorStatus(
                "g",
                SELF,
                Role.FOLLOWER,
                Optional.of(new LeaderInfo("g", ParticipantId.random(), new Term(1), 1, "/run/x.sock")),
                2,
                Optional.of(Duration.ofMillis(5)),
                Duration.ofSeconds(1),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(problems));
        return new CoordHealthIndicator(() -> status, Duration.ofSeconds(10)).health();
    }
}
