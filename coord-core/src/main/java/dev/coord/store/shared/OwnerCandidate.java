package dev.coord.store.shared;

import dev.coord.CoordException;
import dev.coord.StoreException;
import dev.coord.store.CommitSignal;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.transport.unix.StaleSockets;
import dev.coord.work.Trouble;
import java.io.IOException;
import java.nio.file.Files;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this process the owner when it is its turn. It waits for the kernel to hand it the lock of the current epoch, opens the
 * database, serves until the epoch is over, and starts again. It runs on a thread of its own that nobody interrupts.
 */
final class OwnerCandidate implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerCandidate.class);
    private static final Duration POLL = Duration.ofMillis(5);
    private static final Duration AFTER_PROBLEM = Duration.ofMillis(250);
    /** What others need is made again within this time when somebody removes it. */
    private static final Duration HOUSEKEEPING = Duration.ofMillis(250);
    /** Until then others may still need the lock of a process that just died as proof of its death. */
    private static final int SWEEP_EVERY = 60;

    private static final int TOUCH_EVERY = (int) Duration.ofHours(1).dividedBy(HOUSEKEEPING);
    private static final Duration OTHERS_PAUSE = Duration.ofMillis(100);
    /** The kernel frees the locks of a dead process one after the other. */
    private static final Duration LAST_LOCK = Duration.ofMillis(200);

    private static final long TEMPORARY_MILLIS = Duration.ofMinutes(10).toMillis();

    private final SharedDirectory directory;
    private final EpochFile epochs;
    private final Takeover takeover;
    private final LifeLocks lifeLocks;
    private final Endpoint endpoint;
    private final OwnerService service;
    private final Routes routes;
    private final Consumer<Set<CommitSignal.Topic>> committed;
    private final Failpoints failpoints;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong takeovers = new AtomicLong();
    private volatile long owned;
    private volatile long owning;
    private volatile @Nullable OwnerLock waiting;
    private volatile @Nullable Owner owner;
    private volatile boolean aside;
    private volatile boolean closed;
    private final Trouble trouble;
    private final Trouble serving;
    private final Trouble publishing;
    private final Trouble locking;
    private final Trouble touching;
    private final Trouble removing;
    private final Trouble sweeping;

    OwnerCandidate(
            SharedDirectory directory,
            EpochFile epochs,
            LifeLocks lifeLocks,
            Endpoint endpoint,
            OwnerService service,
            Routes routes,
            Consumer<Set<CommitSignal.Topic>> committed,
            Failpoints failpoints) {
        this.directory = directory;
        this.epochs = epochs;
        this.takeover = new Takeover(directory, epochs, failpoints);
        this.lifeLocks = lifeLocks;
        this.endpoint = endpoint;
        this.service = service;
        this.routes = routes;
        this.committed = committed;
        this.failpoints = failpoints;
        this.trouble = trouble("Opening the database");
        this.serving = trouble("Serving the database");
        this.publishing = trouble("Publishing the endpoint");
        this.locking = trouble("Keeping the owner's lock file");
        this.touching = trouble("Touching files");
        this.removing = trouble("Removing older epochs");
        this.sweeping = trouble("Removing what dead processes left");
    }

    private Trouble trouble(String what) {
        return new Trouble(LOG, what + " in " + directory.root(), NanoClock.system());
    }

    /** This process owns {@code epoch}, which nobody else will make. */
    void own(long epoch) {
        owned = epoch;
        failpoints.reached(Failpoints.Step.EPOCH_TAKEN);
        epochMoved(epoch);
    }

    /** Whatever belongs to an epoch other than {@code current} ends: the wait for its lock, or the owner. */
    void epochMoved(long current) {
        Owner serving = owner;
        if (serving != null && serving.epoch() != current) {
            serving.end();
        }
        OwnerLock lock = waiting;
        if (lock != null && (lock.epoch() != current || isRemoved(lock))) {
            lock.close();
        }
    }

    /** Whether the owner is of a version that this process cannot work together with: those that can are to be the next ones. */
    void standAside(boolean now) {
        aside = now;
        OwnerLock lock = waiting;
        if (now && lock != null) {
            lock.close();
        }
    }

    /** Others would wait for another file of that name. */
    private static boolean isRemoved(OwnerLock lock) {
        try {
            return !lock.isInPlace();
        } catch (IOException e) {
            LOG.debug("Cannot tell whether a lock file is in place", e);
            return false;
        }
    }

    /** The epoch whose owner this process is, or is becoming; 0 if none. */
    long owning() {
        return owning;
    }

    /** How often this process became the owner. */
    long takeovers() {
        return takeovers.get();
    }

    void close() {
        closed = true;
        Owner serving = owner;
        if (serving != null) {
            serving.end();
        }
        OwnerLock lock = waiting;
        if (lock != null) {
            lock.close();
        }
        closing.countDown();
    }

    @Override
    public void run() {
        while (!closed) {
            long epoch = 0;
            try {
                epoch = epochs.get();
                round(epoch);
            } catch (IOException | SQLException e) {
                failedToOpen(epoch, e);
            } catch (CoordException e) {
                problem(e);
            } catch (NotOwnerException e) {
                LOG.debug("The owner ended before it served", e);
            } catch (InterruptedException e) {
                // Nobody interrupts this thread; if somebody does, the flag must not reach the database.
                LOG.warn("The thread that owns {} was interrupted, and goes on", directory.root(), e);
            } catch (RuntimeException e) {
                problem(new StoreException("The database in " + directory.root() + " cannot be opened: " + e, e));
            }
        }
    }

    private void round(long epoch) throws IOException, SQLException, NotOwnerException, InterruptedException {
        if (aside) {
            pause(OTHERS_PAUSE);
            return;
        }
        epochs.restore();
        boolean makes = owned == epoch && !directory.isComplete(epoch);
        if (!makes && !directory.isComplete(epoch) && !isFirst(epoch)) {
            // Its owner, and nobody else, may make it; if the owner died on the way, somebody will take the next epoch.
            pause(POLL);
            return;
        }
        if (directory.isComplete(epoch)
                && !Files.exists(directory.ownerLock(epoch))
                && !OwnerLock.isFree(directory.database(epoch))) {
            // It was removed, and its owner makes it again; whoever made it here would keep the owner from it.
            pause(OTHERS_PAUSE);
            return;
        }
        OwnerLock lock = OwnerLock.of(directory, epoch);
        waiting = lock;
        try {
            if (epochs.get() != epoch || aside || closed) {
                return;
            }
            if (makes) {
                announce(epoch);
                // Once it is complete, another process may be quicker to take the lock.
                if (!takeover.make(epoch) || !lock.tryTake()) {
                    return;
                }
            } else if (!lock.await()) {
                return;
            }
            // Whoever waited for long may hold the lock of a file, or a directory, that is gone.
            epochs.restore();
            if (!lock.isInPlace()) {
                return;
            }
            if (directory.isComplete(epoch) && !awaitDatabase(epoch)) {
                LOG.debug("Another process has the database of epoch {} open: its lock file was removed", epoch);
                lock.close();
                pause(OTHERS_PAUSE);
                return;
            }
            // From here on it is freed last, after the database is closed.
            waiting = null;
            failpoints.reached(Failpoints.Step.LOCKED);
            if (epochs.get() == epoch && !closed) {
                announce(epoch);
                if (directory.isComplete(epoch) || (isFirst(epoch) && takeover.make(epoch))) {
                    serveAlone(epoch, lock);
                }
            }
        } finally {
            waiting = null;
            retract(epoch);
            lock.close();
        }
    }

    /** Waits until no other process has the database open; false if one keeps it, which is the owner then. */
    private boolean awaitDatabase(long epoch) throws IOException, InterruptedException {
        Deadline deadline = Deadline.in(LAST_LOCK);
        while (!closed && epochs.get() == epoch) {
            if (OwnerLock.isFree(directory.database(epoch))) {
                return true;
            }
            if (deadline.isOver()) {
                return false;
            }
            pause(Duration.ofMillis(1));
        }
        return false;
    }

    /** Whether {@code epoch} is the first of an empty directory, which no owner makes but whoever has its lock. */
    private boolean isFirst(long epoch) throws IOException {
        return epoch == EpochFile.FIRST && takeover.isVirgin();
    }

    /** Lets others dial, and see signs of life, while the database is being made and opened. */
    private void announce(long epoch) throws IOException {
        if (owning != epoch) {
            service.opening(epoch);
            owning = epoch;
            endpoint.publish(directory, epoch);
        }
    }

    private void retract(long epoch) {
        if (owning == epoch) {
            owning = 0;
            endpoint.withdraw(directory, epoch);
            service.ended();
        }
    }

    private void serveAlone(long epoch, OwnerLock lock)
            throws IOException, SQLException, NotOwnerException, InterruptedException {
        var made = new Owner(
                epoch,
                epochs,
                () -> JournaledDatabase.open(directory, epoch, () -> !closed, committed, failpoints),
                failpoints);
        try {
            owner = made;
            made.open();
            failpoints.reached(Failpoints.Step.OPENED);
            // Whoever was frozen on the way has been overtaken (E3).
            if (epochs.get() != epoch || closed) {
                return;
            }
            routes.set(made);
            service.serving(made);
            takeovers.incrementAndGet();
            directory.saw(epoch);
            LOG.atInfo()
                    .addKeyValue("epoch", epoch)
                    .log("This process owns the database in {}, epoch {}", directory.root(), epoch);
            committed.accept(Topics.ALL);
            failpoints.reached(Failpoints.Step.SERVING);
            serve(made, lock);
            LOG.info("This process no longer owns the database in {}, epoch {}", directory.root(), epoch);
        } finally {
            owner = null;
            routes.clear(made);
            made.close();
            Throwable why = made.failure();
            if (why != null) {
                failedToServe(epoch, why);
            }
        }
    }

    private void failedToServe(long epoch, Throwable why) {
        if (DiskFailure.isDisk(why)) {
            serving.failedBadly(new StoreException(DiskFailure.reason(why), why));
        } else {
            serving.failed(why);
        }
        if (DiskFailure.isDoubtful(why)) {
            goOnWithCopy(epoch);
        }
    }

    private void failedToOpen(long epoch, Exception why) {
        if (why instanceof SQLException failed && Database.isInUse(failed)) {
            // By an owner whose lock file was removed, and is being made again: it serves.
            LOG.debug("Another process has the database of epoch {} open", epoch, why);
            rest(OTHERS_PAUSE);
            return;
        }
        var told = new StoreException(
                "The database in " + directory.root() + " cannot be opened: " + DiskFailure.reason(why), why);
        if (!DiskFailure.isForcing(why)) {
            problem(told);
            return;
        }
        trouble.failedBadly(told);
        // What never got its name is made anew as it is.
        if (directory.isComplete(epoch)) {
            goOnWithCopy(epoch);
        }
        problem(told);
    }

    /** What is in the memory of the operating system may not be on the disk, and never come there (J10). */
    private void goOnWithCopy(long epoch) {
        if (epochs.advance(epoch)) {
            own(epoch + 1);
        }
    }

    private void serve(Owner made, OwnerLock lock) throws IOException, InterruptedException {
        for (int round = 0; !made.awaitEnd(HOUSEKEEPING); round++) {
            epochs.restore();
            if (made.isWorking()) {
                trouble.worked();
                serving.worked();
            }
            made.rest();
            keepHouse(publishing, () -> republish(made.epoch()));
            keepHouse(locking, () -> restore(lock));
            if (round % TOUCH_EVERY == TOUCH_EVERY - 1) {
                keepHouse(touching, () -> touch(made.epoch(), lock));
            }
            if (round == 0) {
                keepHouse(removing, () -> removeOlder(made));
            }
            if (round % SWEEP_EVERY == SWEEP_EVERY - 1) {
                keepHouse(sweeping, this::sweep);
            }
        }
    }

    private void restore(OwnerLock lock) throws IOException {
        if (lock.restore()) {
            LOG.warn("{} was removed while in use, and is made again", directory.ownerLock(lock.epoch()));
        }
    }

    private void touch(long epoch, OwnerLock lock) throws IOException {
        lock.touch();
        endpoint.publish(directory, epoch);
    }

    private interface Chore {
        void run() throws IOException, SQLException, NotOwnerException;
    }

    /** What goes wrong here can wait until the next time; it is no reason to end an owner. */
    private static void keepHouse(Trouble trouble, Chore chore) {
        try {
            chore.run();
            trouble.worked();
        } catch (NotOwnerException e) {
            LOG.debug("The owner ended meanwhile", e);
        } catch (IOException | SQLException | RuntimeException e) {
            trouble.failed(e);
        }
    }

    private void republish(long epoch) throws IOException {
        if (Endpoint.read(directory, epoch).filter(endpoint::equals).isEmpty()) {
            endpoint.publish(directory, epoch);
        }
    }

    /** On the owner of a later epoch alone (E5). */
    private void removeOlder(Owner serving) throws IOException, SQLException, NotOwnerException {
        if (directory.highestComplete(serving.epoch()).isPresent()) {
            // The names must have reached the disk before, or a power cut would take all of them; the contents have.
            directory.force();
            if (epochs.get() == serving.epoch()) {
                directory.removeBelow(serving.epoch());
            }
        }
    }

    private void sweep() throws IOException {
        lifeLocks.sweep();
        StaleSockets.sweep(directory.root());
        directory.removeTemporary(TEMPORARY_MILLIS);
    }

    private void problem(CoordException why) {
        routes.setProblem(why);
        trouble.failed(why);
        rest(AFTER_PROBLEM);
    }

    private void rest(Duration time) {
        try {
            pause(time);
        } catch (InterruptedException e) {
            LOG.warn("The thread that owns {} was interrupted, and goes on", directory.root(), e);
        }
    }

    private void pause(Duration time) throws InterruptedException {
        if (closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
            LOG.trace("Closing");
        }
    }
}
