package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.Role;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What a participant is now, for those who ask or wait. Safe for use by many threads. */
final class RoleState {
    private Role role = Role.UNKNOWN;
    private Optional<LeaderInfo> leader = Optional.empty();
    private @Nullable CoordException storeFailure;

    synchronized void set(Role now, Optional<LeaderInfo> who) {
        role = now;
        leader = who;
        notifyAll();
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
