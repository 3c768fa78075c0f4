package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.store.Store;
import dev.coord.testing.FaultyLeases;
import dev.coord.testing.FaultyLeases.Fault;
import dev.coord.testing.Leases;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The loop that renews, in real time. */
class LeaseRenewalTest {
    private static final String GROUP = "group";
    private static final Duration INTERVAL = Duration.ofMillis(10);
    private static final LeaseTiming PATIENT = new LeaseTiming(INTERVAL, Patience.LIMIT.dividedBy(2), Patience.LIMIT);
    /** For what happens at the deadline. */
    private static final LeaseTiming IMPATIENT =
            new LeaseTiming(INTERVAL, Duration.ofMillis(400), Duration.ofMillis(800));

    private final Store store = TestStores.local(TestStores.memory());
    private final FaultyLeases leases = new FaultyLeases(store.leases());
    private Election election = election(PATIENT);
    private final Thread renewing = new Thread(this::renew, "test-renewal");

    @AfterEach
    void stop() throws Exception {
        leases.faults(() -> Fault.NONE);
        election.releaseLease();
        renewing.join(Patience.MILLIS);
        store.close();
        assertThat(renewing.isAlive()).isFalse();
    }

    private Election election(LeaseTiming timing) {
        return new Election(
                leases,
                new Candidate(GROUP, new ParticipantId("a"), 1, Optional.empty(), ""),
                timing,
                NanoClock.system(),
                process -> false,
                () -> true);
    }

    private void renew() {
        try {
            election.runLeaseRenewal();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void whoDoesNotLeadHasNothingToRenew() throws Exception {
        election.runLeaseRenewal();
    }

    @Test
    void theLeaseIsRenewedUntilItIsReleased() throws Exception {
        Leadership leadership = lead();
        awaitRenewals(20);
        assertThat(leadership.isHeld()).isTrue();

        election.releaseLease();

        renewing.join(Patience.MILLIS);
        assertThat(renewing.isAlive()).isFalse();
        assertThat(Leases.holderOf(store.leases().get(GROUP).orElseThrow())).isEmpty();
    }

    @Test
    void aLostLeadershipIsRenewedUntilItIsGivenUp() throws Exception {
        Leadership leadership = lead();
        awaitRenewals(1);
        election.leadership().orElseThrow().lose(LossReason.STEPPED_DOWN);
        assertThat(leadership.isHeld()).isFalse();

        awaitRenewals(renewals() + 5);
        election.releaseLease();

        renewing.join(Patience.MILLIS);
        assertThat(renewing.isAlive()).isFalse();
    }

    @Test
    void renewalsThatFailNowAndThenCostNothing() {
        var calls = new AtomicInteger();
        Leadership leadership = lead();
        leases.faults(() -> switch (calls.incrementAndGet() % 3) {
            case 0 -> Fault.BEFORE;
            case 1 -> Fault.AFTER;
            default -> Fault.NONE;
        });

        awaitRenewals(20);

        assertThat(leadership.isHeld()).isTrue();
    }

    @Test
    void renewalsThatFailForLongEndTheLeadershipByTheDeadline() throws Exception {
        election = election(IMPATIENT);
        Leadership leadership = lead();

        leases.faults(() -> Fault.BEFORE);

        assertThat(leadership.awaitLost(Patience.LIMIT)).isTrue();
        assertThat(leadership.lossReason()).contains(LossReason.RENEW_DEADLINE_PASSED);
        renewing.join(Patience.MILLIS);
        assertThat(renewing.isAlive()).isFalse();
    }

    @Test
    void aRenewalThatHangsDoesNotKeepTheLeadershipBeyondTheDeadline() throws Exception {
        election = election(IMPATIENT);
        Leadership leadership = lead();
        var hang = new CountDownLatch(1);
        leases.delays(
                () -> {
                    try {
                        hang.await(Patience.SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                },
                () -> {});
        try {
            await().until(() -> !leadership.isHeld());
            assertThat(election.isLeader()).isFalse();
        } finally {
            leases.delays(() -> {}, () -> {});
            hang.countDown();
        }
        assertThat(leadership.awaitLost(Patience.LIMIT)).isTrue();
        assertThat(leadership.lossReason()).contains(LossReason.RENEW_DEADLINE_PASSED);
    }

    @Test
    void whoIsDeposedStopsRenewing() throws Exception {
        Leadership leadership = lead();
        awaitRenewals(1);

        store.leases().delete(GROUP);

        assertThat(leadership.awaitLost(Patience.LIMIT)).isTrue();
        assertThat(leadership.lossReason()).contains(LossReason.DEPOSED);
        renewing.join(Patience.MILLIS);
        assertThat(renewing.isAlive()).isFalse();
    }

    private Leadership lead() {
        assertThat(election.tryClaimLeadership()).isTrue();
        Leadership leadership = election.leadership().orElseThrow();
        renewing.start();
        return leadership;
    }

    private void awaitRenewals(long count) {
        await().until(() -> renewals() >= count);
    }

    private long renewals() {
        return store.leases().get(GROUP).orElseThrow().renewals();
    }
}
