package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.Registration;
import dev.coord.Role;
import dev.coord.time.Deadline;
import dev.coord.work.Listeners;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a participant is now, for those who ask or wait. Safe for use by many threads. */
final class RoleState {
    private static final Logger LOG = LoggerFactory.getLogger(RoleState.class);

    private final Listeners<Runnable> listeners = new Listeners<>(LOG, "the leader");
    private Role role = Role.UNKNOWN;
    private Optional<LeaderInfo> leader = Optional.empty();
    private @Nullable CoordException storeFailure;

    void set(Role now, Optional<LeaderInfo> who) {
        synchronized (this) {
            role = now;
            leader = who;
            notifyAll();
        }
        listeners.tell(Runnable::run);
    }

    /**
     * Tells {@code listener}, which must be quick, after each change, on the thread that made it. Who came last is
     * told first: a channel, which listens from its first use on, learns of a new leader before those who then repeat their calls
     * on it. Otherwise these could go to the old leader, which may be frozen.
     */
    Registration onChange(Runnable listener) {
        return listeners.addFirst(listener);
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
        var unused = Deadline.in(max).await(this, () -> role != Role.UNKNOWN);
        return role;
    }
}
