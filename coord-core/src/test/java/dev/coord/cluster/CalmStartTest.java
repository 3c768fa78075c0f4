package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.election.LeaseTiming;
import dev.coord.testing.FaultyLeases.Fault;
import dev.coord.testing.NotBefore;
import dev.coord.testing.Patience;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How a leadership begins on a machine that is busy. */
class CalmStartTest extends CoordinatorTestBase {
    private static final Duration LONG = Patience.LIMIT;
    private static final CoordinatorSettings PATIENT =
            SETTINGS.withLease(new LeaseTiming(SETTINGS.lease().renewalInterval(), LONG.dividedBy(2), LONG));

    /** The claim takes longer than from one renewal to the next, and the first renewal waits. */
    private final class SlowClaim {
        final CountDownLatch claimed = new CountDownLatch(1);
        final CountDownLatch renewing = new CountDownLatch(1);
        final CountDownLatch renewal = new CountDownLatch(1);
        private final AtomicBoolean slow = new AtomicBoolean(true);

        SlowClaim(Member member) {
            member.leases.delays(this::beforeCall, () -> afterCall(member));
        }

        private void beforeCall() {
            if (claimed.getCount() == 0 && onTheRenewingThread()) {
                renewing.countDown();
                join(renewal);
            }
        }

        private void afterCall(Member member) {
            if (holder().equals(member.coordinator.id().value()) && slow.getAndSet(false)) {
                NotBefore took = NotBefore.fromNow();
                await().until(() ->
                        took.hasPassed(SETTINGS.lease().renewalInterval().multipliedBy(2)));
                claimed.countDown();
            }
        }
    }

    private static boolean onTheRenewingThread() {
        return Thread.currentThread().getName().startsWith("coord-renewal");
    }

    private static void join(CountDownLatch latch) {
        try {
            assertThat(latch.await(LONG.toSeconds(), TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aLeadershipWhoseClaimTookLongBeginsWhenItIsRenewed() {
        var renewalsAtTheBeginning = new CopyOnWriteArrayList<Long>();
        Member member = member(PATIENT);
        member.handler.leading(leadership -> renewalsAtTheBeginning.add(renewals()));
        var claim = new SlowClaim(member);
        member.start();

        join(claim.renewing);
        assertThat(member.coordinator.role()).isEqualTo(Role.UNKNOWN);
        assertThat(member.events).isEmpty();
        claim.renewal.countDown();

        member.awaitEvents("leader 1");
        await().until(() -> !renewalsAtTheBeginning.isEmpty());
        assertThat(renewalsAtTheBeginning.get(0)).isPositive();
    }

    @Test
    void aLeadershipThatIsLostBeforeItBeganIsNotAnnounced() {
        Member member = member(BRISK);
        var claim = new SlowClaim(member);
        var fails = new AtomicBoolean(true);
        member.leases.faults(() -> claim.claimed.getCount() == 0 && fails.get() ? Fault.BEFORE : Fault.NONE);
        claim.renewal.countDown();
        member.start();
        join(claim.claimed);
        await().until(() -> member.coordinator.election().leadership().isEmpty());

        fails.set(false);

        member.awaitEvents("leader 2");
        assertThat(member.handler.calls()).containsExactly("lead 2", "led 2");
    }

    @Test
    void aListenerOfRenewalsThatDoesNotReturnHoldsUpNone() {
        Member member = member(PATIENT);
        var goOn = new CountDownLatch(1);
        var told = new AtomicInteger();
        member.coordinator.addRenewalListener((took, successful) -> {
            told.incrementAndGet();
            join(goOn);
        });
        member.startLeading();
        await().until(() -> told.get() == 1);
        long before = renewals();

        await().until(() -> renewals() > before + 5);

        assertThat(told).hasValue(1);
        goOn.countDown();
        await().until(() -> told.get() > 5);
    }

    @Test
    void saysThatTheThresholdIsStretched() {
        Duration longest = LONG.multipliedBy(2);
        Member leader = member(PATIENT.withLease(new LeaseTiming(
                PATIENT.lease().renewalInterval(),
                PATIENT.lease().renewDeadline(),
                PATIENT.lease().staleThreshold(),
                longest)));
        leader.startLeading();
        Member follower = member(PATIENT).startFollowing();

        for (CoordinatorStatus status : List.of(leader.coordinator.status(), follower.coordinator.status())) {
            assertThat(status.staleThreshold()).isEqualTo(longest);
            assertThat(status.stretched()).isTrue();
        }
        leader.coordinator.close();
        await().until(follower::leads);
        CoordinatorStatus status = follower.coordinator.status();
        assertThat(status.staleThreshold()).isEqualTo(LONG);
        assertThat(status.stretched()).isFalse();
    }
}
