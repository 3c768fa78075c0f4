package dev.coord.election;

import dev.coord.ParticipantId;
import dev.coord.store.Lease;
import java.time.Duration;
import java.util.Optional;

/**
 * What one participant has seen of a lease, and since when. A lease's age is the time since this participant saw the record
 * change on its own monotonic clock, never a difference to the time inside it (as in Kubernetes' client-go).
 *
 * @param lease the lease, empty if nobody ever held the lease
 * @param since when this value was first seen
 */
record LeaseView(Optional<Lease> lease, long since) {
    /** This view after {@code seen} was read at {@code now}. */
    LeaseView after(Optional<Lease> seen, long now) {
        return lease.equals(seen) ? this : new LeaseView(seen, now);
    }

    /** After how long unchanged it is stale: the observer's threshold, or the holder's if that is longer. */
    Duration staleAfter(Duration threshold) {
        Duration ofHolder = lease.map(Lease::staleThreshold).orElse(Duration.ZERO);
        return ofHolder.compareTo(threshold) > 0 ? ofHolder : threshold;
    }

    /**
     * Judges the lease at {@code now}: whether it may be claimed (L2).
     *
     * @param held whether {@code self} holds the lease with the term of the record, by its own account
     * @param holderKnownDead whether the death of the holder's process is proven
     */
    Verdict judge(ParticipantId self, boolean held, boolean holderKnownDead, long now, Duration staleThreshold) {
        if (lease.flatMap(Lease::holder).isEmpty()) {
            return Verdict.FREE;
        }
        if (lease.get().isHeldBy(self)) {
            return held ? Verdict.OWN : Verdict.LAPSED;
        }
        if (holderKnownDead) {
            return Verdict.HOLDER_DEAD;
        }
        return now - since > staleAfter(staleThreshold).toNanos() ? Verdict.STALE : Verdict.HELD;
    }
}
