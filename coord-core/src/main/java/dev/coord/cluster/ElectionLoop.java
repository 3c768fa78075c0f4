package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.StoreException;
import dev.coord.election.Election;
import dev.coord.election.HeldLease;
import dev.coord.election.Observation;
import dev.coord.election.Verdict;
import dev.coord.registry.Registry;
import dev.coord.store.CommitSignal;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.work.Trouble;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of a participant as one sentence: follow until the lease can be claimed, claim it, lead until it is lost, let the
 * work end, give it up, and follow again. Errors of the store end none of it.
 */
final class ElectionLoop implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ElectionLoop.class);
    /** How often a follower asks the operating system whether the leader's process lives, when nothing tells it to. */
    private static final Duration LIVENESS_INTERVAL = Duration.ofMillis(100);
    /** A peer's connection ends a moment before the kernel has freed all that its process held. */
    private static final Duration FIRST_SECOND_LOOK = Duration.ofMillis(3);

    private static final Duration AFTER_ERROR = Duration.ofMillis(20);
    /** What an election is about: not the world, which may be busy. */
    private static final Set<CommitSignal.Topic> WATCHED =
            Set.of(CommitSignal.Topic.LEASE, CommitSignal.Topic.PARTICIPANTS);
    /** How long a leader that leaves waits for the next one. */
    private static final Duration HANDOVER = Duration.ofMillis(200);

    private final String group;
    private final Election election;
    private final Registry registry;
    private final CommitSignal signal;
    private final HandlerRunner handler;
    private final RoleTransitions roles;
    private final ClaimPause pause;
    private final PauseDetector pauses;
    private final CoordinatorSettings settings;
    private final NanoClock clock;
    private final LinkedBlockingQueue<Optional<HeldLease>> renewals = new LinkedBlockingQueue<>();
    private final Trouble asking;
    private final Trouble failing;
    private volatile boolean closing;
    private boolean rehearsed;

    /** What the election is held with. */
    record Ground(Election election, Registry registry, CommitSignal signal) {}

    ElectionLoop(
            String group,
            Ground ground,
            RoleTransitions roles,
            HandlerRunner handler,
            ClaimPause pause,
            CoordinatorSettings settings,
            NanoClock clock) {
        this.group = group;
        this.election = ground.election();
        this.registry = ground.registry();
        this.signal = ground.signal();
        this.handler = handler;
        this.roles = roles;
        this.pause = pause;
        this.settings = settings;
        this.clock = clock;
        this.pauses = new PauseDetector(clock, election::paused);
        this.asking = new Trouble(LOG, "Group " + group + ": asking the store", clock);
        this.failing = new Trouble(LOG, "Group " + group + ": the election", clock);
    }

    @Override
    public void run() {
        while (!closing) {
            try {
                follow();
            } catch (CoordException e) {
                storeFailed(e);
            } catch (InterruptedException e) {
                LOG.debug("Group {}: the election was interrupted", group, e);
                return;
            } catch (RuntimeException e) {
                failing.failed(e);
                storeFailed(new StoreException("The election failed: " + e, e));
            }
        }
    }

    /** Renews the leases that are won, on a thread that does nothing else (L9). */
    void renew() {
        while (!closing) {
            try {
                // Empty: it closes.
                if (renewals.take().isPresent()) {
                    election.runLeaseRenewal();
                }
            } catch (InterruptedException e) {
                LOG.debug("Group {}: the renewal was interrupted", group, e);
                return;
            } catch (RuntimeException e) {
                // The deadline ends a leadership that nobody renews; the next one needs this thread.
                failing.failed(e);
            }
        }
    }

    /** Ends both loops; a leadership ends first, as if it stepped down. */
    void close() {
        closing = true;
        renewals.add(Optional.empty());
        election.leadership().ifPresent(lease -> lease.lose(LossReason.CLOSED));
    }

    /** Ends a leadership, as if it stepped down; the one that is about to be won, too. The loops go on. */
    void handOver() {
        pause.retire();
        election.leadership().ifPresent(lease -> lease.lose(LossReason.CLOSED));
    }

    private void storeFailed(CoordException e) {
        roles.storeAnswered(e);
        asking.failed(e);
        try {
            signal.await(signal.current(), AFTER_ERROR);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look at the lease and what follows from it. */
    private void follow() throws InterruptedException {
        long seen = signal.current();
        long asked = clock.nanoTime();
        if (!rehearsed) {
            election.rehearse();
            rehearsed = true;
        }
        Observation observed = election.observe();
        pauses.answered(clock.since(asked));
        roles.storeAnswered(null);
        asking.worked();
        failing.worked();
        roles.observed(observed, election::isHolderDead);
        if (observed.verdict() == Verdict.OWN) {
            // Claimed by a direct call to the election.
            Optional<HeldLease> held = election.leadership();
            if (held.isPresent()) {
                roles.claims();
                try {
                    lead(held.get(), observed, "it claimed the lease itself");
                } finally {
                    roles.rests();
                }
                return;
            }
        }
        boolean candidate = pause.isCandidate();
        if (observed.verdict().isClaimable() && mayClaim(observed)) {
            // Before it is won: who hands over waits for its end.
            roles.claims();
            try {
                Optional<HeldLease> won = election.claim(observed);
                if (won.isPresent()) {
                    if (candidate && pause.isRetired()) {
                        won.get().lose(LossReason.CLOSED);
                    }
                    lead(won.get(), observed, reason(observed.verdict(), candidate));
                }
            } finally {
                roles.rests();
            }
            return;
        }
        awaitChange(observed, seen);
    }

    private boolean mayClaim(Observation observed) {
        if (!handler.mayLead()) {
            return false;
        }
        if (!registry.isWriting()) {
            // A claim that succeeds, and is not renewed, costs a term: on a full disk one after the other.
            return false;
        }
        return pause.mayClaim(clock.nanoTime(), observed.unchangedFor(), election.isAlone());
    }

    /** Waits until the lease may look different, the leader's process is dead, or the lease may have gone stale. */
    private void awaitChange(Observation observed, long seen) throws InterruptedException {
        long staleAt = clock.nanoTime()
                + observed.staleAfter().minus(observed.unchangedFor()).toNanos();
        Duration look = LIVENESS_INTERVAL;
        long handled = seen;
        while (!closing) {
            Duration untilStale = Duration.ofNanos(staleAt - clock.nanoTime() + 1_000_000);
            boolean stalest = untilStale.isNegative() || untilStale.isZero();
            if (stalest && observed.verdict() == Verdict.HELD) {
                return;
            }
            boolean bounded = observed.verdict() == Verdict.HELD && untilStale.compareTo(look) < 0;
            Duration wait = bounded ? untilStale : look;
            long began = clock.nanoTime();
            long current = signal.await(handled, WATCHED, wait);
            pauses.waited(began, wait);
            if (signal.changedSince(handled, CommitSignal.Topic.LEASE)
                    || observed.verdict() != Verdict.HELD
                    || election.isHolderDead(observed.lease())) {
                return;
            }
            // Not for just any signal: the commits of a busy world would keep it looking.
            look = signal.changedSince(handled, CommitSignal.Topic.PARTICIPANTS)
                    ? FIRST_SECOND_LOOK
                    : least(look.multipliedBy(2), LIVENESS_INTERVAL);
            handled = current;
        }
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void lead(HeldLease lease, Observation before, String why) throws InterruptedException {
        boolean ended = false;
        try {
            // Before anything else: what follows may load classes, and the log may block.
            renewals.add(Optional.of(lease));
            if (awaitBegin(lease)) {
                roles.leads(lease, election.leaderInfo(lease), before, why);
                awaitLost(lease);
            }
            end(lease, lease.lossReason().orElse(LossReason.DEPOSED));
            ended = true;
        } finally {
            if (!ended) {
                // No leadership that nobody watches: it stops being renewed, and goes stale.
                election.abandonLease();
                if (roles.isLeading()) {
                    LossReason lost = lease.lossReason().orElse(LossReason.DEPOSED);
                    roles.lost(lease, lost, Optional.of("the election failed"));
                }
            }
        }
    }

    private static String reason(Verdict won, boolean candidate) {
        String found = reason(won);
        return candidate ? found : found + ", nobody else stands, and this participant needs a leader";
    }

    private static String reason(Verdict won) {
        return switch (won) {
            case FREE -> "the lease was free";
            case HOLDER_DEAD -> "the last leader's process is dead";
            case STALE -> "the last leader did not renew";
            case LAPSED -> "its own lease had lapsed";
            case HELD, OWN -> throw new IllegalArgumentException("not claimable: " + won);
        };
    }

    /**
     * A claim that took long has used up much of the deadline: the leadership begins when it has been renewed, with a full one.
     * False if it was lost before; nobody was told of it then.
     */
    private boolean awaitBegin(HeldLease lease) throws InterruptedException {
        if (lease.sinceRenewal().compareTo(settings.lease().renewalInterval()) > 0) {
            boolean renewed = false;
            while (!renewed && lease.lossReason().isEmpty()) {
                Duration wait = watch(lease);
                long began = clock.nanoTime();
                renewed = lease.awaitRenewed(wait);
                pauses.waited(began, wait);
            }
        }
        return lease.lossReason().isEmpty();
    }

    /** Ends a leadership whose time is over: the renewing thread may be waiting for the store. Says for how long to wait. */
    private Duration watch(HeldLease lease) {
        if (closing) {
            lease.lose(LossReason.CLOSED);
        }
        Duration left = lease.untilDeadline();
        if (left.isNegative() || left.isZero()) {
            lease.lose(LossReason.RENEW_DEADLINE_PASSED);
            return Duration.ZERO;
        }
        return least(left, LIVENESS_INTERVAL);
    }

    private void awaitLost(HeldLease lease) throws InterruptedException {
        long began = clock.nanoTime();
        while (lease.lossReason().isEmpty()) {
            Duration wait = watch(lease);
            if (handler.isWaiting(lease) && clock.since(began).compareTo(settings.handlerGrace()) > 0) {
                handler.stuck();
                handlerFailed(
                        lease, new IllegalStateException("The role handler does not return from onBecomeFollower"));
            }
            roles.threshold(lease, settings.lease().staleThreshold(), election.longestPause());
            long waited = clock.nanoTime();
            lease.awaitLost(wait);
            pauses.waited(waited, wait);
        }
    }

    /** The handler failed while it led: somebody else may do better. */
    void handlerFailed(Leadership leadership, Throwable why) {
        Duration wait = pause.handlerFailed(clock.nanoTime());
        LOG.warn(
                "Group {}: steps down from term {} and does not stand for {} ms: its role handler failed: {}",
                group,
                leadership.term(),
                wait.toMillis(),
                why.toString());
        ((HeldLease) leadership).lose(LossReason.HANDLER_FAILED);
    }

    private void end(HeldLease lease, LossReason lost) throws InterruptedException {
        // Still renewed meanwhile if it was given up freely, so that nobody leads before the work has ended (L8).
        boolean free = lost != LossReason.DEPOSED && lost != LossReason.RENEW_DEADLINE_PASSED;
        if (free) {
            roles.lost(lease, lost, Optional.empty());
        } else {
            Duration since = lease.sinceRenewal();
            roles.lost(lease, lost, Optional.of(pauses.whyLost(since, lease.unanswered())));
            election.paused(since.minus(settings.lease().renewalInterval()));
            if (lost == LossReason.RENEW_DEADLINE_PASSED) {
                registry.doubt();
            }
        }
        if (lost != LossReason.HANDLER_FAILED) {
            pause.wentWell();
        }
        boolean done = handler.awaitDoneLeading(free ? settings.handlerGrace() : Duration.ZERO);
        if (!done && free) {
            handler.slowToEnd(settings.handlerGrace());
        }
        if (done || free) {
            release(lease);
        } else {
            election.abandonLease();
        }
    }

    private void release(HeldLease lease) throws InterruptedException {
        try {
            election.releaseLease();
        } catch (CoordException e) {
            LOG.warn(
                    "Group {}: could not release the lease of term {}; it goes stale: {}",
                    group,
                    lease.term(),
                    e.getMessage());
            return;
        }
        if (closing || pause.isRetired()) {
            awaitSuccessor();
        }
    }

    /** The database may be open in this process: whoever leads next need not wait until another one has opened it. */
    private void awaitSuccessor() throws InterruptedException {
        Deadline deadline = Deadline.in(HANDOVER, clock);
        try {
            long seen = signal.current();
            while (!election.isAlone() && election.observe().verdict() == Verdict.FREE) {
                if (deadline.isOver()) {
                    LOG.debug("Group {}: nobody else claims the lease", group);
                    return;
                }
                seen = signal.await(seen, WATCHED, deadline.left());
            }
        } catch (CoordException e) {
            LOG.debug("Group {}: leaves without knowing who leads next", group, e);
        }
    }
}
