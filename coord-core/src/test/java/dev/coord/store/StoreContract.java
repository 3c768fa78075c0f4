package dev.coord.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.testing.AtOnce;
import dev.coord.testing.Leases;
import dev.coord.testing.Patience;
import dev.coord.transport.Address;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
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
        LeaseClaim claim = claim(group, A, 0, 0)
                .withClaimant(new LeaseHolder(
                        new ParticipantId(A),
                        4711,
                        Optional.of(Address.parse("/run/coord/coord-4711.sock")),
                        "host=x;boot=b;pidns=n;pid=4711;start=5;life=t"))
                .withStaleThreshold(Duration.ofMillis(1500));

        LeaseAnswer answer = leases.claim(claim);

        assertThat(answer.accepted()).isTrue();
        Lease lease = leases.get(group).orElseThrow();
        assertThat(withoutTime(answer)).isEqualTo(withoutTime(lease));
        assertThat(lease.group()).isEqualTo(group);
        assertThat(lease.term().value()).isEqualTo(1);
        assertThat(Leases.holderOf(lease)).isEqualTo(A);
        assertThat(lease.holder()).contains(claim.claimant());
        assertThat(lease.staleThreshold()).isEqualTo(claim.staleThreshold());
        assertThat(lease.nonce()).isEqualTo(claim.nonce());
        assertThat(lease.renewals()).isZero();
        assertThat(lease.renewedAt())
                .isBetween(Instant.now().minusSeconds(30), Instant.now().plusSeconds(30));
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
        assertThat(leases.get(group).orElseThrow().renewals()).as("counts anew").isZero();
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
        assertThat(leases.get(group).orElseThrow().renewals())
                .as("nothing is undone")
                .isEqualTo(5);
    }

    @Test
    void anothersClaimWithTheSameNonceIsNoRepetition() {
        String group = newGroup();
        LeaseClaim claim = claim(group, A, 0, 0);
        leases.claim(claim);

        refused(leases.claim(claim.withClaimant(LeaseHolder.of(new ParticipantId(B)))), A, 1);
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
        Instant claimed = leases.get(group).orElseThrow().renewedAt();

        LeaseAnswer answer = leases.renew(renewal(group, A, 1, 1));

        accepted(answer, A, 1);
        Lease lease = leases.get(group).orElseThrow();
        assertThat(withoutTime(answer)).isEqualTo(withoutTime(lease));
        assertThat(lease.renewals()).isEqualTo(1);
        assertThat(lease.renewedAt()).isAfterOrEqualTo(claimed);
    }

    @ParameterizedTest(name = "{0}, then {1}: {2}")
    @CsvSource({"1, 2, 2", "1, 9, 9", "5, 5, 5", "5, 3, 5", "5, 0, 5"})
    void theNumberOfRenewalsNeverGoesBack(long first, long second, long then) {
        String group = newGroup();
        won(group, A);
        accepted(leases.renew(renewal(group, A, 1, first)), A, 1);

        accepted(leases.renew(renewal(group, A, 1, second)), A, 1);

        assertThat(leases.get(group).orElseThrow().renewals()).isEqualTo(then);
    }

    @Test
    void aRenewalThatIsRepeatedWritesNothing() {
        String group = newGroup();
        won(group, A);
        leases.renew(renewal(group, A, 1, 4));
        Lease before = leases.get(group).orElseThrow();

        leases.renew(renewal(group, A, 1, 4));
        leases.renew(renewal(group, A, 1, 2));

        assertThat(leases.get(group)).contains(before);
    }

    @Test
    void onlyTheHolderRenewsAndOnlyWithItsTerm() {
        String group = newGroup();
        won(group, A);
        leases.claim(claim(group, B, 1, 0));
        Lease before = leases.get(group).orElseThrow();

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

        refused(leases.renew(renewal(group, "nobody", 1, 1)), "", 1);
        refused(leases.release(release(group, "nobody", 1)), "", 1);
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
        Lease lease = leases.get(group).orElseThrow();
        assertThat(withoutTime(answer)).isEqualTo(withoutTime(lease));
        assertThat(lease.holder()).isEmpty();
        assertThat(lease.staleThreshold()).isZero();
    }

    @Test
    void releasingTwiceIsTheSameAsOnce() {
        String group = newGroup();
        won(group, A);
        leases.release(release(group, A, 1));
        Lease before = leases.get(group).orElseThrow();

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
        Lease lease = Lease.free(newGroup(), new Term(1L << 40))
                .withHolder(new LeaseHolder(
                        new ParticipantId(A),
                        0xffffffffL,
                        Optional.of(Address.parse("/run/ä 'x'/coord.sock")),
                        "host=x;pid=1"))
                .withNonce("n")
                .withRenewals(1L << 41)
                .withRenewedAt(Instant.ofEpochSecond(0, 1_700_000_000_123_456_000L));

        leases.put(lease);

        assertThat(leases.get(lease.group())).contains(lease);
        Lease renewed = lease.freed().withRenewals(9);
        leases.put(renewed);
        assertThat(leases.get(lease.group())).contains(renewed);
    }

    @Test
    void aTermNeverGoesBack() {
        Lease lease = Lease.free(newGroup(), new Term(5)).withHolder(LeaseHolder.of(new ParticipantId(A)));
        leases.put(lease);

        assertThatThrownBy(
                        () -> leases.put(lease.withTerm(new Term(4)).withHolder(LeaseHolder.of(new ParticipantId(B)))))
                .isInstanceOf(StoreException.class)
                .isNotInstanceOf(StoreUnavailableException.class)
                .hasMessageContaining(lease.group())
                .hasMessageContaining("5")
                .hasMessageContaining("4");
        assertThat(leases.get(lease.group())).map(Leases::holderOf).contains(A);
    }

    @Test
    void aDeletedLeaseIsFreeAndKeepsItsTerm() {
        String group = newGroup();
        won(group, A);
        leases.claim(claim(group, B, 1, 0));

        leases.delete(group);

        Lease lease = leases.get(group).orElseThrow();
        assertThat(Leases.holderOf(lease)).isEmpty();
        assertThat(lease.term().value()).isEqualTo(2);
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
        Lease lease = Lease.free(newGroup(), new Term(1)).withRenewedAt(Instant.ofEpochSecond(0, nanos));
        Participant participant = participant(lease.group(), newId()).toBuilder()
                .started(Instant.ofEpochSecond(0, nanos))
                .lastHeartbeat(Instant.ofEpochSecond(0, nanos))
                .build();
        leases.put(lease);
        participants.put(participant);

        assertThat(leases.get(lease.group())).contains(lease);
        assertThat(participants.list(lease.group())).containsExactly(participant);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a 'quoted' group", "ünïcödé 群", "GROUP", "group", "Group", "trailing ", "%", "a;b\"c", "0"})
    void anyNameOfAGroupIsItsOwn(String name) {
        assertThat(leases.get(name)).isEmpty();

        accepted(leases.claim(claim(name, A, 0, 0)), A, 1);
        participants.put(participant(name, newId()));

        assertThat(leases.get(name)).map(Lease::group).contains(name);
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
            Lease lease = leases.get(group).orElseThrow();
            assertThat(lease.term().value()).isEqualTo(1);
            assertThat(answers)
                    .allSatisfy(answer ->
                            assertThat(answer.lease()).map(Leases::holderOf).contains(Leases.holderOf(lease)));
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
                    Optional<Lease> seen = leases.get(group);
                    long term = seen.map(Lease::term).orElse(Term.NONE).value();
                    if (term >= rounds) {
                        return terms;
                    }
                    long renewals = seen.map(Lease::renewals).orElse(0L);
                    LeaseAnswer answer = leases.claim(claim(group, self, term, renewals));
                    if (answer.accepted()) {
                        terms.add(answer.lease().orElseThrow().term().value());
                    }
                }
            });
        }

        List<List<Long>> won = AtOnce.run(racers);

        assertThat(won).allSatisfy(terms -> assertThat(terms).isSorted());
        assertThat(won.stream().flatMap(List::stream))
                .as("each term is won once")
                .doesNotHaveDuplicates()
                .hasSize((int) leases.get(group).orElseThrow().term().value());
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
        // Also the longest ones that are allowed, and whatever characters.
        Map<String, String> attributes = new TreeMap<>();
        attributes.put("url=a\nb\\c\\n", "=\\b\0\r\n\u2028=\uD83D\uDE00");
        attributes.put("empty", "");
        for (int i = 0; i < 30; i++) {
            attributes.put("=".repeat(98) + (10 + i), "\\".repeat(500));
        }
        Participant participant = participant(newGroup(), newId()).toBuilder()
                .pid(0xfffffffeL)
                .role(Role.LEADER)
                .host("web-1")
                .process("host=web-1;pid=4711")
                .address(Address.parse("/run/coord/coord-4711.sock"))
                .capabilities(List.of("index", "mail/send", "index"))
                .started(Instant.ofEpochSecond(0, 1_700_000_000_000_001_000L))
                .lastHeartbeat(Instant.ofEpochSecond(0, 1_700_000_000_000_002_000L))
                .attributes(attributes)
                .heartbeats(1L << 40)
                .build();

        participants.put(participant);

        assertThat(participants.get(participant.group(), participant.id())).contains(participant);
        assertThat(participants.list(participant.group())).containsExactly(participant);
        assertThat(participants.get(newGroup(), participant.id()))
                .as("in another group")
                .isEmpty();
    }

    @Test
    void aParticipantIsReplacedByItsLaterRecord() {
        Participant before = participant(newGroup(), newId()).toBuilder()
                .capabilities(List.of("a"))
                .pid(1)
                .build();
        Participant after = before.toBuilder().capabilities(List.of()).pid(2).build();
        participants.put(before);

        participants.put(after);

        assertThat(participants.list(before.group())).containsExactly(after);
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

        assertThat(participants.list(group).stream()
                        .map(participant -> participant.id().value()))
                .isSorted()
                .containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void aDeletedParticipantIsGoneAndTheOthersStay() {
        String group = newGroup();
        Participant gone = participant(group, newId());
        Participant stays = participant(group, newId());
        participants.put(gone);
        participants.put(stays);

        participants.delete(group, gone.id());
        participants.delete(newGroup(), stays.id());

        assertThat(participants.list(group)).containsExactly(stays);
    }

    @Test
    void aHeartbeatWritesItsNumberItsRoleAndItsTimeAlone() {
        Participant before = participant(newGroup(), newId()).toBuilder()
                .pid(7)
                .capabilities(List.of("a"))
                .heartbeats(3)
                .started(Instant.ofEpochSecond(0, 5_000))
                .build();
        participants.put(before);

        assertThat(beat(before, 4, Role.LEADER)).isTrue();

        Participant after = participants.get(before.group(), before.id()).orElseThrow();
        assertThat(after.lastHeartbeat()).isAfter(Instant.now().minusSeconds(30));
        assertThat(after)
                .isEqualTo(before.toBuilder()
                        .heartbeats(4)
                        .role(Role.LEADER)
                        .lastHeartbeat(after.lastHeartbeat())
                        .build());
    }

    @Test
    void aHeartbeatThatComesLateChangesNothing() {
        Participant before =
                participant(newGroup(), newId()).toBuilder().heartbeats(9).build();
        participants.put(before);

        assertThat(beat(before, 8, Role.LEADER)).as("the record is there").isTrue();

        assertThat(participants.list(before.group())).containsExactly(before);
    }

    @Test
    void aHeartbeatWithoutARecordSaysSoAndMakesNone() {
        Participant missing = participant(newGroup(), newId());

        assertThat(beat(missing, 1, Role.FOLLOWER)).isFalse();

        assertThat(participants.list(missing.group())).isEmpty();
    }

    @Test
    void aRecordThatIsPutByManyAtOnceIsThereOnce() throws Exception {
        for (int round = 0; round < 10; round++) {
            Participant participant = participant(newGroup(), newId());
            List<Callable<Boolean>> puts = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                puts.add(() -> {
                    participants.put(participant);
                    return true;
                });
            }

            AtOnce.run(puts);

            assertThat(participants.list(participant.group())).containsExactly(participant);
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
        signals(Topic.LEASE, () -> leases.put(Lease.free(group, new Term(9))));
    }

    @Test
    void everyChangeOfAParticipantIsSignalled() {
        Participant participant = participant(newGroup(), newId());
        signals(Topic.PARTICIPANTS, () -> participants.put(participant));
        signals(Topic.PARTICIPANTS, () -> beat(participant, 1, Role.LEADER));
        signals(Topic.PARTICIPANTS, () -> participants.delete(participant.group(), participant.id()));
    }

    @Test
    void aMereHeartbeatWakesNobody() {
        Participant participant = participant(newGroup(), newId());
        participants.put(participant);
        long before = store.signal().current();

        beat(participant, 1, participant.role());

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
        assertThat(Leases.holderOf(answer.lease().orElseThrow())).isEqualTo(holder);
        assertThat(answer.lease().orElseThrow().term().value()).isEqualTo(term);
    }

    /** Refused; the lease is held by {@code holder}, or free. */
    private static void refused(LeaseAnswer answer, String holder, long term) {
        assertThat(answer.accepted()).isFalse();
        assertThat(Leases.holderOf(answer.lease().orElseThrow())).isEqualTo(holder);
        assertThat(answer.lease().orElseThrow().term().value()).isEqualTo(term);
    }

    private static Lease withoutTime(LeaseAnswer answer) {
        return withoutTime(answer.lease().orElseThrow());
    }

    private static Lease withoutTime(Lease lease) {
        return lease.withRenewedAt(Instant.EPOCH);
    }

    private static LeaseClaim claim(String group, String participant, long seenTerm, long seenRenewals) {
        return LeaseClaim.first(
                        group,
                        LeaseHolder.of(new ParticipantId(participant)),
                        UUID.randomUUID().toString())
                .withSeen(new Term(seenTerm), seenRenewals);
    }

    private static LeaseClaim dead(LeaseClaim claim) {
        return claim.withHolderKnownDead(true);
    }

    private static LeaseRenewal renewal(String group, String participant, long term, long renewals) {
        return new LeaseRenewal(group, new ParticipantId(participant), new Term(term), renewals, Duration.ZERO);
    }

    private static LeaseRelease release(String group, String participant, long term) {
        return new LeaseRelease(group, new ParticipantId(participant), new Term(term));
    }

    private static ParticipantId newId() {
        return ParticipantId.random();
    }

    private static Participant participant(String group, ParticipantId id) {
        return Participant.builder(group, id).build();
    }

    private boolean beat(Participant participant, long number, Role role) {
        return participants.heartbeat(participant.group(), participant.id(), number, role);
    }
}
