package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.coord.LeaderChange;
import dev.coord.LeaderChangeReason;
import dev.coord.LeaderInfo;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.election.Observation;
import dev.coord.election.Verdict;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RoleHistoryTest {
    private static final Instant NOW = Instant.parse("2026-11-23T06:00:00Z");
    private static final LeaderInfo SELF = leader("self", 2);

    private final SettableNanoClock clock = new SettableNanoClock();
    private final RoleHistory history = new RoleHistory(clock, () -> NOW);

    @Test
    void whoTakesPartInAnEmptyGroupIsItsFirstLeader() {
        clock.tickMillis(30);
        LeaderChange change =
                history.leads(SELF, new Observation(Optional.empty(), Verdict.FREE, Duration.ZERO, Duration.ZERO));

        assertThat(change)
                .isEqualTo(new LeaderChange(Optional.empty(), SELF, LeaderChangeReason.FIRST_SEEN, Optional.empty()));
        assertThat(history.changes())
                .containsExactly(new RoleChange(
                        NOW, Role.LEADER, new Term(2), Optional.of(SELF), "FIRST_SEEN", Optional.empty()));
    }

    @Test
    void whoFindsALeaderHasNotSeenItComeToBe() {
        assertThat(history.follows(leader("a", 1), true).reason()).isEqualTo(LeaderChangeReason.FIRST_SEEN);
    }

    @Test
    void aLeaseThatWasReleasedBeforeThisParticipantCameSaysSo() {
        LeaderChange change = history.leads(SELF, seen(Verdict.FREE, "", 1, 0));

        assertThat(change.reason()).isEqualTo(LeaderChangeReason.RELEASED);
        assertThat(change.previous()).isEmpty();
        assertThat(change.withoutLeader()).isEmpty();
    }

    @Test
    void aDeadHolderThatThisParticipantNeverFollowedIsThePreviousLeader() {
        LeaderChange change = history.leads(SELF, seen(Verdict.HOLDER_DEAD, "a", 1, 0));

        assertThat(change.reason()).isEqualTo(LeaderChangeReason.PROCESS_DIED);
        assertThat(change.previous()).contains(leader("a", 1));
    }

    @Test
    void theTimeWithoutALeaderIsFromTheDeathThatWasSeenToTheNextLeader() {
        var unused = history.follows(leader("a", 1), false);
        clock.tickMillis(5000);
        history.observed(seen(Verdict.HOLDER_DEAD, "a", 1, 120));
        clock.tickMillis(40);
        history.observed(seen(Verdict.FREE, "", 1, 0));

        assertThat(history.withoutLeader()).contains(Duration.ofMillis(40));
        assertThat(history.follows(leader("b", 2), false))
                .isEqualTo(new LeaderChange(
                        Optional.of(leader("a", 1)),
                        leader("b", 2),
                        LeaderChangeReason.PROCESS_DIED,
                        Optional.of(Duration.ofMillis(40))));
        assertThat(history.withoutLeader()).isEmpty();
    }

    @Test
    void theTimeWithoutALeaderIsFromTheLastRenewalOfOneThatFroze() {
        var unused = history.follows(leader("a", 1), false);
        clock.tickMillis(1000);
        history.observed(seen(Verdict.STALE, "a", 1, 1000));
        clock.tickMillis(5);

        LeaderChange change = history.leads(SELF, seen(Verdict.STALE, "a", 1, 1005));
        assertThat(change.reason()).isEqualTo(LeaderChangeReason.NOT_RENEWED);
        assertThat(change.withoutLeader()).contains(Duration.ofMillis(1005));
    }

    @Test
    void aLeaderThatWasOnlySlowLeadsOn() {
        var unused = history.follows(leader("a", 1), false);
        history.observed(seen(Verdict.STALE, "a", 1, 1000));
        assertThat(history.withoutLeader()).isPresent();

        history.observed(seen(Verdict.HELD, "a", 1, 0));
        assertThat(history.withoutLeader()).isEmpty();

        LeaderChange change = history.follows(leader("b", 2), false);
        assertThat(change.reason()).isEqualTo(LeaderChangeReason.UNKNOWN);
        assertThat(change.withoutLeader()).isEmpty();
    }

    @Test
    void aDeathThatWasNotSeenInTimeIsStillTheReason() {
        var unused = history.follows(leader("a", 1), false);
        LeaderChange change = history.follows(leader("b", 2), true);

        assertThat(change.reason()).isEqualTo(LeaderChangeReason.PROCESS_DIED);
        assertThat(change.withoutLeader()).isEmpty();
    }

    @Test
    void anOwnLeadershipThatEndsIsFollowedByTheReasonOfItsEnd() {
        var unused = history.leads(SELF, seen(Verdict.FREE, "", 1, 0));
        clock.tickMillis(100);
        history.lost(SELF.term(), LossReason.STEPPED_DOWN);
        clock.tickMillis(12);
        history.observed(seen(Verdict.FREE, "", 2, 0));
        LeaderChange second = history.follows(leader("b", 3), false);
        assertThat(second.previous()).contains(SELF);
        clock.tickMillis(100);
        history.observed(seen(Verdict.HOLDER_DEAD, "b", 3, 0));
        var last = history.leads(leader("self", 4), seen(Verdict.HOLDER_DEAD, "b", 3, 0));
        history.lost(last.leader().term(), LossReason.RENEW_DEADLINE_PASSED);

        assertThat(history.changes())
                .extracting(
                        RoleChange::role,
                        change -> change.term().value(),
                        RoleChange::reason,
                        RoleChange::withoutLeader)
                .containsExactly(
                        tuple(Role.LEADER, 2L, "RELEASED", Optional.empty()),
                        tuple(Role.UNKNOWN, 2L, "STEPPED_DOWN", Optional.empty()),
                        tuple(Role.FOLLOWER, 3L, "RELEASED", Optional.of(Duration.ofMillis(12))),
                        tuple(Role.LEADER, 4L, "PROCESS_DIED", Optional.of(Duration.ZERO)),
                        tuple(Role.UNKNOWN, 4L, "RENEW_DEADLINE_PASSED", Optional.empty()));
        assertThat(history.follows(leader("c", 5), false).reason()).isEqualTo(LeaderChangeReason.NOT_RENEWED);
    }

    @Test
    void beforeTheFirstLeaderTheTimeCountsFromTheStart() {
        clock.tickMillis(700);
        history.started();
        clock.tickMillis(20);
        assertThat(history.withoutLeader()).contains(Duration.ofMillis(20));
    }

    @Test
    void onlyTheLastChangesAreKept() {
        for (int term = 1; term <= RoleHistory.SIZE + 5; term++) {
            var unused = history.follows(leader("a", term), false);
        }
        assertThat(history.changes()).hasSize(RoleHistory.SIZE);
        assertThat(history.changes().get(0).term().value()).isEqualTo(6);
    }

    private static LeaderInfo leader(String id, long term) {
        return new LeaderInfo("group", new ParticipantId(id), new Term(term), 0, "");
    }

    private static Observation seen(Verdict verdict, String holder, long term, long unchangedMillis) {
        Lease free = Lease.free("group", new Term(term));
        Lease lease = holder.isEmpty() ? free : free.withHolder(LeaseHolder.of(new ParticipantId(holder)));
        return new Observation(Optional.of(lease), verdict, Duration.ofMillis(unchangedMillis), Duration.ofSeconds(1));
    }
}
