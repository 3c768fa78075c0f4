package dev.coord.election;

import dev.coord.LeaderInfo;
import dev.coord.store.Lease;
import java.time.Duration;
import java.util.Optional;

/**
 * What one look at the lease showed.
 *
 * @param lease the lease, empty if nobody ever held the lease
 * @param verdict what the observer may do about it
 * @param unchangedFor how long the observer has seen it unchanged
 * @param staleAfter after how long unchanged it may be taken from its holder
 */
public record Observation(Optional<Lease> lease, Verdict verdict, Duration unchangedFor, Duration staleAfter) {
    /** The holder that the lease names, whether or not it may be taken from it; empty if it is free. */
    public Optional<LeaderInfo> leader() {
        return lease.flatMap(Election::leaderOf);
    }
}
