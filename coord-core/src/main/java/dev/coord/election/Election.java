package dev.coord.election;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.store.Lease;
import dev.coord.store.LeaseAnswer;
import dev.coord.store.LeaseClaim;
import dev.coord.store.LeaseHolder;
import dev.coord.store.LeaseRelease;
import dev.coord.store.LeaseRenewal;
import dev.coord.store.LeaseStore;
import dev.coord.time.NanoClock;
import dev.coord.time.Patience;
import dev.coord.transport.Address;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One participant's part in the election of its group: it looks at the lease, claims it, renews it, and gives it up.
 *
 * <p>Promised: at most one participant holds the lease by its own account at any instant, and terms strictly increase. Not
 * promised: that the best, or the longest waiting, participant wins; nor that a process which was paused between asking
 * {@link #isLeader()} and acting still leads, see {@link dev.coord.Leadership}.
 *
 * <p>Methods may be called from any thread; they throw {@link dev.coord.StoreException} if the store gives no answer. The idea of
 * aging a lease by one's own clock is that of Kubernetes' client-go.
 */
public final class Election {
    private static final ParticipantId REHEARSAL = new ParticipantId("rehearsal");
    private static final double JITTER = 0.1;
    private static final int RETRIES_PER_INTERVAL = 5;
    private static final int FAR_OVERDUE = 5;

    private final LeaseStore store;
    private final Candidate self;
    private final LeaseTiming timing;
    private final NanoClock clock;
    private final Patience patience;
    private final BiFunction<Patience, Long, Duration> wanted;
    private final Predicate<String> knownDead;
    private final BooleanSupplier alone;
    private final RenewalListeners listeners = new RenewalListeners();
    private LeaseView view;
    private boolean knewLeader;
    private volatile @Nullable HeldLease held;

    /**
     * @param knownDead whether the process with an identity, as in {@link Candidate#process()}, is proven dead; a doubt is false
     * @param alone whether no other living participant is known; asked when the lease is won
     */
    public Election(
            LeaseStore store,
            Candidate self,
            LeaseTiming timing,
            NanoClock clock,
            Predicate<String> knownDead,
            BooleanSupplier alone) {
        this(
                store,
                self,
                timing,
                clock,
                new Patience(timing.staleThreshold(), timing.maxStaleThreshold(), clock.nanoTime()),
                Patience::at,
                knownDead,
                alone);
    }

    /** @param wanted what stale threshold to write at a moment: safety does not depend on it */
    Election(
            LeaseStore store,
            Candidate self,
            LeaseTiming timing,
            NanoClock clock,
            Patience patience,
            BiFunction<Patience, Long, Duration> wanted,
            Predicate<String> knownDead,
            BooleanSupplier alone) {
        this.store = store;
        this.self = self;
        this.timing = timing;
        this.clock = clock;
        this.patience = patience;
        this.wanted = wanted;
        this.knownDead = knownDead;
        this.alone = alone;
        this.view = new LeaseView(Optional.empty(), clock.nanoTime());
    }

    /** Reads the lease and judges it. */
    public Observation observe() {
        Optional<Lease> lease = store.get(self.group());
        return judge(lease);
    }

    private synchronized Observation judge(Optional<Lease> lease) {
        long now = clock.nanoTime();
        view = view.after(lease, now);
        HeldLease own = held;
        boolean holds = own != null
                && !own.isGivenUp()
                && own.isWithinDeadline()
                && lease.isPresent()
                && lease.get().term().equals(own.term());
        Verdict verdict = view.judge(self.participant(), holds, isHolderDead(lease), now, timing.staleThreshold());
        knewLeader |= verdict == Verdict.HELD || verdict == Verdict.OWN;
        return new Observation(
                lease, verdict, Duration.ofNanos(now - view.since()), view.staleAfter(timing.staleThreshold()));
    }

    /** Whether the process of the holder that {@code lease} names is proven dead. */
    public boolean isHolderDead(Optional<Lease> lease) {
        return lease.flatMap(Lease::holder)
                .filter(holder -> !holder.id().equals(self.participant()))
                .filter(holder -> knownDead.test(holder.process()))
                .isPresent();
    }

    /**
     * Claims the lease if there is no valid one: it is free, its holder is proven dead, or it was seen unchanged for longer than
     * the stale threshold. False if it is valid, also if this participant holds it, or if another claim was quicker.
     */
    public boolean tryClaimLeadership() {
        return claim(observe()).isPresent();
    }

    /** The same as {@link #tryClaimLeadership()}, but true if this participant holds the lease already. */
    public boolean tryReelect() {
        return isLeader() || tryClaimLeadership();
    }

    /**
     * Asks the store for a claim and a renewal that it can only refuse: what a leader needs in time is loaded before it leads, here
     * and in the process that has the database open.
     */
    public void rehearse() {
        store.renew(new LeaseRenewal(self.group(), REHEARSAL, Term.NONE, 0, Duration.ZERO));
        store.claim(LeaseClaim.first(self.group(), LeaseHolder.of(REHEARSAL), REHEARSAL.value())
                .withSeen(new Term(Long.MAX_VALUE), 0));
    }

    /** Claims the lease as {@code seen} shows it; empty if it is not claimable, or no longer as it was seen. */
    public Optional<HeldLease> claim(Observation seen) {
        if (!seen.verdict().isClaimable()) {
            return Optional.empty();
        }
        endLapsed();
        long began = clock.nanoTime();
        LeaseHolder claimant = self.asHolder();
        LeaseAnswer answer = store.claim(new LeaseClaim(
                self.group(),
                claimant,
                UUID.randomUUID().toString(),
                seen.lease().map(Lease::term).orElse(Term.NONE),
                seen.lease().map(Lease::renewals).orElse(0L),
                seen.verdict() == Verdict.HOLDER_DEAD,
                wanted.apply(patience, began)));
        if (!answer.accepted() || answer.lease().isEmpty()) {
            judge(answer.lease());
            return Optional.empty();
        }
        Term term = answer.lease().get().term();
        boolean isAlone = alone.getAsBoolean();
        synchronized (this) {
            boolean fresh = isAlone && !knewLeader;
            var won =
                    new HeldLease(self, term, fresh, clock, span(answer.lease().get()), began);
            held = won;
            if (!claimant.process().equals(self.process().get())) {
                // Whoever was told of the end of the session may have looked before there was a leadership to end.
                won.lose(LossReason.SESSION_ENDED);
            }
            judge(answer.lease());
            return Optional.of(won);
        }
    }

    /** By what the row says, whatever was asked for: others go by nothing else. */
    private HeldLease.Span span(Lease row) {
        return new HeldLease.Span(timing.renewDeadline(row.staleThreshold()), row.staleThreshold());
    }

    /**
     * This process did not run, or had to wait for the store, for {@code pause} longer than it should have: its lease is claimed,
     * and renewed, with a stale threshold and a deadline that outlast more of the kind. Renewals that come late are noticed
     * without it.
     */
    public void paused(Duration pause) {
        patience.paused(pause, clock.nanoTime());
    }

    /** The longest pause of the last half minute, or more; zero if there was none. */
    public Duration longestPause() {
        return patience.longestPause(clock.nanoTime());
    }

    /**
     * After how long without a renewal the lease may be taken from its holder: as the row said when it was last seen, or of the
     * own leadership; as it is configured, while nobody is known to hold it.
     */
    public Duration staleThreshold() {
        Optional<HeldLease> own = leadership();
        if (own.isPresent()) {
            return own.get().staleThreshold();
        }
        synchronized (this) {
            return view.staleAfter(timing.staleThreshold());
        }
    }

    /** Whether {@link #staleThreshold()} is longer than it is configured here. */
    public boolean isStretched() {
        return staleThreshold().compareTo(timing.staleThreshold()) > 0;
    }

    /** The leadership before this one was lost by its deadline, if by nothing else. */
    private void endLapsed() {
        HeldLease before = held;
        if (before != null) {
            before.giveUp();
            before.lose(LossReason.RENEW_DEADLINE_PASSED);
        }
    }

    /**
     * Renews the lease once.
     *
     * @return false if this participant does not hold it (any more): its leadership has ended then
     */
    public boolean renewLease() {
        HeldLease lease = held;
        if (lease == null || lease.isGivenUp()) {
            return false;
        }
        if (!lease.isWithinDeadline()) {
            // Renewing it now would only keep others from it (L7).
            lease.lose(LossReason.RENEW_DEADLINE_PASSED);
            return false;
        }
        long began = clock.nanoTime();
        Duration threshold = wanted.apply(patience, began);
        // From here on others may go by that threshold (L7a).
        long number = lease.attempt(began, timing.renewDeadline(threshold));
        boolean renewed = false;
        try {
            renewed = renew(lease, number, began, threshold);
        } finally {
            lease.attemptEnded();
            listeners.renewalEnded(clock.since(began), renewed);
        }
        return renewed && lease.lossReason().isEmpty();
    }

    private boolean renew(HeldLease lease, long number, long began, Duration threshold) {
        Duration before = lease.sinceRenewal();
        LeaseAnswer answer =
                store.renew(new LeaseRenewal(self.group(), self.participant(), lease.term(), number, threshold));
        if (!answer.accepted() || answer.lease().isEmpty()) {
            lease.giveUp();
            lease.lose(LossReason.DEPOSED);
            return false;
        }
        // The answer to the last one was this long ago, at least, when the deadline was saved.
        paused(before.plus(clock.since(began)).minus(timing.renewalInterval()));
        if (!lease.renewed(number, began, span(answer.lease().get()))) {
            // The answer came too late: by our own account the leadership is over, whatever the row says.
            lease.lose(LossReason.RENEW_DEADLINE_PASSED);
            return false;
        }
        return true;
    }

    /** Tells {@code listener} of each attempt to renew from now on. */
    public Registration addRenewalListener(RenewalListener listener) {
        return listeners.add(listener);
    }

    /**
     * Renews the lease at the renewal interval, jittered, until it is given up, or lost by its deadline or to another; returns
     * then. A renewal that fails is tried again, and ends the leadership only by the deadline. Wants a thread that nothing else
     * uses (L9), and does nothing else on it: not even a line of the log is written, see {@link RenewalListener#renewalFailed}.
     */
    public void runLeaseRenewal() throws InterruptedException {
        HeldLease lease = held;
        if (lease == null) {
            return;
        }
        // At once, if the claim took long: it has used up the deadline.
        Duration wait = jittered(timing.renewalInterval()).minus(lease.sinceRenewal());
        while (!lease.awaitGivenUp(wait)) {
            long began = clock.nanoTime();
            try {
                renewLease();
                wait = jittered(timing.renewalInterval()).minus(clock.since(began));
            } catch (CoordException e) {
                listeners.renewalFailed(lease.term(), lease.sinceRenewal(), e);
                wait = timing.renewalInterval().dividedBy(RETRIES_PER_INTERVAL);
            }
            if (!lease.isWithinDeadline()) {
                lease.lose(LossReason.RENEW_DEADLINE_PASSED);
                return;
            }
        }
    }

    private static Duration jittered(Duration interval) {
        double factor = 1 - JITTER * ThreadLocalRandom.current().nextDouble();
        return Duration.ofNanos((long) (interval.toNanos() * factor));
    }

    /**
     * Gives the lease up, so that others can claim it without waiting. Nothing happens if this participant does not hold it. If
     * the store gives no answer the leadership is over all the same, and the row goes stale.
     */
    public void releaseLease() {
        HeldLease lease = held;
        if (lease == null || lease.isGivenUp()) {
            return;
        }
        lease.giveUp();
        lease.lose(LossReason.STEPPED_DOWN);
        LeaseAnswer answer = store.release(new LeaseRelease(self.group(), self.participant(), lease.term()));
        judge(answer.lease());
    }

    /** Leaves the row to go stale: what it stood for is over, but the work under it may not have come to its end. */
    public void abandonLease() {
        endLapsed();
    }

    /** Whether no other participant of the group is alive, as far as this one knows. */
    public boolean isAlone() {
        return alone.getAsBoolean();
    }

    /** The holder that the lease names now, read from the store; empty if the lease is free. */
    public Optional<LeaderInfo> currentLeader() {
        return observe().leader();
    }

    /** Whether this participant holds the lease, by its own account, without asking the store. */
    public boolean isLeader() {
        HeldLease lease = held;
        return lease != null && lease.isHeld();
    }

    /** The leadership that this participant holds, by its own account. */
    public Optional<HeldLease> leadership() {
        return Optional.ofNullable(held).filter(HeldLease::isHeld);
    }

    /** How long ago the lease was seen to change; for its holder, how long ago the last successful renewal began. */
    public Optional<Duration> sinceRenewal() {
        Optional<HeldLease> own = leadership();
        if (own.isPresent()) {
            return own.map(HeldLease::sinceRenewal);
        }
        synchronized (this) {
            return view.lease().flatMap(Lease::holder).map(holder -> clock.since(view.since()));
        }
    }

    /**
     * How long the lease that another participant holds has not changed, if that is so much longer than it takes to go stale that
     * somebody should have claimed it.
     */
    public synchronized Optional<Duration> overdue() {
        Duration limit = view.staleAfter(timing.staleThreshold()).multipliedBy(FAR_OVERDUE);
        return sinceRenewal().filter(age -> age.compareTo(limit) > 0);
    }

    /** This participant as the leader of {@code lease}. */
    public LeaderInfo leaderInfo(HeldLease lease) {
        return new LeaderInfo(self.group(), self.participant(), lease.term(), self.pid(), Address.text(self.address()));
    }

    static Optional<LeaderInfo> leaderOf(Lease lease) {
        return lease.holder()
                .map(holder -> new LeaderInfo(
                        lease.group(), holder.id(), lease.term(), holder.pid(), Address.text(holder.address())));
    }
}
