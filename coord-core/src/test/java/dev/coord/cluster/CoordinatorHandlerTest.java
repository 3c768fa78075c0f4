package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.testing.FaultyLeases.Fault;
import dev.coord.testing.NotBefore;
import dev.coord.testing.Patience;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Role handlers that throw, sleep, hang or do odd things. */
class CoordinatorHandlerTest extends CoordinatorTestBase {
    private static final CoordinatorSettings IMPATIENT =
            SETTINGS.withHandlerGrace(GRACE).withCloseTimeout(Duration.ofSeconds(4));

    @Test
    void aHandlerThatCannotLeadMakesAnotherOneLead() {
        Member a = member();
        a.handler.leading(leadership -> {
            throw new IllegalStateException("no licence, on purpose");
        });
        Member b = member();
        a.start();
        await().until(() -> a.events.contains("lost 1 HANDLER_FAILED"));
        assertThat(a.coordinator.status().handlerFailure())
                .hasValueSatisfying(why -> assertThat(why).hasMessageContaining("no licence"));
        b.start();

        b.awaitLeads();

        assertThat(a.leads()).isFalse();
        a.awaitRecordedRole(Role.FOLLOWER);
    }

    @Test
    void aHandlerThatFailedOnceMayTryAgainAfterAWhile() {
        var attempts = new AtomicInteger();
        Member a = member();
        a.handler.leading(leadership -> {
            if (attempts.incrementAndGet() <= 2) {
                throw new IllegalStateException("not yet, on purpose");
            }
        });
        var beginning = NotBefore.fromNow();
        a.start();

        await().until(() -> a.leads() && a.term() == 3);

        // 500 ms after the first failure and 1 s after the second, although nobody else wants the lease.
        beginning.assertPassed(Duration.ofMillis(1500));
        a.awaitEvents("leader 1", "lost 1 HANDLER_FAILED", "leader 2", "lost 2 HANDLER_FAILED", "leader 3");
        await().until(() -> a.coordinator.status().handlerFailure().isEmpty());
    }

    @Test
    void aHandlerThatFailsWithAnErrorMakesNoZombie() {
        Member a = member();
        a.handler.leading(leadership -> {
            throw new StackOverflowError("on purpose");
        });
        a.start();
        await().until(() -> a.events.contains("lost 1 HANDLER_FAILED"));

        assertThat(a.leads()).isFalse();
        await().until(() -> holder().isEmpty());
        member().startLeading();
    }

    @Test
    void aHandlerThatFailsLaterGivesUpTheLease() {
        var fail = new CountDownLatch(1);
        Member a = member();
        a.handler.leading(leadership -> {
            fail.await();
            throw new IllegalStateException("in the middle, on purpose");
        });
        a.startLeading();
        Member b = member().startFollowing();

        fail.countDown();

        b.awaitLeads();
        a.awaitEvents("leader 1", "lost 1 HANDLER_FAILED", "follower 2");
    }

    @Test
    void aHandlerThatLeadsForLongKeepsTheLease() {
        Member a = member();
        a.handler.leading(leadership -> new CountDownLatch(1).await(Patience.SECONDS, TimeUnit.SECONDS));
        a.startLeading();
        Member b = member().startFollowing();

        long before = renewals();
        await().until(() -> renewals() > before + 40);

        assertThat(a.leads()).isTrue();
        assertThat(a.term()).isEqualTo(1);
        assertThat(b.leads()).isFalse();
        a.coordinator.close();
        b.awaitLeads();
        await().untilAsserted(() -> assertThat(a.handler.calls()).containsExactly("lead 1", "led 1"));
    }

    @Test
    void aHandlerThatIgnoresInterruptsForLongKeepsTheLeaseWhileItLeads() {
        var goOn = new CountDownLatch(1);
        Member a = member();
        a.handler.leading(leadership -> RecordingHandler.awaitIgnoringInterrupts(goOn));
        try {
            a.startLeading();
            long before = renewals();
            await().until(() -> renewals() > before + 40);
            assertThat(a.leads()).isTrue();
            assertThat(a.coordinator.status().handlerFailure()).isEmpty();
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void aHandlerThatTakesAMomentToStopIsWaitedFor() {
        var goOn = new CountDownLatch(1);
        Member a = member();
        a.handler.leading(leadership -> RecordingHandler.awaitIgnoringInterrupts(goOn));
        a.startLeading();
        Member b = member().startFollowing();
        await().until(() -> a.handler.calls().contains("lead 1"));

        a.coordinator.stepDown(Duration.ofMinutes(5));

        assertThat(a.leads()).isFalse();
        // The lease is renewed while the work ends, so that it does not go stale.
        long before = renewals();
        await().until(() -> renewals() > before + 5);
        assertThat(holder()).isEqualTo(a.coordinator.id().value());
        assertThat(term()).isEqualTo(1);
        assertThat(b.leads()).isFalse();
        a.handler.note("may end");
        goOn.countDown();
        b.awaitLeads();
        assertThat(a.handler.calls()).startsWith("lead 1", "may end", "led 1");
        assertThat(a.coordinator.status().handlerFailure()).isEmpty();
    }

    @Test
    void aHandlerThatDoesNotStopIsReportedAndTheLeaseReleasedAfterTheGrace() {
        var goOn = new CountDownLatch(1);
        Member a = member(IMPATIENT);
        a.handler.leading(leadership -> RecordingHandler.awaitIgnoringInterrupts(goOn));
        a.startLeading();
        Member b = member().startFollowing();
        await().until(() -> a.handler.calls().contains("lead 1"));
        try {
            var asked = NotBefore.fromNow();
            a.coordinator.stepDown(Duration.ofMillis(1));
            b.awaitLeads();
            asked.assertPassed(GRACE);
            assertThat(a.coordinator.status().handlerFailure())
                    .hasValueSatisfying(why ->
                            assertThat(why).hasMessageContaining("did not end").hasMessageContaining("400 ms"));

            // It cannot lead again before its work has ended, whoever else goes.
            b.coordinator.close();
            long looks = a.leases.calls();
            await("more looks at the free lease").until(() -> a.leases.calls() > looks + 10);
            assertThat(a.leads()).isFalse();
            assertThat(holder()).isEmpty();
        } finally {
            goOn.countDown();
        }
        a.awaitLeads();
        await().until(() -> a.coordinator.status().handlerFailure().isEmpty());
    }

    @Test
    void aLeaderThatMissedTheDeadlineDoesNotReleaseUnderItsHandler() {
        var goOn = new CountDownLatch(1);
        Member a = member(BRISK);
        a.handler.leading(leadership -> RecordingHandler.awaitIgnoringInterrupts(goOn));
        a.startLeading();
        await().until(() -> a.handler.calls().contains("lead 1"));
        try {
            a.leases.faults(() -> Fault.BEFORE);
            await().until(() -> a.events.contains("lost 1 RENEW_DEADLINE_PASSED"));
            a.leases.faults(() -> Fault.NONE);

            assertThat(holder())
                    .as("left to go stale")
                    .isEqualTo(a.coordinator.id().value());
            member(BRISK).start().awaitEventsAmongOthers("leader 2");
        } finally {
            goOn.countDown();
        }
        a.awaitEventsAmongOthers("leader 1", "lost 1 RENEW_DEADLINE_PASSED", "follower 2");
        await().untilAsserted(() ->
                assertThat(a.handler.calls()).startsWith("lead 1", "led 1").contains("followed 2"));
    }

    @Test
    void aHandlerThatHangsWhileFollowingIsInterruptedToLead() {
        Member a = member().startLeading();
        Member b = member();
        b.handler.following(leader -> new CountDownLatch(1).await(Patience.SECONDS, TimeUnit.SECONDS));
        b.startFollowing();
        await().until(() -> b.handler.calls().contains("follow 1"));

        a.coordinator.close();

        b.awaitLeads();
        await().until(() -> b.handler.calls().contains("led 2"));
        assertThat(b.handler.calls()).containsExactly("follow 1", "followed 1", "lead 2", "led 2");
    }

    @Test
    void aHandlerThatDoesNotReturnFromFollowingGivesUpTheLeaseItWon() {
        var goOn = new CountDownLatch(1);
        Member a = member().startLeading();
        Member b = member(IMPATIENT);
        b.handler.following(leader -> RecordingHandler.awaitIgnoringInterrupts(goOn));
        b.startFollowing();
        await().until(() -> b.handler.calls().contains("follow 1"));
        try {
            a.coordinator.close();

            await().until(() -> b.events.contains("lost 2 HANDLER_FAILED"));
            assertThat(b.coordinator.status().handlerFailure())
                    .hasValueSatisfying(why -> assertThat(why).hasMessageContaining("follower"));
            Member c = member().start();
            c.awaitLeads();
        } finally {
            goOn.countDown();
        }
        assertThat(b.handler.calls()).doesNotContain("lead 2");
    }

    @Test
    void aHandlerThatCannotFollowIsReportedAndStillMayLead() {
        Member a = member().startLeading();
        Member b = member();
        b.handler.following(leader -> {
            throw new IllegalStateException("cannot follow, on purpose");
        });
        b.startFollowing();
        await().until(() -> b.coordinator.status().handlerFailure().isPresent());

        a.coordinator.close();

        b.awaitLeads();
        await().until(() -> b.coordinator.status().handlerFailure().isEmpty());
    }

    @Test
    void aHandlerMayStepDownByItself() {
        Member a = member();
        a.handler.leading(leadership -> a.coordinator.stepDown(Duration.ofMinutes(5)));
        a.start();
        await().until(() -> a.events.contains("lost 1 STEPPED_DOWN"));
        Member b = member().start();

        b.awaitLeads();
        await().until(() -> a.handler.calls().contains("led 1"));
    }

    @Test
    void aHandlerMayCloseItsCoordinator() {
        Member a = member(IMPATIENT);
        a.handler.leading(leadership -> a.coordinator.close());
        a.start();

        await().until(() -> a.handler.calls().contains("led 1"));

        assertThat(a.record()).isEmpty();
        assertThat(holder()).isEmpty();
    }

    @Test
    void aListenerMayCloseItsCoordinator() {
        Member a = member();
        a.coordinator.addListener(new CoordinatorListener() {
            @Override
            public void becameLeader(Leadership leadership) {
                a.coordinator.close();
                a.handler.note("closed");
            }
        });
        a.start();

        await().until(() -> a.handler.calls().contains("closed"));

        assertThat(a.record()).isEmpty();
        assertThat(holder()).isEmpty();
    }

    @Test
    void closingWaitsForTheHandlerNoLongerThanTheGrace() {
        var goOn = new CountDownLatch(1);
        Member a = member(IMPATIENT);
        a.handler.leading(leadership -> RecordingHandler.awaitIgnoringInterrupts(goOn));
        a.startLeading();
        await().until(() -> a.handler.calls().contains("lead 1"));
        var asked = NotBefore.fromNow();
        try {
            a.coordinator.close();
            asked.assertPassed(GRACE);
            assertThat(a.handler.calls()).as("the work goes on").doesNotContain("led 1");
            await().until(() -> a.record().isEmpty() && holder().isEmpty());
        } finally {
            goOn.countDown();
        }
    }

    @Test
    void aHandlerThatLeavesItsInterruptBehindDoesNotDisturbTheNextCall() {
        Member a = member();
        a.handler
                .leading(leadership -> {
                    try {
                        leadership.awaitLost();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                })
                .following(leader ->
                        a.handler.note("interrupted: " + Thread.currentThread().isInterrupted()));
        a.startLeading();
        Member b = member().startFollowing();

        a.coordinator.stepDown(Duration.ofMinutes(5));

        b.awaitLeads();
        await().until(() -> a.handler.calls().contains("followed 2"));
        assertThat(a.handler.calls()).contains("interrupted: false");
    }
}
