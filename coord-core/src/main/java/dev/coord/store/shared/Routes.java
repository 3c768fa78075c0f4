package dev.coord.store.shared;

import dev.coord.CoordException;
import dev.coord.CorruptStoreException;
import dev.coord.IncompatibleVersionException;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The way to the owner as it is known now, and why there is none. Safe for use by many threads. */
final class Routes {
    private static final Duration LEAST_WAIT = Duration.ofSeconds(1);

    private @Nullable Route current;
    private @Nullable CoordException problem;
    private boolean closed;

    /** The way to the owner is {@code route}. */
    synchronized void set(Route route) {
        current = route;
        problem = null;
        notifyAll();
    }

    /** {@code route} no longer leads to the owner, or never did for this process. */
    synchronized void clear(Route route) {
        if (current == route) {
            current = null;
        }
        if (problem instanceof IncompatibleVersionException) {
            problem = null;
        }
    }

    /** The way to the owner, null if there is none at the moment. */
    synchronized @Nullable Route current() {
        return current;
    }

    /** Why this process cannot become owner; it stands until there is a route. */
    synchronized void setProblem(CoordException why) {
        if (current == null) {
            problem = why;
            notifyAll();
        }
    }

    synchronized @Nullable CoordException problem() {
        return problem;
    }

    /** Whether only a person can help: the database is damaged, or its owner of a version that this process does not understand. */
    synchronized boolean isHopeless() {
        return problem instanceof CorruptStoreException || problem instanceof IncompatibleVersionException;
    }

    /** There will be no route any more. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    synchronized boolean isCurrent(Route route) {
        return current == route;
    }

    /**
     * Waits for a route until {@code deadline}; null if there is none. Does not wait
     * long where only a person can help.
     */
    synchronized @Nullable Route await(Deadline deadline) throws InterruptedException {
        Deadline whileHopeless = Deadline.in(LEAST_WAIT).orSooner(deadline);
        while (current == null && !closed) {
            if (!(isHopeless() ? whileHopeless : deadline).awaitNotification(this)) {
                return null;
            }
        }
        return closed ? null : current;
    }

    /** Waits for a route, however long that takes; false if there will be none. */
    synchronized boolean awaitAny() throws InterruptedException {
        while (current == null && !closed) {
            wait();
        }
        return !closed;
    }

    /** Waits until there will be no route any more, at most until {@code deadline}; says whether that is so. */
    synchronized boolean awaitClosed(Deadline deadline) throws InterruptedException {
        return deadline.await(this, () -> closed);
    }

    /** Waits a moment after {@code failed} failed, unless there already is another route. */
    synchronized void awaitOther(Route failed) throws InterruptedException {
        if (current == failed && !closed) {
            TimeUnit.MILLISECONDS.timedWait(this, 2);
        }
    }
}
