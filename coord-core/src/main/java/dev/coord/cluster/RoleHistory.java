package dev.coord.cluster;

import dev.coord.LeaderChange;
import dev.coord.LeaderChangeReason;
import dev.coord.LeaderInfo;
import dev.coord.LossReason;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.election.Observation;
import dev.coord.election.Verdict;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which leaders a participant saw, one after the other, why they ended, and how long there was none. The election tells it what
 * happens; anyone may ask.
 */
final class RoleHistory {
    /** How many changes are kept. */
    static final int SIZE = 50;

    private final NanoClock clock;
    private final InstantSource wallClock;
    private final Deque<RoleChange> changes = new ArrayDeque<>();
    private Optional<LeaderInfo> last = Optional.empty();
    /** Why the last leader ended; null as long as it leads, and before there was one. */
    private @Nullable LeaderChangeReason ended;

    /** Since when there is no leader, if there is none. */
    private long withoutSince;

    RoleHistory(NanoClock clock, InstantSource wallClock) {
        this.clock = clock;
        this.wallClock = wallClock;
        this.withoutSince = clock.nanoTime();
    }

    /** The participant takes part from now on. */
    synchronized void started() {
        withoutSince = clock.nanoTime();
    }

    /** One look at the lease. */
    synchronized void observed(Observation seen) {
        if (last.isEmpty()) {
            return;
        }
        switch (seen.verdict()) {
            case FREE -> ends(LeaderChangeReason.RELEASED, Duration.ZERO);
            case HOLDER_DEAD -> ends(LeaderChangeReason.PROCESS_DIED, Duration.ZERO);
            case STALE -> ends(LeaderChangeReason.NOT_RENEWED, seen.unchangedFor());
            case LAPSED -> ends(LeaderChangeReason.NOT_RENEWED, Duration.ZERO);
            case HELD, OWN -> {
                if (seen.leader().equals(last)) {
                    // It was only slow.
                    ended = null;
                }
            }
        }
    }

    private void ends(LeaderChangeReason why, Duration ago) {
        if (ended == null) {
            ended = why;
            withoutSince = clock.nanoTime() - ago.toNanos();
        }
    }

    /** This participant leads, after it saw {@code before}. */
    synchronized LeaderChange leads(LeaderInfo self, Observation before) {
        observed(before);
        return changed(self, Role.LEADER, reason(before), last.or(() -> replaced(before)));
    }

    /** Who held the lease that was claimed, though this participant never followed it. */
    private static Optional<LeaderInfo> replaced(Observation before) {
        return before.verdict() == Verdict.OWN ? Optional.empty() : before.leader();
    }

    private LeaderChangeReason reason(Observation claimed) {
        if (ended != null) {
            return ended;
        }
        return switch (claimed.verdict()) {
            // A row that nobody holds stays when it was released.
            case FREE -> claimed.lease().isPresent() ? LeaderChangeReason.RELEASED : LeaderChangeReason.FIRST_SEEN;
            case HOLDER_DEAD -> LeaderChangeReason.PROCESS_DIED;
            case STALE, LAPSED -> LeaderChangeReason.NOT_RENEWED;
            case HELD, OWN -> last.isEmpty() ? LeaderChangeReason.FIRST_SEEN : LeaderChangeReason.UNKNOWN;
        };
    }

    /** This participant leads no longer. */
    synchronized void lost(Term term, LossReason why) {
        boolean late = why == LossReason.DEPOSED || why == LossReason.RENEW_DEADLINE_PASSED;
        ends(late ? LeaderChangeReason.NOT_RENEWED : LeaderChangeReason.RELEASED, Duration.ZERO);
        add(new RoleChange(wallClock.instant(), Role.UNKNOWN, term, Optional.empty(), why.name(), Optional.empty()));
    }

    /**
     * Another participant leads.
     *
     * @param previousDied whether the process of the leader before is dead, if it was not seen to end
     */
    synchronized LeaderChange follows(LeaderInfo leader, boolean previousDied) {
        LeaderChangeReason unseen = previousDied ? LeaderChangeReason.PROCESS_DIED : LeaderChangeReason.UNKNOWN;
        LeaderChangeReason seen = ended == null ? unseen : ended;
        return changed(leader, Role.FOLLOWER, last.isEmpty() ? LeaderChangeReason.FIRST_SEEN : seen, last);
    }

    private LeaderChange changed(LeaderInfo now, Role role, LeaderChangeReason reason, Optional<LeaderInfo> previous) {
        Optional<Duration> without = ended == null ? Optional.empty() : Optional.of(clock.since(withoutSince));
        last = Optional.of(now);
        ended = null;
        add(new RoleChange(wallClock.instant(), role, now.term(), last, reason.name(), without));
        return new LeaderChange(previous, now, reason, without);
    }

    private void add(RoleChange change) {
        if (changes.size() == SIZE) {
            changes.removeFirst();
        }
        changes.addLast(change);
    }

    /** The last changes, the latest at the end. */
    synchronized List<RoleChange> changes() {
        return List.copyOf(changes);
    }

    /** For how long no leader is known; empty while one is. */
    synchronized Optional<Duration> withoutLeader() {
        return last.isPresent() && ended == null ? Optional.empty() : Optional.of(clock.since(withoutSince));
    }
}
