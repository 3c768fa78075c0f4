package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderChange;
import dev.coord.LeaderChangeReason;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.Role;
import dev.coord.store.Participant;
import dev.coord.store.StoreOwner;
import dev.coord.testing.FaultyLeases.Fault;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What a coordinator tells of its group: leaders, participants, renewals, the store's owner. */
class CoordinatorChangesTest extends CoordinatorTestBase {
    /** Notes all that a listener hears. */
    private static final class Heard implements CoordinatorListener {
        final List<String> all = new CopyOnWriteArrayList<>();
        final List<LeaderChange> leaders = new CopyOnWriteArrayList<>();
        final List<ParticipantsChange> participants = new CopyOnWriteArrayList<>();

        static Heard by(Member member) {
            var heard = new Heard();
            var unused = member.coordinator.addListener(heard);
            return heard;
        }

        @Override
        public void becameLeader(Leadership leadership) {
            all.add("leads");
        }

        @Override
        public void leadershipLost(Leadership leadership, LossReason reason) {
            all.add("lost");
        }

        @Override
        public void becameFollower(LeaderInfo leader) {
            all.add("follows");
        }

        @Override
        public void leaderChanged(LeaderChange change) {
            all.add("leader changed");
            leaders.add(change);
        }

        @Override
        public void participantsChanged(ParticipantsChange change) {
            all.add("participants changed");
            participants.add(change);
        }
    }

    private static List<String> ids(List<Participant> participants) {
        return participants.stream()
                .map(participant -> participant.id().value())
                .sorted()
                .toList();
    }

    private static List<String> ids(Member... members) {
        return List.of(members).stream()
                .map(m -> m.coordinator.id().value())
                .sorted()
                .toList();
    }

    @Test
    void aChangeOfTheLeaderIsToldToBothAfterWhatItMeansForThem() {
        Member a = member();
        Heard byA = Heard.by(a);
        a.startLeading();
        Member b = member();
        Heard byB = Heard.by(b);
        b.startFollowing();
        a.coordinator.stepDown(Duration.ofSeconds(30));
        await().until(() -> byA.leaders.size() == 2 && byB.leaders.size() == 2);

        assertThat(byA.all.stream().filter(what -> !what.startsWith("participants")))
                .containsExactly("leads", "leader changed", "lost", "follows", "leader changed");
        assertThat(byB.all.stream().filter(what -> !what.startsWith("participants")))
                .containsExactly("follows", "leader changed", "leads", "leader changed");
        assertThat(byA.leaders.get(0).reason()).isEqualTo(LeaderChangeReason.FIRST_SEEN);
        LeaderChange first = byB.leaders.get(0);
        assertThat(first.reason()).isEqualTo(LeaderChangeReason.FIRST_SEEN);
        assertThat(first.leader().participant()).isEqualTo(a.coordinator.id());
        for (Heard heard : List.of(byA, byB)) {
            LeaderChange second = heard.leaders.get(1);
            assertThat(second.previous()).contains(first.leader());
            assertThat(second.leader().participant()).isEqualTo(b.coordinator.id());
            assertThat(second.reason()).isEqualTo(LeaderChangeReason.RELEASED);
            assertThat(second.withoutLeader())
                    .hasValueSatisfying(without -> assertThat(without).isGreaterThanOrEqualTo(Duration.ZERO));
        }
    }

    @Test
    void theLastRoleChangesAreKept() {
        Member a = member().startLeading();
        await().until(() -> !a.coordinator.roleChanges().isEmpty());
        a.coordinator.stepDown(Duration.ZERO);
        await().until(() -> a.coordinator.roleChanges().size() >= 3);

        assertThat(a.coordinator.roleChanges().subList(0, 3))
                .extracting(RoleChange::role)
                .containsExactly(Role.LEADER, Role.UNKNOWN, Role.LEADER);
        assertThat(a.coordinator.roleChanges().subList(0, 3))
                .extracting(RoleChange::reason)
                .containsExactly("FIRST_SEEN", "STEPPED_DOWN", "RELEASED");
        a.coordinator.close();
        assertThat(a.coordinator.roleChanges())
                .last()
                .satisfies(last -> assertThat(last.reason()).isEqualTo("CLOSED"));
    }

    @Test
    void participantsAreToldAsTheyComeAndGo() {
        Member a = member();
        Heard byA = Heard.by(a);
        a.startLeading();
        Member b = member().startFollowing();
        await().until(() -> byA.participants.size() == 2);
        b.coordinator.close();
        await().until(() -> byA.participants.size() == 3);

        assertThat(byA.all.get(0)).isEqualTo("participants changed");
        assertThat(byA.participants)
                .extracting(change -> ids(change.participants()))
                .containsExactly(ids(a), ids(a, b), ids(a));
        assertThat(byA.participants).extracting(change -> ids(change.joined())).containsExactly(ids(a), ids(b), ids());
        assertThat(byA.participants).extracting(change -> ids(change.left())).containsExactly(ids(), ids(), ids(b));
    }

    @Test
    void anOwnRecordThatSomebodyRemovedIsNoDeparture() {
        Member a = member();
        Heard byA = Heard.by(a);
        a.startLeading();
        Member b = member().startFollowing();
        await().until(() -> byA.participants.size() == 2);

        store.participants().delete(group, a.coordinator.id());
        await().until(() -> a.record().isPresent());
        b.coordinator.close();
        await().until(() -> byA.participants.size() == 3);
        assertThat(byA.participants).extracting(change -> ids(change.left())).containsExactly(ids(), ids(), ids(b));
    }

    @Test
    void renewalsAreToldWithTheirFailures() {
        Member a = member();
        var good = new AtomicInteger();
        var bad = new AtomicInteger();
        var unused = a.coordinator.addRenewalListener((took, successful) -> {
            assertThat(took).isGreaterThanOrEqualTo(Duration.ZERO);
            (successful ? good : bad).incrementAndGet();
            throw new IllegalStateException("a listener that throws, on purpose");
        });
        var heard = new AtomicInteger();
        var second = a.coordinator.addRenewalListener((took, successful) -> heard.incrementAndGet());
        a.startLeading();
        await().until(() -> good.get() >= 3);
        assertThat(bad).hasValue(0);

        a.leases.failOnce(Fault.BEFORE);
        await().until(() -> bad.get() == 1);
        assertThat(heard.get()).isPositive();
        second.close();
        int before = good.get();
        int told = heard.get();
        await().until(() -> good.get() >= before + 3);
        assertThat(heard.get()).isLessThanOrEqualTo(told + 1);
        assertThat(a.leads()).isTrue();
    }

    @Test
    void theEndIsToldOnce() {
        Member a = member();
        var ended = new AtomicInteger();
        var unused = a.coordinator.onClosed(ended::incrementAndGet);
        var notTold = a.coordinator.onClosed(() -> ended.addAndGet(100));
        notTold.close();
        a.startLeading();
        assertThat(ended).hasValue(0);
        a.coordinator.close();
        a.coordinator.close();
        assertThat(ended).hasValue(1);
    }

    @Test
    void theEndIsToldAtOnceToWhoComesAfterIt() {
        Member a = member();
        a.startLeading();
        a.coordinator.close();
        var ended = new AtomicInteger();
        var unused = a.coordinator.onClosed(ended::incrementAndGet);
        assertThat(ended).hasValue(1);
    }

    @Test
    void theParticipantsAreToldById() {
        Member a = member();
        Heard heard = Heard.by(a);
        a.startLeading();
        // One of them is most likely before the first.
        for (int i = 0; i < 4; i++) {
            member().startFollowing();
        }
        await().until(() -> !heard.participants.isEmpty()
                && heard.participants
                                .get(heard.participants.size() - 1)
                                .participants()
                                .size()
                        == 5);

        assertThat(heard.participants)
                .allSatisfy(change -> assertThat(change.participants())
                        .isSortedAccordingTo(Comparator.comparing(
                                (Participant participant) -> participant.id().value())));
    }

    @Test
    void theEndIsToldAlsoIfItNeverBegan() {
        Member a = member();
        var ended = new AtomicInteger();
        var unused = a.coordinator.onClosed(ended::incrementAndGet);
        a.coordinator.close();
        assertThat(ended).hasValue(1);
    }

    @Test
    void theTimeWithoutALeaderIsThereWhenThereIsNone() {
        Member a = member(BRISK).startLeading();
        Member b = member();
        await().until(() -> a.coordinator.status().withoutLeader().isEmpty());
        b.startFollowing();
        await().until(() -> b.coordinator.status().withoutLeader().isEmpty());

        // Nobody may lead for a while.
        a.leases.faults(() -> Fault.BEFORE);
        b.leases.faults(() -> Fault.BEFORE);
        await().until(() -> a.coordinator.status().withoutLeader().isPresent());
    }

    @Test
    void theStoresOwnerIsKnown() {
        Member a = member();
        assertThat(a.coordinator.storeOwner()).isEmpty();
        assertThat(a.coordinator.storeTakeovers()).isZero();
        a.startLeading();

        // The store is this process's alone.
        StoreOwner owner = a.coordinator.storeOwner().orElseThrow();
        assertThat(owner.here()).isTrue();
        assertThat(owner.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(owner.epoch()).isPositive();
        assertThat(owner.address()).endsWith(".sock");
        assertThat(a.coordinator.storeTakeovers()).isEqualTo(1);
    }
}
