package dev.coord.election;

import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.time.NanoClock;
import dev.coord.work.Listeners;
import dev.coord.work.Workers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    private final CountDownLatch renewed = new CountDownLatch(1);
    private final CountDownLatch lost = new CountDownLatch(1);
    private final CountDownLatch givenUp = new CountDownLatch(1);
    private final Listeners<Runnable> listeners;
    private @Nullable LossReason reason;
    private boolean expired;
    private long attempts;
    private volatile long renewedAt;
    /** Since when an attempt to renew has been waiting for its answer; only if {@link #attempting}. */
    private volatile long attemptBegan;

    private volatile boolean attempting;
    private volatile Span span;
    private volatile long heldUntil;

    /**
     * For how long a successful claim or renewal counts, from its beginning.
     *
     * @param deadline until its holder considers itself deposed
     * @param staleThreshold until others may take the lease, as its row says
     */
    record Span(Duration deadline, Duration staleThreshold) {}

    HeldLease(Candidate holder, Term term, boolean freshSession, NanoClock clock, Span span, long claimBegan) {
        this.group = holder.group();
        this.participant = holder.participant();
        this.term = term;
        this.freshSession = freshSession;
        this.listeners = new Listeners<>(LOG, "the lost leadership of group " + group + ", term " + term);
        this.clock = clock;
        this.span = span;
        this.renewedAt = claimBegan;
        this.heldUntil = claimBegan + span.deadline().toNanos();
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
                return listeners.add(listener);
            }
        }
        Registration late = listeners.add(listener);
        tellLost();
        return late;
    }

    /** How long ago the last successful renewal, or the claim, began. */
    public Duration sinceRenewal() {
        return clock.since(renewedAt);
    }

    /** How long it is held without another renewal; zero or less if the deadline has passed. */
    public Duration untilDeadline() {
        return Duration.ofNanos(heldUntil - clock.nanoTime());
    }

    /** After how long without a renewal others may take the lease, as its row says. */
    public Duration staleThreshold() {
        return span.staleThreshold();
    }

    /** For how long the attempt to renew that is under way has been waiting for an answer; empty if there is none. */
    public Optional<Duration> unanswered() {
        return attempting ? Optional.of(clock.since(attemptBegan)) : Optional.empty();
    }

    /** Waits for the first renewal that is successful, at most for {@code timeout}; says whether there was one. */
    public boolean awaitRenewed(Duration timeout) throws InterruptedException {
        return renewed.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Ends this leadership for those who work under it, once; the first reason stands. */
    public void lose(LossReason why) {
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
        }
        lost.countDown();
        if (!listeners.isEmpty()) {
            tellLost();
        }
    }

    /** On a thread of its own: neither the renewing thread nor the one that releases the lease may run user code. */
    private void tellLost() {
        Workers.daemon("coord-lost-" + group + "-" + term, () -> listeners.tellOnce(Runnable::run))
                .start();
    }

    /** Counted from when the last successful renewal began (L7). */
    boolean isWithinDeadline() {
        return clock.nanoTime() - heldUntil < 0;
    }

    /**
     * An attempt to renew begins at {@code began}; returns its number. Every attempt has its own: were one repeated after its
     * answer was lost, its success would not prove that anything was written after the repetition began (L6).
     *
     * @param deadline what belongs to the stale threshold that the attempt writes. Others may go by that threshold from the
     *     moment in which the attempt is carried out, whether or not its answer comes: if it is shorter, so is the deadline from
     *     now on
     */
    synchronized long attempt(long began, Duration deadline) {
        attemptBegan = began;
        attempting = true;
        long until = began + deadline.toNanos();
        if (until - heldUntil < 0) {
            heldUntil = until;
        }
        return ++attempts;
    }

    /** The attempt under way has ended, in whatever way. */
    void attemptEnded() {
        attempting = false;
    }

    /**
     * Notes a successful renewal that began at {@code began}; false if it came after the deadline.
     *
     * @param number what {@link #attempt} said
     * @param by for how long it counts: by what the row says now, not by what was asked for
     */
    synchronized boolean renewed(long number, long began, Span by) {
        if (isExpired()) {
            return false;
        }
        if (began - renewedAt >= 0) {
            renewedAt = began;
            span = by;
            long until = began + by.deadline().toNanos();
            // A later attempt may have written a shorter threshold meanwhile (L7a).
            if (number == attempts || until - heldUntil < 0) {
                heldUntil = until;
            }
        }
        renewed.countDown();
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
