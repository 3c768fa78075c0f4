package dev.coord;

import java.time.Duration;
import java.util.Optional;

/**
 * A group has another leader, or the same one in another term, as one participant saw it.
 *
 * @param previous who led before, empty if this participant knew of nobody
 * @param leader who leads now, which may be this participant
 * @param reason why it changed
 * @param withoutLeader for how long there was no leader, on this participant's monotonic clock: from when it saw that the one
 *     before had ended, or, if that one did not renew, from the last renewal that it saw, until it knew of the next. Empty if it
 *     knew of none before, or did not see its end
 */
public record LeaderChange(
        Optional<LeaderInfo> previous,
        LeaderInfo leader,
        LeaderChangeReason reason,
        Optional<Duration> withoutLeader) {}
