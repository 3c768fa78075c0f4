package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a participant is now, for those who ask or wait. Safe for use by many threads. */
final class RoleState {
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private Role role = Role.UNKNOWN;
    private Optional<LeaderInfo> leader = Optional.empty();
    private @Nullable CoordException storeFailure;

    void set(Role now, Optional<LeaderInfo> who) {
        synchronized (this) {
            role = now;
            leader = who;
            notifyAll();
        }
        listeners.forEach(Runnable::run);
    }

    /**
     * Tells {@code listener}, which must be quick and not throw, after each change, on the thread that made it. Who came last is
     * told first: a channel, which listens from its first use on, learns of a new leader before those who then repeat their calls
     * on it. Otherwise these could go to the old leader, which may be frozen.
     */
    Registration onChange(Runnable listener) {
        listeners.add(0, listener);
        return () -> listeners.remove(listener);
    }

    synchronized Role role() {
        return role;
    }

    synchronized Optional<LeaderInfo> leader() {
        return leader;
    }

    synchronized void setStoreFailure(@Nullable CoordException failure) {
        storeFailure = failure;
    }

    synchronized Optional<CoordException> storeFailure() {
        return Optional.ofNullable(storeFailure);
    }

    /** Waits until the role is known, at most for {@code max}; the role then, which may be unknown. */
    synchronized Role awaitKnown(Duration max) throws InterruptedException {
        long deadline = System.nanoTime() + max.toNanos();
        while (role == Role.UNKNOWN) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
        }
        return role;
    }
}
