package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.Store;
import dev.coord.testing.FaultyLeases;
import dev.coord.testing.FaultyLeases.Fault;
import dev.coord.testing.Leases;
import dev.coord.time.SettableNanoClock;
import dev.coord.transport.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an election must do on every store. Time is stepped; the tests of a class share one store and never a group. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class ElectionContract {
    private static final Duration INTERVAL = Duration.ofMillis(250);
    private static final Duration DEADLINE = Duration.ofMillis(750);
    private static final Duration THRESHOLD = Duration.ofSeconds(1);
    private static final Duration A_NANO = Duration.ofNanos(1);
    private static final LeaseTiming TIMING = new LeaseTiming(INTERVAL, DEADLINE, THRESHOLD);

    private Store store;
    private String group;
    private final SettableNanoClock clock = new SettableNanoClock();
    private final Set<String> dead = new HashSet<>();
    private Contender a;
    private Contender b;

    /** A new store; it may keep files in {@code directory}. */
    protected abstract Store open(Path directory);

    @BeforeAll
    void openStore(@TempDir Path directory) {
        store = open(directory);
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    @BeforeEach
    void newGroup() {
        group = "group-" + UUID.randomUUID();
        dead.clear();
        a = new Contender("a");
        b = new Contender("b");
    }

    /** One participant, with a way to the store of its own that can fail. */
    private final class Contender {
        final ParticipantId id;
        final FaultyLeases leases = new FaultyLeases(store.leases());
        final Election election;
        boolean alone;

        Contender(String name) {
            this(name, TIMING);
        }

        Contender(String name, LeaseTiming timing) {
            id = new ParticipantId(name);
            var candidate = new Candidate(
                    group, id, 4711, Optional.of(Address.parse("/run/" + name + ".sock")), "process of " + name);
            election = new Election(leases, candidate, timing, clock, dead::contains, () -> alone);
        }

        boolean claims() {
            return election.tryClaimLeadership();
        }

        boolean leads() {
            return election.isLeader();
        }

        long term() {
            return election.leadership().orElseThrow().term().value();
        }
    }

    private Lease row() {
        return store.leases().get(group).orElseThrow();
    }

    private static LeaseTiming stretching() {
        return new LeaseTiming(INTERVAL, DEADLINE, THRESHOLD, THRESHOLD.multipliedBy(10));
    }

    /** Renewals in time, for {@code time}. */
    private void renewFor(Contender leader, Duration time) {
        for (long nanos = 0; nanos < time.toNanos(); nanos += INTERVAL.toNanos()) {
            clock.tick(INTERVAL);
            assertThat(leader.election.renewLease()).isTrue();
        }
    }

    @Test
    void whoHasJustStartedBeginsWithTheLongestThresholdAndComesBack() {
        var young = new Contender("young", stretching());
        assertThat(young.claims()).isTrue();
        assertThat(row().staleThreshold().toNanos())
                .isEqualTo(THRESHOLD.multipliedBy(10).toNanos());
        assertThat(young.election.isStretched()).isTrue();
        clock.tick(DEADLINE.multipliedBy(10).minus(A_NANO));
        assertThat(young.leads()).isTrue();
        assertThat(young.election.renewLease()).isTrue();

        renewFor(young, Duration.ofSeconds(70));

        assertThat(row().staleThreshold().toNanos()).isEqualTo(THRESHOLD.toNanos());
        assertThat(young.election.isStretched()).isFalse();
        clock.tick(DEADLINE);
        assertThat(young.leads()).isFalse();
    }

    @Test
    void othersGoByTheStretchedThresholdUnlessTheProcessIsDead() {
        var young = new Contender("young", stretching());
        young.claims();
        assertThat(b.claims()).isFalse();
        assertThat(b.election.staleThreshold()).isEqualTo(THRESHOLD.multipliedBy(10));
        assertThat(b.election.isStretched()).isTrue();
        clock.tick(THRESHOLD.multipliedBy(10));
        assertThat(b.claims()).as("not yet").isFalse();

        clock.tick(A_NANO);
        assertThat(young.leads()).isFalse();
        assertThat(b.election.observe().verdict()).isEqualTo(Verdict.STALE);
        var another = new Contender("another");
        assertThat(another.claims()).as("has not watched it").isFalse();
        dead.add("process of young");
        assertThat(another.claims()).isTrue();
    }

    @Test
    void aLeaderThatSawAPauseStretchesItsThreshold() {
        var leader = new Contender("leader", stretching());
        leader.claims();
        renewFor(leader, Duration.ofSeconds(70));

        clock.tick(INTERVAL.plusMillis(300));
        assertThat(leader.election.renewLease()).as("late, and in time").isTrue();
        assertThat(leader.election.renewLease()).isTrue();

        assertThat(row().staleThreshold().toNanos())
                .isEqualTo(THRESHOLD.multipliedBy(2).toNanos());
        assertThat(leader.election.longestPause()).isEqualTo(Duration.ofMillis(300));
        clock.tick(DEADLINE.multipliedBy(2).minus(A_NANO));
        assertThat(leader.leads()).isTrue();
    }

    @Test
    void aShorterThresholdWhoseAnswerIsLostShortensTheDeadlineAtOnce() {
        var leader = new Contender("leader", stretching());
        leader.claims();
        // Calm for long enough, as far as it can tell, though nothing was renewed with the shorter threshold yet.
        for (int i = 0; i < 39; i++) {
            clock.tick(INTERVAL);
            leader.election.renewLease();
        }
        clock.tick(INTERVAL);
        leader.leases.failOnce(Fault.AFTER);
        assertThatThrownBy(leader.election::renewLease).isInstanceOf(StoreUnavailableException.class);
        assertThat(row().staleThreshold().toNanos()).isEqualTo(THRESHOLD.toNanos());

        clock.tick(DEADLINE);

        assertThat(leader.leads()).isFalse();
    }

    @Test
    void aRehearsalChangesNothing() {
        a.election.rehearse();
        assertThat(store.leases().get(group)).isEmpty();
        b.claims();
        Lease held = row();

        a.election.rehearse();
        b.election.rehearse();

        assertThat(row()).isEqualTo(held);
        assertThat(b.leads()).isTrue();
    }

    @Test
    void aFreeLeaseIsClaimedWithTheFirstTerm() {
        assertThat(a.leads()).isFalse();
        assertThat(a.election.currentLeader()).isEmpty();

        assertThat(a.claims()).isTrue();

        assertThat(a.leads()).isTrue();
        assertThat(a.term()).isEqualTo(1);
        var info = new LeaderInfo(group, a.id, new Term(1), 4711, "/run/a.sock");
        assertThat(a.election.currentLeader()).contains(info);
        assertThat(b.election.currentLeader()).contains(info);
        assertThat(row().holder().orElseThrow().process()).isEqualTo("process of a");
    }

    @Test
    void whoLeadsDoesNotClaimAgainButIsReelected() {
        a.claims();

        assertThat(a.claims()).isFalse();
        assertThat(a.election.tryReelect()).isTrue();

        assertThat(row().term().value()).isEqualTo(1);
        assertThat(a.leads()).isTrue();
    }

    @Test
    void aLeaseThatIsRenewedIsNeverTaken() {
        a.claims();
        for (int i = 0; i < 200; i++) {
            clock.tickMillis(50);
            if (i % 5 == 4) {
                assertThat(a.election.renewLease()).isTrue();
            }
            assertThat(b.claims()).isFalse();
            assertThat(b.election.tryReelect()).isFalse();
            assertThat(a.leads()).isTrue();
        }
        assertThat(row().renewals()).isEqualTo(40);
        assertThat(row().term().value()).isEqualTo(1);
    }

    @Test
    void aStaleLeaseIsTakenOnlyAfterTheThreshold() {
        a.claims();
        assertThat(b.claims()).isFalse();

        clock.tick(THRESHOLD);
        assertThat(b.claims()).isFalse();
        clock.tick(A_NANO);
        assertThat(b.claims()).isTrue();

        assertThat(b.term()).isEqualTo(2);
        assertThat(a.leads()).isFalse();
    }

    @Test
    void aLeaseIsStaleOnlyAfterTheThresholdOfItsHolderIfThatIsLonger() {
        var patient = new Contender("patient", new LeaseTiming(INTERVAL, Duration.ofSeconds(5), Duration.ofSeconds(6)));
        patient.claims();
        assertThat(b.claims()).isFalse();

        clock.tick(Duration.ofSeconds(5).minus(A_NANO));
        assertThat(patient.leads()).isTrue();
        assertThat(b.claims()).isFalse();
        clock.tick(Duration.ofSeconds(1));
        assertThat(b.claims()).isFalse();
        clock.tick(A_NANO);
        clock.tick(A_NANO);
        assertThat(b.claims()).isTrue();
        assertThat(patient.leads()).isFalse();
    }

    @Test
    void aSingleLateLookIsNotEnough() {
        a.claims();
        clock.tick(Duration.ofHours(1));

        assertThat(b.claims()).as("the first look").isFalse();
        clock.tick(THRESHOLD);
        assertThat(b.claims()).as("not yet").isFalse();
        clock.tick(A_NANO);
        assertThat(b.claims()).isTrue();
    }

    @Test
    void anyRenewalThatWasSeenStartsTheWaitAnew() {
        a.claims();
        b.claims();
        clock.tickMillis(700);
        a.election.renewLease();
        clock.tickMillis(700);
        assertThat(b.claims()).as("sees the renewal").isFalse();

        clock.tick(THRESHOLD);
        assertThat(b.claims()).isFalse();
        clock.tick(A_NANO);
        assertThat(b.claims()).isTrue();
    }

    @Test
    void aLeaseThatIsRenewedBetweenTheLookAndTheClaimIsNotTaken() {
        a.claims();
        b.claims();
        clock.tick(THRESHOLD.plus(A_NANO));
        Observation stale = b.election.observe();
        assertThat(stale.verdict()).isEqualTo(Verdict.STALE);
        store.leases().renew(renewalOf(a));

        assertThat(b.election.claim(stale)).isEmpty();
        assertThat(b.claims()).as("and has to wait again").isFalse();
    }

    private LeaseRenewal renewalOf(Contender holder) {
        return new LeaseRenewal(group, holder.id, new Term(row().term().value()), row().renewals() + 1, Duration.ZERO);
    }

    @Test
    void theLeaseOfADeadProcessIsTakenAtOnce() {
        a.claims();
        a.election.renewLease();
        assertThat(b.claims()).as("a doubt means alive").isFalse();

        dead.add("process of a");

        assertThat(b.claims()).isTrue();
        assertThat(b.term()).isEqualTo(2);
    }

    @Test
    void ofTwoWhoSeeTheDeathOnlyOneWins() {
        var c = new Contender("c");
        a.claims();
        dead.add("process of a");
        Observation seenByB = b.election.observe();
        Observation seenByC = c.election.observe();

        assertThat(b.election.claim(seenByB)).isPresent();
        assertThat(c.election.claim(seenByC)).isEmpty();

        assertThat(c.leads()).isFalse();
        assertThat(row().term().value()).isEqualTo(2);
    }

    @Test
    void noParticipantIsDeadToItself() {
        a.claims();
        dead.add("process of a");

        assertThat(a.election.isHolderDead(store.leases().get(group))).isFalse();
        assertThat(a.claims()).isFalse();
        assertThat(a.leads()).isTrue();
    }

    @Test
    void aReleasedLeaseIsTakenAtOnce() {
        a.claims();
        b.claims();
        Leadership leadership = a.election.leadership().orElseThrow();

        a.election.releaseLease();

        assertThat(a.leads()).isFalse();
        assertThat(leadership.isHeld()).isFalse();
        assertThat(leadership.lossReason()).contains(LossReason.STEPPED_DOWN);
        assertThat(a.election.currentLeader()).isEmpty();
        assertThat(b.claims()).isTrue();
        assertThat(b.term()).isEqualTo(2);
    }

    @Test
    void releasingWhatIsNotHeldChangesNothing() {
        b.election.releaseLease();
        a.claims();
        b.election.releaseLease();
        assertThat(a.election.renewLease()).isTrue();

        a.election.releaseLease();
        b.claims();
        a.election.releaseLease();

        assertThat(b.election.renewLease()).isTrue();
        assertThat(a.election.renewLease()).isFalse();
        assertThat(Leases.holderOf(row())).isEqualTo("b");
    }

    @Test
    void whoReleasedMayClaimAgainWithALaterTerm() {
        a.claims();
        a.election.releaseLease();

        assertThat(a.election.tryReelect()).isTrue();

        assertThat(a.term()).isEqualTo(2);
    }

    @Test
    void theLeaderKnowsOfItsEndBeforeAnybodyMayClaim() {
        a.claims();
        assertThat(b.claims()).isFalse();
        Leadership leadership = a.election.leadership().orElseThrow();

        clock.tick(DEADLINE.minus(A_NANO));
        assertThat(leadership.isHeld()).isTrue();
        clock.tick(A_NANO);
        assertThat(leadership.isHeld()).isFalse();
        assertThat(a.leads()).isFalse();
        assertThat(a.election.leadership()).isEmpty();
        assertThat(b.claims()).isFalse();

        clock.tick(THRESHOLD.minus(DEADLINE));
        assertThat(b.claims()).isFalse();
        clock.tick(A_NANO);
        assertThat(b.claims()).isTrue();
    }

    @Test
    void whatHasEndedByTheDeadlineNeverComesBack() {
        a.claims();
        Leadership leadership = a.election.leadership().orElseThrow();
        clock.tick(DEADLINE);

        assertThat(a.election.renewLease()).isFalse();

        assertThat(leadership.isHeld()).isFalse();
        assertThat(leadership.lossReason()).contains(LossReason.RENEW_DEADLINE_PASSED);
        assertThat(a.leads()).isFalse();
    }

    @Test
    void aRenewalWhoseAnswerCameAfterTheDeadlineIsNone() {
        a.claims();
        Leadership leadership = a.election.leadership().orElseThrow();
        clock.tickMillis(500);
        a.leases.delays(() -> {}, () -> clock.tickMillis(250));

        assertThat(a.election.renewLease()).isFalse();

        assertThat(row().renewals()).as("what the row says").isEqualTo(1);
        assertThat(leadership.isHeld()).isFalse();
        assertThat(leadership.lossReason()).contains(LossReason.RENEW_DEADLINE_PASSED);
    }

    @Test
    void aRenewalCountsFromItsBeginning() {
        a.claims();
        clock.tickMillis(300);
        a.leases.delays(() -> clock.tickMillis(200), () -> clock.tickMillis(200));
        assertThat(a.election.renewLease()).isTrue();

        clock.tick(DEADLINE.minusMillis(400).minus(A_NANO));
        assertThat(a.leads()).isTrue();
        clock.tick(A_NANO);
        assertThat(a.leads()).isFalse();
    }

    @Test
    void aClaimCountsFromItsBeginning() {
        Observation free = a.election.observe();
        a.leases.delays(() -> clock.tickMillis(200), () -> clock.tickMillis(200));
        a.election.claim(free);

        clock.tick(DEADLINE.minusMillis(400).minus(A_NANO));
        assertThat(a.leads()).isTrue();
        clock.tick(A_NANO);
        assertThat(a.leads()).isFalse();
    }

    @Test
    void aClaimWhoseAnswerCameAfterTheDeadlineDoesNotLead() {
        a.leases.delays(() -> {}, () -> clock.tick(DEADLINE));

        a.claims();

        assertThat(a.leads()).isFalse();
        assertThat(a.election.leadership()).isEmpty();
    }

    @Test
    void whoMissedTheDeadlineCanLeadAgainWithALaterTerm() {
        a.claims();
        clock.tick(Duration.ofSeconds(5));
        assertThat(a.election.renewLease()).isFalse();

        assertThat(a.election.tryReelect()).as("nobody else is there").isTrue();

        assertThat(a.leads()).isTrue();
        assertThat(a.term()).isEqualTo(2);
    }

    @Test
    void whoMissedTheDeadlineDoesNotKeepOthersFromTheLease() {
        a.claims();
        b.claims();
        clock.tick(DEADLINE);
        boolean taken = false;
        for (int i = 0; i < 40 && !taken; i++) {
            a.election.renewLease();
            taken = b.claims();
            clock.tickMillis(100);
        }

        assertThat(taken)
                .as("the lease is taken although its former holder calls renewLease")
                .isTrue();
    }

    @Test
    void whoWasDeposedLearnsItFromTheNextRenewal() {
        a.claims();
        dead.add("process of a");
        b.claims();
        Leadership leadership = a.election.leadership().orElseThrow();

        assertThat(a.election.renewLease()).isFalse();

        assertThat(leadership.isHeld()).isFalse();
        assertThat(leadership.lossReason()).contains(LossReason.DEPOSED);
        assertThat(a.election.renewLease()).isFalse();
        assertThat(b.election.renewLease()).isTrue();
        assertThat(a.claims()).isFalse();
    }

    @Test
    void anAbandonedLeaseGoesStaleAndIsTaken() {
        a.claims();
        b.claims();
        a.election.abandonLease();

        assertThat(a.leads()).isFalse();
        assertThat(a.election.renewLease()).isFalse();
        assertThat(b.claims()).as("not at once").isFalse();
        clock.tick(THRESHOLD.plus(A_NANO));
        assertThat(b.claims()).isTrue();
    }

    @Test
    void aRestartedProcessDoesNotInheritItsFormerLease() {
        a.claims();
        var again = new Contender("a-again");

        assertThat(again.claims()).isFalse();
        assertThat(again.leads()).isFalse();
        assertThat(again.election.renewLease()).isFalse();
    }

    @Test
    void aNewElectionOfTheSameParticipantTakesTheNextTerm() {
        a.claims();
        var again = new Contender("a");

        assertThat(again.leads()).isFalse();
        assertThat(again.claims()).isTrue();

        assertThat(again.term()).isEqualTo(2);
        assertThat(a.election.renewLease()).isFalse();
        assertThat(a.leads()).isFalse();
    }

    @Test
    void everyLeadershipHasALaterTermThanAllBefore() {
        long last = 0;
        for (int i = 0; i < 30; i++) {
            Contender next = i % 2 == 0 ? a : b;
            dead.remove("process of " + next.id);
            assertThat(next.election.renewLease())
                    .as("its former one has ended")
                    .isFalse();
            assertThat(next.election.tryReelect()).isTrue();
            assertThat(next.term()).isGreaterThan(last);
            last = next.term();
            switch (i % 3) {
                case 0 -> next.election.releaseLease();
                case 1 -> dead.add("process of " + next.id);
                default -> store.leases().delete(group);
            }
        }
    }

    @Test
    void aFreshSessionIsOneWithoutOtherParticipants() {
        a.alone = true;
        a.claims();
        assertThat(a.election.leadership().orElseThrow().isFreshSession()).isTrue();
        a.election.releaseLease();

        b.claims();
        assertThat(b.election.leadership().orElseThrow().isFreshSession()).isFalse();
    }

    @Test
    void tellsHowLongAgoTheLeaseWasRenewed() {
        assertThat(b.election.sinceRenewal()).isEmpty();
        a.claims();
        b.election.observe();
        clock.tickMillis(100);
        assertThat(a.election.sinceRenewal()).contains(Duration.ofMillis(100));
        assertThat(b.election.sinceRenewal()).contains(Duration.ofMillis(100));

        a.election.renewLease();
        clock.tickMillis(30);
        b.election.observe();
        clock.tickMillis(20);

        assertThat(a.election.sinceRenewal()).contains(Duration.ofMillis(50));
        assertThat(b.election.sinceRenewal()).as("as it saw it").contains(Duration.ofMillis(20));
    }

    // Outcomes that are unknown.

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aClaimWithoutAnAnswerDoesNotLeadAndCanBeRepeated(Fault fault) {
        Observation free = a.election.observe();
        a.leases.failOnce(fault);
        assertThatThrownBy(() -> a.election.claim(free)).isInstanceOf(StoreUnavailableException.class);
        assertThat(a.leads()).isFalse();

        assertThat(a.claims()).isTrue();

        assertThat(a.term())
                .as("a term whose claim was not answered is never used")
                .isEqualTo(fault == Fault.AFTER ? 2 : 1);
        assertThat(a.election.renewLease()).isTrue();
    }

    @Test
    void aClaimWhoseAnswerWasLostIsTakenByOthersWhenItIsStale() {
        Observation free = a.election.observe();
        a.leases.failOnce(Fault.AFTER);
        assertThatThrownBy(() -> a.election.claim(free)).isInstanceOf(StoreUnavailableException.class);

        assertThat(b.claims()).isFalse();
        clock.tick(THRESHOLD.plus(A_NANO));
        assertThat(b.claims()).isTrue();
        assertThat(b.term()).isEqualTo(2);
        assertThat(a.claims()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aRenewalWithoutAnAnswerIsTriedAgainUntilTheDeadline(Fault fault) {
        a.claims();
        clock.tickMillis(500);
        a.leases.failOnce(fault);
        assertThatThrownBy(() -> a.election.renewLease()).isInstanceOf(StoreUnavailableException.class);
        assertThat(a.leads()).as("still within the deadline").isTrue();

        clock.tickMillis(200);
        assertThat(a.election.renewLease()).isTrue();
        clock.tick(DEADLINE.minus(A_NANO));
        assertThat(a.leads()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aRenewalWithoutAnAnswerDoesNotProlongTheLeadership(Fault fault) {
        a.claims();
        clock.tickMillis(500);
        a.leases.failOnce(fault);
        assertThatThrownBy(() -> a.election.renewLease()).isInstanceOf(StoreUnavailableException.class);

        clock.tickMillis(250);

        assertThat(a.leads()).isFalse();
    }

    @Test
    void aRepeatedRenewalThatWritesNothingProvesNothing() {
        a.claims();
        b.claims();
        // The renewal is written at once; its answer is lost, and a late copy of it comes in after the next one.
        a.leases.failOnce(Fault.AFTER);
        assertThatThrownBy(() -> a.election.renewLease()).isInstanceOf(StoreUnavailableException.class);
        assertThat(b.claims()).isFalse();
        clock.tickMillis(700);

        assertThat(a.election.renewLease()).isTrue();

        clock.tickMillis(301);
        assertThat(b.claims()).as("the second renewal was written, too").isFalse();
        assertThat(a.leads()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aReleaseWithoutAnAnswerEndsTheLeadershipAllTheSame(Fault fault) {
        a.claims();
        b.claims();
        a.leases.failOnce(fault);
        assertThatThrownBy(() -> a.election.releaseLease()).isInstanceOf(StoreUnavailableException.class);

        assertThat(a.leads()).isFalse();
        assertThat(a.election.renewLease()).isFalse();
        if (fault == Fault.AFTER) {
            assertThat(b.claims()).as("it was released").isTrue();
        } else {
            assertThat(b.claims()).as("not at once").isFalse();
            clock.tick(THRESHOLD.plus(A_NANO));
            assertThat(b.claims()).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource(value = Fault.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aLookWithoutAnAnswerIsNoLook(Fault fault) {
        a.claims();
        clock.tickMillis(100);
        b.leases.failOnce(fault);
        assertThatThrownBy(() -> b.claims()).isInstanceOf(StoreUnavailableException.class);
        clock.tick(THRESHOLD.plus(A_NANO));

        assertThat(b.claims()).as("this is the first look").isFalse();
    }
}
