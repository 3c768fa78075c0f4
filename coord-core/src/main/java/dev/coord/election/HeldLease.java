package dev.coord.election;

import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lease that this participant won. It ends in two steps: first it is <em>lost</em> for those who work under it, later its row
 * is <em>given up</em>; in between it is still renewed, so that nobody else leads while the work comes to its end.
 */
public final class HeldLease implements Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(HeldLease.class);

    private final String group;
    private final ParticipantId participant;
    private final Term term;
    private final boolean freshSession;
    private final NanoClock clock;
    private final long deadlineNanos;
    private final AtomicLong renewals = new AtomicLong();
    private final CountDownLatch lost = new CountDownLatch(1);
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private final List<Runnable> listeners = new ArrayList<>();
    private @Nullable LossReason reason;
    private boolean expired;
    private volatile long renewedAt;

    HeldLease(Candidate holder, Term term, boolean freshSession, NanoClock clock, Duration deadline, long claimBegan) {
        this.group = holder.group();
        this.participant = holder.participant();
        this.term = term;
        this.freshSession = freshSession;
        this.clock = clock;
        this.deadlineNanos = deadline.toNanos();
        this.renewedAt = claimBegan;
    }

    @Override
    public String group() {
        return group;
    }

    @Override
    public ParticipantId participant() {
        return participant;
    }

    @Override
    public Term term() {
        return term;
    }

    @Override
    public boolean isHeld() {
        if (lost.getCount() == 0) {
            return false;
        }
        return isWithinDeadline() || !isExpired();
    }

    /** Whether the deadline has passed; once somebody was told so, no late renewal takes it back. */
    private synchronized boolean isExpired() {
        expired |= !isWithinDeadline();
        return expired;
    }

    @Override
    public boolean isFreshSession() {
        return freshSession;
    }

    @Override
    public void awaitLost() throws InterruptedException {
        lost.await();
    }

    @Override
    public boolean awaitLost(Duration timeout) throws InterruptedException {
        return lost.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public synchronized Optional<LossReason> lossReason() {
        return Optional.ofNullable(reason);
    }

    @Override
    public Registration onLost(Runnable listener) {
        synchronized (this) {
            if (reason == null) {
                listeners.add(listener);
                return () -> {
                    synchronized (this) {
                        listeners.remove(listener);
                    }
                };
            }
        }
        tell(List.of(listener));
        return () -> {};
    }

    /** How long ago the last successful renewal, or the claim, began. */
    public Duration sinceRenewal() {
        return clock.since(renewedAt);
    }

    /** How long it is held without another renewal; zero or less if the deadline has passed. */
    public Duration untilDeadline() {
        return Duration.ofNanos(deadlineNanos - (clock.nanoTime() - renewedAt));
    }

    /** Ends this leadership for those who work under it, once; the first reason stands. */
    public void lose(LossReason why) {
        List<Runnable> told;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            told = List.copyOf(listeners);
            listeners.clear();
        }
        lost.countDown();
        tell(told);
    }

    /** On a thread of its own: neither the renewing thread nor the one that releases the lease may run user code. */
    private void tell(List<Runnable> told) {
        if (told.isEmpty()) {
            return;
        }
        var thread = new Thread(() -> told.forEach(this::tell), "coord-lost-" + group + "-" + term);
        thread.setDaemon(true);
        thread.start();
    }

    private void tell(Runnable listener) {
        try {
            listener.run();
        } catch (RuntimeException | Error e) {
            LOG.warn("Group {}: {}, told of the lost leadership of term {}, failed", group, listener, term, e);
        }
    }

    boolean isWithinDeadline() {
        return clock.nanoTime() - renewedAt < deadlineNanos;
    }

    /**
     * The number for the next attempt to renew. Every attempt has its own: were one repeated after its answer was lost, its
     * success would not prove that anything was written after the repetition began.
     */
    long nextRenewal() {
        return renewals.incrementAndGet();
    }

    /** Notes a successful renewal that began at {@code began}; false if it came after the deadline. */
    synchronized boolean renewed(long began) {
        if (isExpired()) {
            return false;
        }
        if (began - renewedAt > 0) {
            renewedAt = began;
        }
        return true;
    }

    void giveUp() {
        givenUp.countDown();
    }

    /** Waits until the row is given up, at most for {@code timeout}; says whether it is. */
    boolean awaitGivenUp(Duration timeout) throws InterruptedException {
        return givenUp.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isGivenUp() {
        return givenUp.getCount() == 0;
    }

    @Override
    public String toString() {
        return "leadership of " + group + " by " + participant + ", term " + term;
    }
}
