package dev.coord.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.LeaseClaim;
import dev.coord.proto.LeaseRecord;
import dev.coord.proto.LeaseRelease;
import dev.coord.proto.LeaseRenewal;
import dev.coord.proto.ParticipantHeartbeat;
import dev.coord.proto.ParticipantRecord;
import dev.coord.proto.ParticipantRole;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.testing.AtOnce;
import dev.coord.testing.Patience;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every store must do. The tests of a class share one store and never a group. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class StoreContract {
    private static final String A = "a";
    private static final String B = "b";

    private Store store;
    private LeaseStore leases;
    private ParticipantStore participants;

    /** A new store; it may keep files in {@code directory}. */
    protected abstract Store open(Path directory);

    @BeforeAll
    void openStore(@TempDir Path directory) {
        store = open(directory);
        leases = store.leases();
        participants = store.participants();
        leases.get("wait until it answers");
    }

    @AfterAll
    void closeStore() {
        store.close();
    }

    /** A group that no other test uses. */
    private static String newGroup() {
        return "group-" + UUID.randomUUID();
    }

    // Claims.

    @Test
    void aGroupThatNobodyEverLedHasNoLease() {
        assertThat(leases.get(newGroup())).isEmpty();
    }

    @Test
    void theFirstClaimGetsTheFirstTerm() {
        String group = newGroup();
        LeaseClaim claim = claim(group, A, 0, 0).toBuilder()
                .setPid(4711)
                .setSocketPath("/run/coord/coord-4711.sock")
                .setProcess("host=x;boot=b;pidns=n;pid=4711;start=5;life=t")
                .build();

        LeaseAnswer answer = leases.claim(claim);

        assertThat(answer.accepted()).isTrue();
        LeaseRecord lease = leases.get(group).orElseThrow();
        assertThat(withoutTime(answer)).isEqualTo(withoutTime(lease));
        assertThat(lease.getGroup()).isEqualTo(group);
        assertThat(lease.getTerm()).isEqualTo(1);
        assertThat(lease.getLeaderId()).isEqualTo(A);
        assertThat(lease.getLeaderPid()).isEqualTo(4711);
        assertThat(lease.getLeaderSocketPath()).isEqualTo(claim.getSocketPath());
        assertThat(lease.getLeaderProcess()).isEqualTo(claim.getProcess());
        assertThat(lease.getNonce()).isEqualTo(claim.getNonce());
        assertThat(lease.getRenewals()).isZero();
        assertThat(lease.getLeaseTimestampNanos())
                .isBetween(
                        nanos(Instant.now().minusSeconds(30)),
                        nanos(Instant.now().plusSeconds(30)));
    }

    @Test
    void aClaimThatSawATermWhereThereIsNoneIsRefused() {
        String group = newGroup();

        LeaseAnswer answer = leases.claim(claim(group, A, 3, 0));

        assertThat(answer.accepted()).isFalse();
        assertThat(answer.lease()).isEmpty();
        assertThat(leases.get(group)).isEmpty();
    }

    @Test
    void aClaimThatSawNoTermWhereThereIsOneIsRefused() {
        String group = newGroup();
        won(group, A);

        refused(leases.claim(claim(group, B, 0, 0)), A, 1);
    }

    @Test
    void aReleasedLeaseIsClaimedWithTheNextTerm() {
        String group = newGroup();
        won(group, A);
        leases.release(release(group, A, 1));

        accepted(leases.claim(claim(group, B, 1, 0)), B, 2);
    }

    @Test
    void aHeldLeaseIsNotClaimableOnceItWasRenewed() {
        String group = newGroup();
        won(group, A);
        leases.renew(renewal(group, A, 1, 1));

        refused(leases.claim(claim(group, B, 1, 0)), A, 1);
    }

    @Test
    void aLeaseThatWasNotRenewedSinceItWasSeenIsTaken() {
        String group = newGroup();
        won(group, A);
        leases.renew(renewal(group, A, 1, 7));

        accepted(leases.claim(claim(group, B, 1, 7)), B, 2);
        assertThat(leases.get(group).orElseThrow().getRenewals())
                .as("counts anew")
                .isZero();
    }

    @Test
    void aLeaseWhoseHolderIsDeadIsTakenWhateverItsRenewals() {
        String group = newGroup();
        won(group, A);
        leases.renew(renewal(group, A, 1, 7));

        accepted(leases.claim(dead(claim(group, B, 1, 3))), B, 2);
    }

    @Test
    void theDeathOfAnEarlierHolderDoesNotDeposeALaterOne() {
        String group = newGroup();
        won(group, A);
        leases.claim(claim(group, B, 1, 0));

        refused(leases.claim(dead(claim(group, "c", 1, 0))), B, 2);
    }

    @Test
    void theOwnLeaseIsClaimedWithTheNextTerm() {
        String group = newGroup();
        won(group, A);
        leases.renew(renewal(group, A, 1, 7));

        accepted(leases.claim(claim(group, A, 1, 3)), A, 2);
    }

    @Test
    void aRepeatedClaimGetsTheSameTerm() {
        String group = newGroup();
        LeaseClaim claim = claim(group, A, 0, 0);
        leases.claim(claim);

        accepted(leases.claim(claim), A, 1);
        leases.renew(renewal(group, A, 1, 5));
        accepted(leases.claim(claim), A, 1);
        assertThat(leases.get(group).orElseThrow().getRenewals())
                .as("nothing is undone")
                .isEqualTo(5);
    }

    @Test
    void anothersClaimWithTheSameNonceIsNoRepetition() {
        String group = newGroup();
        LeaseClaim claim = claim(group, A, 0, 0);
        leases.claim(claim);

        refused(leases.claim(claim.toBuilder().setParticipantId(B).build()), A, 1);
    }

    @Test
    void aClaimThatIsRepeatedAfterItsReleaseIsRefused() {
        String group = newGroup();
        LeaseClaim claim = claim(group, A, 0, 0);
        leases.claim(claim);
        leases.release(release(group, A, 1));

        refused(leases.claim(claim), "", 1);
    }

    @Test
    void aClaimThatIsRepeatedAfterAnothersTakeoverIsRefused() {
        String group = newGroup();
        LeaseClaim claim = claim(group, A, 0, 0);
        leases.claim(claim);
        leases.claim(claim(group, B, 1, 0));

        refused(leases.claim(claim), B, 2);
        leases.release(release(group, B, 2));
        refused(leases.claim(claim), "", 2);
    }

    @Test
    void aClaimThatComesLateForAFreedLeaseIsRefused() {
        String group = newGroup();
        won(group, A);
        LeaseClaim late = claim(group, B, 1, 0);
        leases.claim(claim(group, "c", 1, 0));
        leases.release(release(group, "c", 2));

        refused(leases.claim(late), "", 2);
    }

    // Renewals.

    @Test
    void aRenewalWritesItsNumberAndItsTime() {
        String group = newGroup();
        won(group, A);
        long claimed = leases.get(group).orElseThrow().getLeaseTimestampNanos();

        LeaseAnswer answer = leases.renew(renewal(group, A, 1, 1));

        accepted(answer, A, 1);
        LeaseRecord lease = leases.get(group).orElseThrow();
        assertThat(withoutTime(answer)).isEqualTo(withoutTime(lease));
        assertThat(lease.getRenewals()).isEqualTo(1);
        assertThat(lease.getLeaseTimestampNanos()).isGreaterThanOrEqualTo(claimed);
    }

    @ParameterizedTest(name = "{0}, then {1}: {2}")
    @CsvSource({"1, 2, 2", "1, 9, 9", "5, 5, 5", "5, 3, 5", "5, 0, 5"})
    void theNumberOfRenewalsNeverGoesBack(long first, long second, long then) {
        String group = newGroup();
        won(group, A);
        accepted(leases.renew(renewal(group, A, 1, first)), A, 1);

        accepted(leases.renew(renewal(group, A, 1, second)), A, 1);

        assertThat(leases.get(group).orElseThrow().getRenewals()).isEqualTo(then);
    }

    @Test
    void aRenewalThatIsRepeatedWritesNothing() {
        String group = newGroup();
        won(group, A);
        leases.renew(renewal(group, A, 1, 4));
        LeaseRecord before = leases.get(group).orElseThrow();

        leases.renew(renewal(group, A, 1, 4));
        leases.renew(renewal(group, A, 1, 2));

        assertThat(leases.get(group)).contains(before);
    }

    @Test
    void onlyTheHolderRenewsAndOnlyWithItsTerm() {
        String group = newGroup();
        won(group, A);
        leases.claim(claim(group, B, 1, 0));
        LeaseRecord before = leases.get(group).orElseThrow();

        refused(leases.renew(renewal(group, A, 1, 1)), B, 2);
        refused(leases.renew(renewal(group, A, 2, 1)), B, 2);
        refused(leases.renew(renewal(group, B, 1, 1)), B, 2);
        refused(leases.renew(renewal(group, B, 3, 1)), B, 2);
        assertThat(leases.get(group)).contains(before);
    }

    @Test
    void aReleasedLeaseIsNotRenewed() {
        String group = newGroup();
        won(group, A);
        leases.release(release(group, A, 1));

        refused(leases.renew(renewal(group, A, 1, 1)), "", 1);
    }

    @Test
    void nobodyIsNotTheHolderOfAFreeLease() {
        String group = newGroup();
        won(group, A);
        leases.release(release(group, A, 1));

        refused(leases.renew(renewal(group, "", 1, 1)), "", 1);
        refused(leases.release(release(group, "", 1)), "", 1);
    }

    @Test
    void aLeaseThatNeverWasIsNotRenewed() {
        LeaseAnswer answer = leases.renew(renewal(newGroup(), A, 1, 1));

        assertThat(answer.accepted()).isFalse();
        assertThat(answer.lease()).isEmpty();
    }

    // Releases.

    @Test
    void aReleasedLeaseIsFreeAndKeepsItsTerm() {
        String group = newGroup();
        won(group, A);

        LeaseAnswer answer = leases.release(release(group, A, 1));

        accepted(answer, "", 1);
        LeaseRecord lease = leases.get(group).orElseThrow();
        assertThat(withoutTime(answer)).isEqualTo(withoutTime(lease));
        assertThat(lease.getLeaderPid()).isZero();
        assertThat(lease.getLeaderSocketPath()).isEmpty();
        assertThat(lease.getLeaderProcess()).isEmpty();
    }

    @Test
    void releasingTwiceIsTheSameAsOnce() {
        String group = newGroup();
        won(group, A);
        leases.release(release(group, A, 1));
        LeaseRecord before = leases.get(group).orElseThrow();

        refused(leases.release(release(group, A, 1)), "", 1);
        assertThat(leases.get(group)).contains(before);
    }

    @Test
    void onlyTheHolderReleasesAndOnlyItsTerm() {
        String group = newGroup();
        won(group, A);
        leases.claim(claim(group, B, 1, 0));

        refused(leases.release(release(group, A, 1)), B, 2);
        refused(leases.release(release(group, A, 2)), B, 2);
        refused(leases.release(release(group, B, 1)), B, 2);
        assertThat(leases.release(release(newGroup(), A, 1)).accepted()).isFalse();
    }

    // Records as they are.

    @Test
    void aRecordIsWrittenAsItIs() {
        LeaseRecord lease = LeaseRecord.newBuilder()
                .setGroup(newGroup())
                .setTerm(1L << 40)
                .setLeaderId(A)
                .setLeaderPid(0xffffffff)
                .setLeaderSocketPath("/run/ä 'x'/coord.sock")
                .setLeaderProcess("host=x;pid=1")
                .setNonce("n")
                .setRenewals(1L << 41)
                .setLeaseTimestampNanos(1_700_000_000_123_456_000L)
                .build();

        leases.put(lease);

        assertThat(leases.get(lease.getGroup())).contains(lease);
        LeaseRecord renewed = lease.toBuilder().setRenewals(9).clearLeaderId().build();
        leases.put(renewed);
        assertThat(leases.get(lease.getGroup())).contains(renewed);
    }

    @Test
    void aTermNeverGoesBack() {
        LeaseRecord lease = LeaseRecord.newBuilder()
                .setGroup(newGroup())
                .setTerm(5)
                .setLeaderId(A)
                .build();
        leases.put(lease);

        assertThatThrownBy(() ->
                        leases.put(lease.toBuilder().setTerm(4).setLeaderId(B).build()))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(lease.getGroup())
                .hasMessageContaining("5")
                .hasMessageContaining("4");
        assertThat(leases.get(lease.getGroup())).map(LeaseRecord::getLeaderId).contains(A);
    }

    @Test
    void aDeletedLeaseIsFreeAndKeepsItsTerm() {
        String group = newGroup();
        won(group, A);
        leases.claim(claim(group, B, 1, 0));

        leases.delete(group);

        LeaseRecord lease = leases.get(group).orElseThrow();
        assertThat(lease.getLeaderId()).isEmpty();
        assertThat(lease.getTerm()).isEqualTo(2);
        accepted(leases.claim(claim(group, A, 2, 0)), A, 3);
    }

    @Test
    void deletingALeaseThatNeverWasMakesNone() {
        String group = newGroup();

        leases.delete(group);

        assertThat(leases.get(group)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            longs = {
                0,
                1_000,
                999_999_000,
                1_700_000_000_000_001_000L,
                1_699_999_999_999_999_000L,
                -1_000,
                -1_000_000_000_001_000L
            })
    void timesAreKeptToTheMicrosecond(long nanos) {
        LeaseRecord lease = LeaseRecord.newBuilder()
                .setGroup(newGroup())
                .setTerm(1)
                .setLeaseTimestampNanos(nanos)
                .build();
        ParticipantRecord participant = participant(lease.getGroup(), newId()).toBuilder()
                .setStartTimeNanos(nanos)
                .setLastHeartbeatNanos(nanos)
                .build();
        leases.put(lease);
        participants.put(participant);

        assertThat(leases.get(lease.getGroup())).contains(lease);
        assertThat(participants.list(lease.getGroup())).containsExactly(participant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a 'quoted' group", "ünïcödé 群", "GROUP", "group", "Group", "trailing ", "%", "a;b\"c", "0"})
    void anyNameOfAGroupIsItsOwn(String name) {
        assertThat(leases.get(name)).isEmpty();

        accepted(leases.claim(claim(name, A, 0, 0)), A, 1);
        participants.put(participant(name, newId()));

        assertThat(leases.get(name)).map(LeaseRecord::getGroup).contains(name);
        assertThat(participants.list(name)).hasSize(1);
    }

    @Test
    void whatDoesNotFitIsRefusedWithATypedError() {
        String tooLong = "x".repeat(101);

        assertThatThrownBy(() -> leases.claim(claim(tooLong, A, 0, 0)))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(tooLong);
        assertThatThrownBy(() -> participants.put(participant(tooLong, newId())))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreUnavailableException.class);
    }

    // Races.

    @Test
    void ofManyFirstClaimsAtOnceExactlyOneWins() throws Exception {
        for (int round = 0; round < 10; round++) {
            String group = newGroup();
            List<Callable<LeaseAnswer>> claims = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                LeaseClaim claim = claim(group, "p" + i, 0, 0);
                claims.add(() -> leases.claim(claim));
            }

            List<LeaseAnswer> answers = AtOnce.run(claims);

            assertThat(answers.stream().filter(LeaseAnswer::accepted)).hasSize(1);
            LeaseRecord lease = leases.get(group).orElseThrow();
            assertThat(lease.getTerm()).isEqualTo(1);
            assertThat(answers)
                    .allSatisfy(answer -> assertThat(answer.lease())
                            .map(LeaseRecord::getLeaderId)
                            .contains(lease.getLeaderId()));
        }
    }

    @Test
    void termsStrictlyIncreaseHoweverManyRace() throws Exception {
        String group = newGroup();
        int rounds = 200;
        List<Callable<List<Long>>> racers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            String self = "p" + i;
            racers.add(() -> {
                var terms = new ArrayList<Long>();
                while (true) {
                    Optional<LeaseRecord> seen = leases.get(group);
                    long term = seen.map(LeaseRecord::getTerm).orElse(0L);
                    if (term >= rounds) {
                        return terms;
                    }
                    long renewals = seen.map(LeaseRecord::getRenewals).orElse(0L);
                    LeaseAnswer answer = leases.claim(claim(group, self, term, renewals));
                    if (answer.accepted()) {
                        terms.add(answer.lease().orElseThrow().getTerm());
                    }
                }
            });
        }

        List<List<Long>> won = AtOnce.run(racers);

        assertThat(won).allSatisfy(terms -> assertThat(terms).isSorted());
        assertThat(won.stream().flatMap(List::stream))
                .as("each term is won once")
                .doesNotHaveDuplicates()
                .hasSize((int) leases.get(group).orElseThrow().getTerm());
    }

    @Test
    void aRenewalAndATakeoverNeverBothSucceed() throws Exception {
        for (int round = 0; round < 40; round++) {
            String group = newGroup();
            won(group, A);

            List<LeaseAnswer> answers = AtOnce.run(
                    List.of(() -> leases.renew(renewal(group, A, 1, 1)), () -> leases.claim(claim(group, B, 1, 0))));

            assertThat(answers.stream().filter(LeaseAnswer::accepted))
                    .as("round %s", round)
                    .hasSize(1);
        }
    }

    // Participants.

    @Test
    void aParticipantThatIsNotThereIsNotFound() {
        String group = newGroup();

        assertThat(participants.get(group, newId())).isEmpty();
        assertThat(participants.list(group)).isEmpty();
        participants.delete(group, newId());
    }

    @Test
    void aParticipantIsFoundAsItWasWritten() {
        ParticipantRecord participant = participant(newGroup(), newId()).toBuilder()
                .setPid(0xfffffffe)
                .setRole(ParticipantRole.ParticipantRole_LEADER)
                .setHost("web-1")
                .setProcess("host=web-1;pid=4711")
                .setSrpcSocketPath("/run/coord/coord-4711.sock")
                .addAllCapabilities(List.of("index", "mail/send", "index"))
                .setStartTimeNanos(1_700_000_000_000_001_000L)
                .setLastHeartbeatNanos(1_700_000_000_000_002_000L)
                .setHeartbeats(1L << 40)
                .build();

        participants.put(participant);

        assertThat(participants.get(participant.getGroup(), id(participant))).contains(participant);
        assertThat(participants.list(participant.getGroup())).containsExactly(participant);
        assertThat(participants.get(newGroup(), id(participant)))
                .as("in another group")
                .isEmpty();
    }

    @Test
    void aParticipantIsReplacedByItsLaterRecord() {
        ParticipantRecord before = participant(newGroup(), newId()).toBuilder()
                .addCapabilities("a")
                .setPid(1)
                .build();
        ParticipantRecord after =
                before.toBuilder().clearCapabilities().setPid(2).build();
        participants.put(before);

        participants.put(after);

        assertThat(participants.list(before.getGroup())).containsExactly(after);
    }

    @Test
    void participantsAreListedById() {
        String group = newGroup();
        var ids = new ArrayList<String>();
        for (int i = 0; i < 20; i++) {
            ParticipantId id = newId();
            ids.add(id.value());
            participants.put(participant(group, id));
        }

        assertThat(participants.list(group).stream().map(ParticipantRecord::getParticipantId))
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aDeletedParticipantIsGoneAndTheOthersStay() {
        String group = newGroup();
        ParticipantRecord gone = participant(group, newId());
        ParticipantRecord stays = participant(group, newId());
        participants.put(gone);
        participants.put(stays);

        participants.delete(group, id(gone));
        participants.delete(newGroup(), id(stays));

        assertThat(participants.list(group)).containsExactly(stays);
    }

    @Test
    void aHeartbeatWritesItsNumberItsRoleAndItsTimeAlone() {
        ParticipantRecord before = participant(newGroup(), newId()).toBuilder()
                .setPid(7)
                .addCapabilities("a")
                .setHeartbeats(3)
                .setStartTimeNanos(5_000)
                .build();
        participants.put(before);

        assertThat(participants.heartbeat(heartbeat(before, 4, ParticipantRole.ParticipantRole_LEADER)))
                .isTrue();

        ParticipantRecord after =
                participants.get(before.getGroup(), id(before)).orElseThrow();
        assertThat(after.getLastHeartbeatNanos())
                .isGreaterThan(nanos(Instant.now().minusSeconds(30)));
        assertThat(after)
                .isEqualTo(before.toBuilder()
                        .setHeartbeats(4)
                        .setRole(ParticipantRole.ParticipantRole_LEADER)
                        .setLastHeartbeatNanos(after.getLastHeartbeatNanos())
                        .build());
    }

    @Test
    void aHeartbeatThatComesLateChangesNothing() {
        ParticipantRecord before =
                participant(newGroup(), newId()).toBuilder().setHeartbeats(9).build();
        participants.put(before);

        assertThat(participants.heartbeat(heartbeat(before, 8, ParticipantRole.ParticipantRole_LEADER)))
                .as("the record is there")
                .isTrue();

        assertThat(participants.list(before.getGroup())).containsExactly(before);
    }

    @Test
    void aHeartbeatWithoutARecordSaysSoAndMakesNone() {
        ParticipantRecord missing = participant(newGroup(), newId());

        assertThat(participants.heartbeat(heartbeat(missing, 1, ParticipantRole.ParticipantRole_FOLLOWER)))
                .isFalse();

        assertThat(participants.list(missing.getGroup())).isEmpty();
    }

    @Test
    void aRecordThatIsPutByManyAtOnceIsThereOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            ParticipantRecord participant = participant(newGroup(), newId());
            List<Callable<Boolean>> puts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                puts.add(() -> {
                    participants.put(participant);
                    return true;
                });
            }

            AtOnce.run(puts);

            assertThat(participants.list(participant.getGroup())).containsExactly(participant);
        }
    }

    // Signals.

    @Test
    void everyChangeOfALeaseIsSignalled() {
        String group = newGroup();
        signals(Topic.LEASE, () -> leases.claim(claim(group, A, 0, 0)));
        signals(Topic.LEASE, () -> leases.renew(renewal(group, A, 1, 1)));
        signals(Topic.LEASE, () -> leases.claim(claim(group, B, 1, 1)));
        signals(Topic.LEASE, () -> leases.release(release(group, B, 2)));
        signals(Topic.LEASE, () -> leases.delete(group));
        signals(
                Topic.LEASE,
                () -> leases.put(
                        LeaseRecord.newBuilder().setGroup(group).setTerm(9).build()));
    }

    @Test
    void everyChangeOfAParticipantIsSignalled() {
        ParticipantRecord participant = participant(newGroup(), newId());
        signals(Topic.PARTICIPANTS, () -> participants.put(participant));
        signals(
                Topic.PARTICIPANTS,
                () -> participants.heartbeat(heartbeat(participant, 1, ParticipantRole.ParticipantRole_LEADER)));
        signals(Topic.PARTICIPANTS, () -> participants.delete(participant.getGroup(), id(participant)));
    }

    @Test
    void aMereHeartbeatWakesNobody() {
        ParticipantRecord participant = participant(newGroup(), newId());
        participants.put(participant);
        long before = store.signal().current();

        participants.heartbeat(heartbeat(participant, 1, participant.getRole()));

        assertThat(store.signal().changedSince(before, Topic.PARTICIPANTS)).isFalse();
    }

    private void signals(Topic topic, Runnable change) {
        long before = store.signal().current();
        change.run();
        // The answer may be there a moment before the signal.
        try {
            store.signal().await(before, Patience.LIMIT);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        await().until(() -> store.signal().changedSince(before, topic));
    }

    // What this process is to others.

    @Test
    void aTokenThatIsNoneProvesNothing() {
        assertThat(store.isProvenDead("")).isFalse();
        assertThat(store.isProvenDead("rubbish")).isFalse();
        assertThat(store.isProvenDead("../../etc/passwd")).isFalse();
        assertThat(store.isProvenDead("process-" + UUID.randomUUID() + ".lock")).isFalse();
        assertThat(store.isProvenDead(store.lifeToken())).as("its own").isFalse();
    }

    private void won(String group, String participant) {
        accepted(leases.claim(claim(group, participant, 0, 0)), participant, 1);
    }

    private static void accepted(LeaseAnswer answer, String holder, long term) {
        assertThat(answer.accepted()).isTrue();
        assertThat(answer.lease().orElseThrow().getLeaderId()).isEqualTo(holder);
        assertThat(answer.lease().orElseThrow().getTerm()).isEqualTo(term);
    }

    /** Refused; the lease is held by {@code holder}, or free. */
    private static void refused(LeaseAnswer answer, String holder, long term) {
        assertThat(answer.accepted()).isFalse();
        assertThat(answer.lease().orElseThrow().getLeaderId()).isEqualTo(holder);
        assertThat(answer.lease().orElseThrow().getTerm()).isEqualTo(term);
    }

    private static LeaseRecord withoutTime(LeaseAnswer answer) {
        return withoutTime(answer.lease().orElseThrow());
    }

    private static LeaseRecord withoutTime(LeaseRecord lease) {
        return lease.toBuilder().clearLeaseTimestampNanos().build();
    }

    private static LeaseClaim claim(String group, String participant, long seenTerm, long seenRenewals) {
        return LeaseClaim.newBuilder()
                .setGroup(group)
                .setParticipantId(participant)
                .setNonce(UUID.randomUUID().toString())
                .setSeenTerm(seenTerm)
                .setSeenRenewals(seenRenewals)
                .build();
    }

    private static LeaseClaim dead(LeaseClaim claim) {
        return claim.toBuilder().setHolderKnownDead(true).build();
    }

    private static LeaseRenewal renewal(String group, String participant, long term, long renewals) {
        return LeaseRenewal.newBuilder()
                .setGroup(group)
                .setParticipantId(participant)
                .setTerm(term)
                .setRenewals(renewals)
                .build();
    }

    private static LeaseRelease release(String group, String participant, long term) {
        return LeaseRelease.newBuilder()
                .setGroup(group)
                .setParticipantId(participant)
                .setTerm(term)
                .build();
    }

    private static ParticipantId newId() {
        return ParticipantId.random();
    }

    private static ParticipantId id(ParticipantRecord participant) {
        return new ParticipantId(participant.getParticipantId());
    }

    private static ParticipantRecord participant(String group, ParticipantId id) {
        return ParticipantRecord.newBuilder()
                .setGroup(group)
                .setParticipantId(id.value())
                .build();
    }

    private static ParticipantHeartbeat heartbeat(ParticipantRecord participant, long number, ParticipantRole role) {
        return ParticipantHeartbeat.newBuilder()
                .setGroup(participant.getGroup())
                .setParticipantId(participant.getParticipantId())
                .setHeartbeats(number)
                .setRole(role)
                .build();
    }

    private static long nanos(Instant instant) {
        return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
    }
}
