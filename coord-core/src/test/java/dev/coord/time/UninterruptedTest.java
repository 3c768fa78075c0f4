package dev.coord.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class UninterruptedTest {
    private final CountDownLatch latch = new CountDownLatch(1);

    @AfterEach
    void notInterrupted() {
        var unused = Thread.interrupted();
    }

    /** Opens the latch when the one who waits has taken note of the interrupt, and waits again. */
    private Thread opener() {
        Thread waiting = Thread.currentThread();
        return new Thread(() -> {
            while (waiting.isInterrupted() || waiting.getState() != Thread.State.TIMED_WAITING) {
                LockSupport.parkNanos(100_000);
            }
            latch.countDown();
        });
    }

    @Test
    void anInterruptDoesNotEndAWaitForALatchAndIsKept() {
        Thread opener = opener();
        Thread.currentThread().interrupt();
        opener.start();
        assertThat(Uninterrupted.await(latch, Duration.ofMinutes(1))).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void anInterruptDoesNotEndAWaitForAThreadAndIsKept() {
        Thread opener = opener();
        Thread.currentThread().interrupt();
        opener.start();
        Uninterrupted.join(opener, Duration.ofMinutes(1).toNanos());
        assertThat(opener.isAlive()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void aLatchThatStaysClosedIsReported() {
        assertThat(Uninterrupted.await(latch, Duration.ZERO)).isFalse();
        assertThat(Uninterrupted.await(latch, Duration.ofMillis(1))).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
