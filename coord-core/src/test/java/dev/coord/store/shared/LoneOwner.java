package dev.coord.store.shared;

import dev.coord.CoordException;
import dev.coord.CorruptStoreException;
import dev.coord.store.journal.Disk;
import dev.coord.testing.Patience;
import dev.coord.time.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** All of a store that writes to its directory, on any disk: it becomes the owner, and nobody else can reach it. */
final class LoneOwner implements AutoCloseable {
    private static final Duration STEP = Duration.ofMillis(50);

    private final SharedDirectory directory;
    private final EpochFile epochs;
    private final LifeLocks locks;
    private final Routes routes = new Routes();
    private final OwnerCandidate candidate;
    private final Thread thread;

    LoneOwner(Path root, Disk disk) throws IOException {
        directory = new SharedDirectory(root, disk);
        epochs = EpochFile.open(directory);
        locks = LifeLocks.create(directory);
        candidate = new OwnerCandidate(
                directory,
                epochs,
                locks,
                new Endpoint(ProcessHandle.current().pid(), locks.token(), root.resolve("nobody-listens.sock")),
                new OwnerService(epochs, () -> {}),
                routes,
                changed -> {},
                Failpoints.NONE);
        thread = new Thread(candidate, "lone-owner");
        thread.setDaemon(true);
        thread.start();
    }

    /** The owner that serves, which may have ended already; what fails for another reason than damage is tried again. */
    Owner serving() throws InterruptedException {
        return serving(problem -> problem instanceof CorruptStoreException);
    }

    /** The owner that serves at the first attempt. */
    Owner servingAtOnce() throws InterruptedException {
        return serving(problem -> true);
    }

    private Owner serving(Predicate<CoordException> isFinal) throws InterruptedException {
        long until = System.nanoTime() + Patience.LIMIT.toNanos();
        Route route = routes.await(Deadline.in(STEP));
        while (route == null) {
            CoordException problem = routes.problem();
            if ((problem != null && isFinal.test(problem)) || System.nanoTime() > until) {
                throw problem == null ? new IllegalStateException("Nobody became the owner") : problem;
            }
            if (candidate.owning() == 0 && !directory.isComplete(epochs.get())) {
                // Whoever took this epoch did not live to make its database.
                own(epochs.get());
            }
            route = routes.await(Deadline.in(STEP));
        }
        return (Owner) route;
    }

    private void own(long after) {
        if (epochs.advance(after)) {
            candidate.own(after + 1);
        }
    }

    /** The epoch of the owner that serves now; 0 if there is none. */
    long servingNow() {
        return routes.current() instanceof Owner owner ? owner.epoch() : 0;
    }

    /** Waits for the owner of an epoch after {@code epoch}. */
    Owner servingAfter(long epoch) throws InterruptedException {
        Awaitility.await().until(() -> routes.current() instanceof Owner owner && owner.epoch() > epoch);
        return serving();
    }

    /** Goes on with a copy, as if somebody had taken the owner for frozen. */
    void takeOver() throws InterruptedException {
        long epoch = epochs.get();
        own(epoch);
        var unused = servingAfter(epoch);
    }

    CoordException problem() {
        return routes.problem();
    }

    @Override
    public void close() {
        candidate.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        locks.close();
    }
}
