package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.LeaderChange;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.Role;
import dev.coord.election.HeldLease;
import dev.coord.election.Observation;
import dev.coord.election.Verdict;
import dev.coord.store.Lease;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The one place where the role of a participant changes. The election says what happened; this tells all who have to know, each time
 * in the same order:
 *
 * <ol>
 *   <li>the history, which says what changed;
 *   <li>the state, for all who ask, and the mesh: calls go to the right leader from here on;
 *   <li>the role handler, whose work begins or is interrupted, on its own thread;
 *   <li>the registry, which shows the role to the others with its next heartbeat;
 *   <li>the log, which may block;
 *   <li>the listeners, on their own thread. Theirs is the role that all the others have been told of.
 * </ol>
 *
 * <p>A leadership is {@linkplain Phase#CLAIMS claimed}, {@linkplain Phase#LEADS led}, {@linkplain Phase#ENDS at its end}, and over. One
 * that was lost before it began is never told of, but in the log: who hears of terms sees them increase, and may miss one. Changes
 * come from one thread, that of the election; anyone may wait.
 */
final class RoleTransitions {
    /** How far a leadership of this participant is. */
    enum Phase {
        /** There is none; another participant may lead. */
        RESTS,
        /** The lease is about to be won, or was won and has not begun yet. */
        CLAIMS,
        /** This participant leads, and all were told. */
        LEADS,
        /** All were told of the end; the lease is not given up yet. */
        ENDS
    }

    /** The role handler, as far as it is told of roles. */
    interface Handler {
        /** This participant leads. */
        void lead(Leadership leadership);

        /** {@code leader} leads. */
        void follow(LeaderInfo leader);

        /** The role is over. */
        void stop();
    }

    /**
     * Those who are told, in their order.
     *
     * @param registry takes the role that the entry of this participant shows
     * @param events takes what the listeners are told
     */
    record Told(
            RoleHistory history,
            RoleState state,
            Handler handler,
            Consumer<Role> registry,
            RoleChangeLog log,
            Consumer<Consumer<CoordinatorListener>> events) {}

    private final Told told;
    private Phase phase = Phase.RESTS;
    /** The last lease that another participant held. */
    private Optional<Lease> lastHeld = Optional.empty();

    RoleTransitions(Told told) {
        this.told = told;
    }

    /** From now on it is of interest for how long there is no leader. */
    void started() {
        told.history().started();
    }

    /** The store gave no answer, or, with null, it did. */
    void storeAnswered(@Nullable CoordException failure) {
        told.state().setStoreFailure(failure);
    }

    /**
     * The lease looks so: another participant leads, or nobody does for the moment.
     *
     * @param holderDead whether the process of a lease's holder is dead
     */
    void observed(Observation seen, Predicate<Optional<Lease>> holderDead) {
        require(Phase.RESTS, "follows");
        told.history().observed(seen);
        Optional<LeaderInfo> leader =
                seen.verdict() == Verdict.HELD || seen.verdict() == Verdict.STALE ? seen.leader() : Optional.empty();
        Optional<Lease> before = lastHeld;
        lastHeld = leader.isPresent() ? seen.lease() : lastHeld;
        if (leader.equals(told.state().leader())) {
            return;
        }
        if (leader.isEmpty()) {
            // Still a follower, of nobody for the moment.
            told.state().set(told.state().role(), leader);
            return;
        }
        follows(leader.get(), told.history().follows(leader.get(), holderDead.test(before)));
    }

    private void follows(LeaderInfo leader, LeaderChange change) {
        each(
                () -> told.state().set(Role.FOLLOWER, Optional.of(leader)),
                () -> told.handler().follow(leader),
                () -> told.registry().accept(Role.FOLLOWER),
                () -> told.log().follows(change),
                () -> told.events().accept(listener -> listener.becameFollower(leader)),
                () -> told.events().accept(listener -> listener.leaderChanged(change)));
    }

    /** The lease is about to be claimed: who hands over waits for what becomes of it. */
    void claims() {
        change(Phase.RESTS, Phase.CLAIMS, "claims");
    }

    /**
     * The leadership that was claimed begins.
     *
     * @param before the lease as it was claimed
     * @param why for people
     */
    void leads(Leadership lease, LeaderInfo self, Observation before, String why) {
        change(Phase.CLAIMS, Phase.LEADS, "leads");
        LeaderChange change = told.history().leads(self, before);
        each(
                () -> told.state().set(Role.LEADER, Optional.of(self)),
                () -> told.handler().lead(lease),
                () -> told.registry().accept(Role.LEADER),
                () -> told.log().leads(change, why),
                () -> told.events().accept(listener -> listener.becameLeader(lease)),
                () -> told.events().accept(listener -> listener.leaderChanged(change)));
    }

    /**
     * The leadership is over, or the claimed lease was lost before it began; the lease is still to be given up.
     *
     * @param why for people; empty if it was given up freely
     */
    void lost(Leadership lease, LossReason reason, Optional<String> why) {
        Runnable log = () -> why.ifPresentOrElse(
                words -> told.log().lost(lease.term(), reason, words),
                () -> told.log().givesUp(lease.term(), reason));
        if (!end()) {
            log.run();
            return;
        }
        each(
                () -> told.history().lost(lease.term(), reason),
                () -> told.state().set(Role.UNKNOWN, Optional.empty()),
                () -> told.handler().stop(),
                () -> told.registry().accept(Role.UNKNOWN),
                log,
                () -> told.events().accept(listener -> listener.leadershipLost(lease, reason)));
    }

    /** All of them, whatever one throws: a log that fails must not leave a beginning without its end. */
    private static void each(Runnable... steps) {
        Throwable failure = null;
        for (Runnable step : steps) {
            try {
                step.run();
            } catch (RuntimeException | Error e) {
                if (failure == null) {
                    failure = e;
                } else if (failure != e) {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure instanceof Error error) {
            throw error;
        } else if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private synchronized boolean end() {
        boolean led = phase == Phase.LEADS;
        if (!led) {
            require(Phase.CLAIMS, "lost");
        }
        phase = Phase.ENDS;
        return led;
    }

    /** The lease was not won, or is given up. */
    synchronized void rests() {
        if (phase == Phase.LEADS) {
            throw unexpected("rests");
        }
        phase = Phase.RESTS;
        notifyAll();
    }

    /** The lease that is led with may have another stale threshold than the configured one. */
    void threshold(HeldLease lease, Duration configured, Duration longestPause) {
        told.log().threshold(lease.term(), lease.staleThreshold(), configured, longestPause);
    }

    /** This participant is closed: its role is unknown from now on. */
    void closed() {
        told.state().set(Role.UNKNOWN, Optional.empty());
    }

    /** Whether all were told that this participant leads, and not yet of the end. */
    synchronized boolean isLeading() {
        return phase == Phase.LEADS;
    }

    /** Waits until there is no leadership whose lease is not given up yet, at most until {@code deadline}; says whether there is none. */
    synchronized boolean awaitRest(Deadline deadline) throws InterruptedException {
        return deadline.await(this, () -> phase == Phase.RESTS);
    }

    private synchronized void change(Phase from, Phase to, String event) {
        require(from, event);
        phase = to;
    }

    private synchronized void require(Phase expected, String event) {
        if (phase != expected) {
            throw unexpected(event);
        }
    }

    private IllegalStateException unexpected(String event) {
        return new IllegalStateException("A participant that " + phase.name().toLowerCase(Locale.ROOT)
                + " cannot be told '" + event + "': this is a defect of coord");
    }
}
