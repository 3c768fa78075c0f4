package dev.coord.spring.actuate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.cluster.CoordinatorStatus;
import dev.coord.world.WorldReset;
import dev.coord.world.WorldStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

class CoordHealthIndicatorTest {
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final ParticipantId SELF = new ParticipantId("self");
    private static final LeaderInfo OTHER = new LeaderInfo("default", new ParticipantId("other"), new Term(7), 42, "");

    @Test
    void aFollowerIsUp() {
        Health health = health(Role.FOLLOWER, Optional.of(OTHER), Optional.empty(), Optional.empty());
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsExactly(
                        entry("group", "default"),
                        entry("participantId", "self"),
                        entry("role", "FOLLOWER"),
                        entry("term", 7L),
                        entry("leaderId", "other"),
                        entry("leaderPid", 42L),
                        entry("participants", 3),
                        entry("sinceRenewalMs", 120L),
                        entry("staleThresholdMs", 4000L),
                        entry("stretched", true));
    }

    @Test
    void whoKnowsNoLeaderIsUnknownAndHasAllDetails() {
        var status = new CoordinatorStatus(
                "default",
                SELF,
                Role.UNKNOWN,
                Optional.empty(),
                0,
                Optional.empty(),
                Duration.ofSeconds(1),
                false,
                Optional.of(GRACE),
                Optional.empty(),
                Optional.empty(),
                List.of());
        Health health = new CoordHealthIndicator(() -> status, GRACE).health();
        assertThat(health.getStatus()).isEqualTo(Status.UNKNOWN);
        assertThat(health.getDetails())
                .contains(
                        entry("role", "UNKNOWN"),
                        entry("term", 0L),
                        entry("leaderId", ""),
                        entry("leaderPid", 0L),
                        entry("participants", 0),
                        entry("sinceRenewalMs", -1L),
                        entry("staleThresholdMs", 1000L),
                        entry("stretched", false));
    }

    @Test
    void theWorldIsShownAndOutOfServiceWhenItIsTooOld() {
        Health health = health(new WorldStatus(5, 8, 2, Duration.ofMillis(900), List.of()));
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .containsEntry(
                        "world",
                        Map.of(
                                "seqno",
                                5L,
                                "lag",
                                3L,
                                "behindMs",
                                900L,
                                "queue",
                                2,
                                "stuck",
                                List.of(),
                                "resultWindowMs",
                                0L,
                                "resets",
                                0L));
        assertThat(health(new WorldStatus(5, 8, 2, Duration.ofMillis(1001), List.of()))
                        .getStatus())
                .isEqualTo(Status.OUT_OF_SERVICE);
    }

    @Test
    void anOperationThatDoesNotEndIsDown() {
        Health health = health(new WorldStatus(8, 8, 0, Duration.ZERO, List.of("spin")));
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails().get("world")).asString().contains("spin");
    }

    private static Health health(WorldStatus world) {
        var status = new CoordinatorStatus(
                "default",
                SELF,
                Role.FOLLOWER,
                Optional.of(OTHER),
                3,
                Optional.empty(),
                Duration.ofSeconds(1),
                false,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return new CoordHealthIndicator(
                        () -> status, GRACE, () -> Optional.of(world), Duration.ofSeconds(1), Optional::empty)
                .health();
    }

    @Test
    void lostCommitsAreToldAndAreNoReasonToRestart() {
        var reset = new WorldReset(Instant.EPOCH, 12, new Term(5), 10, new Term(4), 2);
        Health health = health(
                new WorldStatus(10, 10, 0, Duration.ZERO, List.of(), 1, Optional.of(reset), Duration.ofMinutes(3)));
        assertThat(health.getStatus()).isEqualTo(Status.UP);
        assertThat(health.getDetails())
                .extractingByKey("world", InstanceOfAssertFactories.map(String.class, Object.class))
                .containsEntry("resets", 1L)
                .containsEntry("resultWindowMs", 180_000L)
                .hasEntrySatisfying(
                        "lastReset",
                        text -> assertThat((String) text)
                                .contains("commit 12 of term 5", "commit 10 of term 4", "2 operations"));
    }

    @Test
    void aFollowerOfNobodyIsUnknown() {
        assertThat(health(Role.FOLLOWER, Optional.empty(), Optional.empty(), Optional.empty())
                        .getStatus())
                .isEqualTo(Status.UNKNOWN);
    }

    @Test
    void aStoreThatDoesNotAnswerIsDown() {
        Health health = health(
                Role.FOLLOWER,
                Optional.of(OTHER),
                Optional.of(new StoreUnavailableException("no answer within 3000 ms", null)),
                Optional.empty());
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails())
                .containsEntry("storeFailure", "no answer within 3000 ms")
                .containsKeys("role", "term", "leaderId", "leaderPid", "participants", "sinceRenewalMs");
    }

    @Test
    void aHandlerThatFailedIsDown() {
        Health health = health(
                Role.LEADER,
                Optional.of(OTHER),
                Optional.empty(),
                Optional.of(new IllegalStateException("out of ink")));
        assertThat(health.getStatus()).isEqualTo(Status.DOWN);
        assertThat(health.getDetails()).containsEntry("handlerFailure", "out of ink");
    }

    @Test
    void aFailureWithoutAMessageIsNamed() {
        Health health = health(
                Role.LEADER, Optional.of(OTHER), Optional.empty(), Optional.of(new ArrayIndexOutOfBoundsException()));
        assertThat(health.getDetails()).containsEntry("handlerFailure", "java.lang.ArrayIndexOutOfBoundsException");
    }

    @Test
    void whoKnowsNoLeaderForTooLongIsOutOfService() {
        assertThat(withoutLeader(GRACE.plusMillis(1), Optional.empty()).getStatus())
                .isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(withoutLeader(GRACE, Optional.empty()).getStatus()).isEqualTo(Status.UNKNOWN);
    }

    @Test
    void whoFollowsALeaderThatDoesNotRenewForTooLongIsOutOfService() {
        assertThat(withoutLeader(GRACE.plusMillis(1), Optional.of(OTHER)).getStatus())
                .isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(withoutLeader(GRACE, Optional.of(OTHER)).getStatus()).isEqualTo(Status.UP);
    }

    private static Health withoutLeader(Duration time, Optional<LeaderInfo> leader) {
        var status = new CoordinatorStatus(
                "default",
                SELF,
                Role.FOLLOWER,
                leader,
                3,
                Optional.empty(),
                Duration.ofSeconds(1),
                false,
                Optional.of(time),
                Optional.empty(),
                Optional.empty(),
                List.of());
        return new CoordHealthIndicator(() -> status, GRACE).health();
    }

    private static Health health(
            Role role,
            Optional<LeaderInfo> leader,
            Optional<CoordException> storeFailure,
            Optional<Throwable> handlerFailure) {
        var status = new CoordinatorStatus(
                "default",
                SELF,
                role,
                leader,
                3,
                Optional.of(Duration.ofMillis(120)),
                Duration.ofSeconds(4),
                true,
                Optional.empty(),
                storeFailure,
                handlerFailure,
                List.of());
        return new CoordHealthIndicator(() -> status, GRACE).health();
    }
}
