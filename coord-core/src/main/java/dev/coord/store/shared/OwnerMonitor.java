package dev.coord.store.shared;

import dev.coord.CoordException;
import dev.coord.DirectoryException;
import dev.coord.IncompatibleVersionException;
import dev.coord.StoreUnavailableException;
import dev.coord.store.CommitSignal;
import dev.coord.time.NanoClock;
import dev.coord.transport.Transport;
import dev.coord.work.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps this process linked to the owner of the current epoch, and takes the next epoch when that owner is frozen. */
final class OwnerMonitor implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerMonitor.class);
    private static final long LINKED_MILLIS = 50;
    private static final long SEARCHING_MILLIS = 2;
    /** After this long without an owner the search goes on at a slower pace. */
    private static final long SEARCH_QUICKLY_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long UNREACHABLE_AFTER_NANOS = Duration.ofSeconds(1).toNanos();
    /** On a busy machine both may be slow for a while; health says so from the first second on. */
    private static final long CUT_OFF_AFTER_NANOS = Duration.ofSeconds(10).toNanos();

    /** An owner that has been opening its database for longer gives no sign of life any more. */
    static final Duration LONGEST_OPENING = Duration.ofSeconds(30);

    private static final long REDIAL_NANOS = Duration.ofMillis(20).toNanos();

    private final SharedDirectory directory;
    private final EpochFile epochs;
    private final OwnerCandidate candidate;
    private final Routes routes;
    private final Transport transport;
    private final LifeLocks lifeLocks;
    private final Consumer<Set<CommitSignal.Topic>> committed;
    private final SharedStoreSettings settings;
    private final NanoClock clock;
    private final FailureDetector suspicion;
    private final Semaphore wake = new Semaphore(0);
    private long lastSign;
    private long signEpoch;
    private long signSeenAt;
    /** When its owner was last seen to serve, or this epoch was first seen. */
    private long servedAt;

    private @Nullable OwnerLink link;
    /** Whose silence is counted: the owner that was dialled last. */
    private @Nullable Endpoint dialled;

    private long linkedAt;
    private long dialledAt;
    private long openingEpoch;
    private long openingSince;
    /** The frozen owner that this process has tried to kill. */
    private @Nullable Endpoint tried;

    private boolean complained;
    private long askedToGoRoundAt;
    private volatile long wentRoundAt;
    private volatile boolean wentRound = true;
    private boolean failedSteps;
    private final Trouble trouble;
    private final Trouble cutOff;
    private volatile @Nullable String unreachable;
    private volatile boolean closed;

    OwnerMonitor(
            SharedDirectory directory,
            EpochFile epochs,
            OwnerCandidate candidate,
            Routes routes,
            Transport transport,
            LifeLocks lifeLocks,
            Consumer<Set<CommitSignal.Topic>> committed,
            SharedStoreSettings settings,
            NanoClock clock) {
        this.directory = directory;
        this.epochs = epochs;
        this.candidate = candidate;
        this.routes = routes;
        this.transport = transport;
        this.lifeLocks = lifeLocks;
        this.committed = committed;
        this.settings = settings;
        this.clock = clock;
        this.trouble = new Trouble(LOG, "The watch over the owner of " + directory.root(), clock);
        this.cutOff = new Trouble(LOG, "Reaching the owner of " + directory.root(), clock);
        // Whoever gave it may be dead by now; the next one counts.
        this.lastSign = epochs.sign();
        this.suspicion = new FailureDetector(settings.ownerStaleThreshold(), clock.nanoTime());
        this.linkedAt = clock.nanoTime();
        this.askedToGoRoundAt = linkedAt;
        this.wentRoundAt = linkedAt;
        this.dialledAt = clock.nanoTime() - REDIAL_NANOS;
    }

    @Override
    public void run() {
        while (!closed) {
            try {
                step();
                trouble.worked();
            } catch (CoordException e) {
                routes.setProblem(e);
            } catch (RuntimeException e) {
                // Such a step may fail again at once.
                failedSteps = true;
                trouble.failed(e);
            }
            try {
                await(delayMillis());
            } catch (InterruptedException e) {
                LOG.warn("The watch over the owner of {} was interrupted, and goes on", directory.root(), e);
            }
        }
        drop();
    }

    /** Looks again at once. */
    void wake() {
        wake.release();
    }

    void close() {
        closed = true;
        wake();
    }

    /** Of a directory that is gone there is no owner; one that took its place has an owner, and terms, of its own. */
    private void step() {
        long epoch = epochs.get();
        candidate.epochMoved(epoch);
        long now = clock.nanoTime();
        if (candidate.owning() == epoch) {
            drop();
            linkedAt = now;
            unreachable = null;
            // Its own.
            lastSign = epochs.sign();
            suspicion.step(epoch, now, true, now);
            return;
        }
        OwnerLink linked = link;
        if (linked != null && (linked.epoch() != epoch || linked.isEnded())) {
            drop();
            linked = null;
        }
        if (linked == null && now - dialledAt >= REDIAL_NANOS && epochs.isInPlace()) {
            linked = dial(epoch, now);
        }
        IncompatibleVersionException refusal = linked == null ? null : linked.refusal();
        if (refusal != null) {
            linkedAt = now;
            unreachable = refusal.getMessage();
            candidate.standAside(true);
            routes.setProblem(refusal);
        }
        if (linked != null && linked.isReady()) {
            linkedAt = now;
            complained = false;
            openingSince = now;
            unreachable = null;
            cutOff.worked();
            if (!routes.isCurrent(linked)) {
                directory.saw(epoch);
                routes.set(linked);
                committed.accept(Topics.ALL);
            }
        }
        long signed = lookForSign(epoch, now);
        if (now - linkedAt > UNREACHABLE_AFTER_NANOS) {
            boolean alive = signed != 0 && now - signed < UNREACHABLE_AFTER_NANOS;
            String why = describe(epoch, now - linkedAt, alive);
            unreachable = why;
            if (alive && now - linkedAt > CUT_OFF_AFTER_NANOS) {
                cutOff.failed(new StoreUnavailableException(why, null));
            }
        }
        long lastHeard = Math.max(signed, linked == null ? 0 : linked.lastHeard());
        boolean heardLately =
                lastHeard != 0 && now - lastHeard < settings.heartbeatInterval().toNanos();
        boolean couldHear = heardLately || couldHear(now);
        if (suspicion.step(epoch, lastHeard, couldHear, now) && epochs.isInPlace() && refusal == null) {
            react(epoch);
        }
    }

    /**
     * When the owner's sign in the epoch file was last seen to change; 0 if it never did. An owner that gives signs there is not
     * frozen: whoever cannot reach it is himself cut off, be it that he has no file descriptor left, or sees the directory
     * where its sockets are not.
     */
    private long lookForSign(long epoch, long now) {
        if (signEpoch != epoch) {
            signEpoch = epoch;
            signSeenAt = 0;
            servedAt = now;
        }
        long sign = epochs.sign();
        if (sign != lastSign) {
            lastSign = sign;
            if (EpochFile.isSignOf(epoch, sign)) {
                if (EpochFile.isReady(sign)) {
                    servedAt = now;
                }
                if (now - servedAt < LONGEST_OPENING.toNanos()) {
                    signSeenAt = now;
                }
            }
        }
        return signSeenAt;
    }

    /**
     * Whether the transport has gone round since this was asked last, so that what the owner had said by then was heard. Where its
     * threads are not run, silence says nothing of the owner.
     */
    private boolean couldHear(long now) {
        if (!wentRound) {
            return false;
        }
        long late = wentRoundAt - askedToGoRoundAt;
        if (late > 0) {
            suspicion.heardLate(Duration.ofNanos(late), now);
        }
        askedToGoRoundAt = now;
        wentRound = false;
        transport.whenWentRound(() -> {
            wentRoundAt = clock.nanoTime();
            wentRound = true;
        });
        return true;
    }

    private String describe(long epoch, long nanos, boolean alive) {
        String since = " for " + TimeUnit.NANOSECONDS.toMillis(nanos) + " ms";
        String advice = alive
                ? ". It is alive, and stays the owner. Processes that share a directory must see its sockets: give"
                        + " them the same directory, by a path that is short enough for sockets, and file descriptors"
                        + " enough"
                : "";
        Optional<Endpoint> endpoint = Endpoint.read(directory, epoch);
        if (endpoint.isEmpty()) {
            String who = alive ? "the process that has" : "nobody has opened";
            String what = alive ? " open, did not say where it can be reached," : ", or says where it can be reached,";
            return who + " the database in " + directory.root() + ", epoch " + epoch + what + since + advice;
        }
        Path socket = endpoint.get().socket();
        return "process " + endpoint.get().pid() + ", which has the database open, could not be reached at " + socket
                + since
                + (Files.exists(socket) ? "" : ": no such socket is to be seen from here")
                + advice;
    }

    /** What keeps this process from the database, in words; empty if nothing does. */
    Optional<String> unreachable() {
        return Optional.ofNullable(unreachable);
    }

    private @Nullable OwnerLink dial(long epoch, long now) {
        Optional<Endpoint> endpoint =
                Endpoint.read(directory, epoch).filter(e -> !lifeLocks.isProvenDead(e.lifeToken()));
        if (endpoint.isEmpty() || endpoint.get().lifeToken().equals(lifeLocks.token())) {
            return null;
        }
        dialledAt = now;
        dialled = endpoint.get();
        if (openingEpoch != epoch) {
            openingEpoch = epoch;
            openingSince = now;
        }
        link = OwnerLink.dial(
                epoch, endpoint.get(), transport, lifeLocks.token(), clock, openingSince, committed, this::wake);
        return link;
    }

    /** A link that ended may mean that a process died: whoever waits looks again. */
    private void drop() {
        OwnerLink old = link;
        if (old != null) {
            link = null;
            candidate.standAside(false);
            routes.clear(old);
            old.close();
            committed.accept(Topics.ALL);
        }
    }

    private void react(long epoch) {
        switch (settings.frozenOwner()) {
            case WAIT -> {
                if (!complained) {
                    complained = true;
                    LOG.warn(
                            "The owner of {}, epoch {}, gave no sign of life for {} ms; waiting for it, as configured",
                            directory.root(),
                            epoch,
                            suspicion.silence().toMillis());
                }
            }
            case KILL -> {
                if (!kill(epoch)) {
                    takeEpoch(epoch);
                }
            }
            case COPY -> takeEpoch(epoch);
        }
    }

    /**
     * Kills the frozen owner, once: one that keeps its place all the same is overtaken next time.
     *
     * @return whether to look again: it was killed, or somebody else was quicker, as others watch it as well
     */
    private boolean kill(long epoch) {
        Optional<Endpoint> frozen = Endpoint.read(directory, epoch);
        suspicion.restart();
        if (frozen.isEmpty() || frozen.get().equals(tried)) {
            return false;
        }
        if (!frozen.get().equals(dialled)) {
            return true;
        }
        tried = frozen.get();
        Path lock = directory.ownerLock(epoch);
        return !LockHolder.mayHold(lock, tried.pid()) || LockHolder.kill(lock, tried.pid());
    }

    private void takeEpoch(long epoch) {
        try {
            Takeover.checkNotBlocked(directory);
        } catch (IOException e) {
            throw new DirectoryException(directory.root(), "cannot be read: " + e, e);
        }
        if (epochs.advance(epoch)) {
            LOG.warn(
                    "The owner of {}, epoch {}, gave no sign of life for {} ms: this process goes on with a copy,"
                            + " epoch {}",
                    directory.root(),
                    epoch,
                    suspicion.silence().toMillis(),
                    epoch + 1);
            candidate.own(epoch + 1);
        } else {
            // Somebody else was quicker. Not all of them should look again at the same moment.
            dialledAt = clock.nanoTime()
                    - REDIAL_NANOS
                    + ThreadLocalRandom.current().nextLong(REDIAL_NANOS);
        }
    }

    private long delayMillis() {
        boolean failedStep = failedSteps;
        failedSteps = false;
        OwnerLink linked = link;
        boolean settled = candidate.owning() != 0 || (linked != null && linked.isReady());
        if (settled || failedStep || clock.nanoTime() - linkedAt > SEARCH_QUICKLY_NANOS) {
            return LINKED_MILLIS;
        }
        return SEARCHING_MILLIS;
    }

    private void await(long millis) throws InterruptedException {
        if (wake.tryAcquire(millis, TimeUnit.MILLISECONDS)) {
            wake.drainPermits();
        }
    }
}
