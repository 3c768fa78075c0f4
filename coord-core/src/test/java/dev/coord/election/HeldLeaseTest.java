package dev.coord.election;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.testing.Patience;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class HeldLeaseTest {
    private static final Duration DEADLINE = Duration.ofMillis(750);
    private static final HeldLease.Span SPAN = new HeldLease.Span(DEADLINE, Duration.ofSeconds(1));
    private static final HeldLease.Span LONG = new HeldLease.Span(DEADLINE.multipliedBy(10), Duration.ofSeconds(10));

    private final SettableNanoClock clock = new SettableNanoClock();
    private final HeldLease lease = new HeldLease(
            new Candidate("orders", new ParticipantId("a"), 1, Optional.empty(), ""),
            new Term(3),
            true,
            clock,
            SPAN,
            clock.nanoTime());
    private final List<String> told = new CopyOnWriteArrayList<>();

    @Test
    void saysWhatItIs() {
        assertThat(lease.group()).isEqualTo("orders");
        assertThat(lease.participant()).isEqualTo(new ParticipantId("a"));
        assertThat(lease.term()).isEqualTo(new Term(3));
        assertThat(lease.isFreshSession()).isTrue();
        assertThat(lease).hasToString("leadership of orders by a, term 3");
    }

    @Test
    void isHeldUntilItIsLost() throws Exception {
        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.lossReason()).isEmpty();
        assertThat(lease.awaitLost(Duration.ofMillis(1))).isFalse();

        lease.lose(LossReason.STEPPED_DOWN);

        assertThat(lease.isHeld()).isFalse();
        assertThat(lease.awaitLost(Duration.ZERO)).isTrue();
        lease.awaitLost();
    }

    @Test
    void theFirstReasonOfItsLossStands() {
        lease.onLost(() -> told.add("once"));

        lease.lose(LossReason.DEPOSED);
        lease.lose(LossReason.CLOSED);

        assertThat(lease.lossReason()).contains(LossReason.DEPOSED);
        awaitTold("once");
    }

    @Test
    void listenersAreToldInOrderAndAfterItIsLost() {
        lease.onLost(() -> told.add("1 " + lease.isHeld()));
        lease.onLost(() -> told.add("2 " + lease.lossReason().orElseThrow()));

        lease.lose(LossReason.CLOSED);

        awaitTold("1 false", "2 CLOSED");
    }

    @Test
    void aListenerThatComesLateIsToldAtOnce() {
        lease.lose(LossReason.CLOSED);

        Registration registration = lease.onLost(() -> told.add("late"));

        awaitTold("late");
        registration.close();
    }

    @Test
    void aListenerThatWasTakenBackIsNotTold() {
        Registration registration = lease.onLost(() -> told.add("no"));
        lease.onLost(() -> told.add("yes"));
        registration.close();
        registration.close();

        lease.lose(LossReason.CLOSED);

        awaitTold("yes");
    }

    @Test
    void aListenerThatThrowsDoesNotSilenceTheOthers() {
        lease.onLost(() -> {
            throw new IllegalStateException("a listener that throws, on purpose");
        });
        lease.onLost(() -> told.add("second"));

        lease.lose(LossReason.CLOSED);

        awaitTold("second");
    }

    @Test
    void aListenerThatFailsWithAnErrorDoesNotSilenceTheOthers() {
        lease.onLost(() -> {
            throw new NoClassDefFoundError("a class that is missing, on purpose");
        });
        lease.onLost(() -> told.add("second"));

        lease.lose(LossReason.CLOSED);

        awaitTold("second");
    }

    @Test
    void aListenerThatBlocksHoldsUpNobody() {
        var goOn = new CountDownLatch(1);
        lease.onLost(() -> {
            try {
                goOn.await(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            told.add("at last");
        });

        lease.lose(LossReason.CLOSED);

        assertThat(lease.isHeld()).isFalse();
        assertThat(told).isEmpty();
        goOn.countDown();
        awaitTold("at last");
    }

    private void awaitTold(String... expected) {
        await().untilAsserted(() -> assertThat(told).containsExactly(expected));
    }

    @Test
    void whoWaitsIsWoken() throws Exception {
        var waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return lease.awaitLost(Patience.LIMIT);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        lease.lose(LossReason.CLOSED);

        assertThat(waiter.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void countsTheTimeUntilItsDeadlineFromTheBeginningOfTheLastRenewal() {
        clock.tickMillis(100);
        long began = clock.nanoTime();
        clock.tickMillis(100);
        assertThat(lease.untilDeadline()).isEqualTo(Duration.ofMillis(550));
        assertThat(lease.sinceRenewal()).isEqualTo(Duration.ofMillis(200));

        lease.renewed(lease.attempt(began, DEADLINE), began, SPAN);

        assertThat(lease.untilDeadline()).isEqualTo(Duration.ofMillis(650));
        assertThat(lease.sinceRenewal()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void everyAttemptToRenewHasItsOwnNumber() {
        long now = clock.nanoTime();
        assertThat(List.of(lease.attempt(now, DEADLINE), lease.attempt(now, DEADLINE), lease.attempt(now, DEADLINE)))
                .containsExactly(1L, 2L, 3L);
    }

    @Test
    void aLongerDeadlineCountsWhenItsRenewalIsKnownToBeWritten() {
        clock.tickMillis(100);
        long began = clock.nanoTime();
        long number = lease.attempt(began, LONG.deadline());
        assertThat(lease.untilDeadline()).isEqualTo(Duration.ofMillis(650));
        assertThat(lease.staleThreshold()).isEqualTo(SPAN.staleThreshold());

        clock.tickMillis(50);
        lease.renewed(number, began, LONG);

        assertThat(lease.untilDeadline()).isEqualTo(Duration.ofMillis(7450));
        assertThat(lease.staleThreshold()).isEqualTo(LONG.staleThreshold());
    }

    @Test
    void aShorterDeadlineCountsWhenItsRenewalBegins() {
        long began = clock.nanoTime();
        lease.renewed(lease.attempt(began, LONG.deadline()), began, LONG);

        clock.tickMillis(100);
        lease.attempt(clock.nanoTime(), DEADLINE);
        assertThat(lease.untilDeadline()).as("whether or not its answer comes").isEqualTo(DEADLINE);
        clock.tickMillis(100);
        lease.attempt(clock.nanoTime(), LONG.deadline());
        assertThat(lease.untilDeadline())
                .as("nor does another attempt take that back")
                .isEqualTo(Duration.ofMillis(650));
    }

    @Test
    void whatTheRowSaysCountsAndNotWhatWasAskedFor() {
        long began = clock.nanoTime();

        lease.renewed(lease.attempt(began, LONG.deadline()), began, SPAN);

        assertThat(lease.untilDeadline()).isEqualTo(DEADLINE);
    }

    @Test
    void theAnswerToAnEarlierAttemptLeavesTheShorterDeadlineOfALaterOne() {
        long began = clock.nanoTime();
        lease.renewed(lease.attempt(began, LONG.deadline()), began, LONG);
        clock.tickMillis(100);
        long first = clock.nanoTime();
        long number = lease.attempt(first, LONG.deadline());
        clock.tickMillis(100);
        lease.attempt(clock.nanoTime(), DEADLINE);

        lease.renewed(number, first, LONG);

        assertThat(lease.untilDeadline()).isEqualTo(DEADLINE);
    }

    @Test
    void saysForHowLongAnAttemptHasBeenWaiting() {
        assertThat(lease.unanswered()).isEmpty();
        lease.attempt(clock.nanoTime(), DEADLINE);
        clock.tickMillis(300);
        assertThat(lease.unanswered()).contains(Duration.ofMillis(300));

        lease.attemptEnded();

        assertThat(lease.unanswered()).isEmpty();
    }

    @Test
    void onceOverByItsDeadlineItNeverComesBack() {
        clock.tick(DEADLINE);
        assertThat(lease.isHeld()).isFalse();

        // The answer to a renewal that was judged in time a moment ago.
        lease.renewed(1, clock.nanoTime() - Duration.ofMillis(50).toNanos(), SPAN);

        assertThat(lease.isHeld()).isFalse();
    }
}
