package dev.coord.election;

import dev.coord.ParticipantId;
import dev.coord.proto.LeaseRecord;
import java.time.Duration;
import java.util.Optional;

/**
 * What one participant has seen of a lease, and since when. A lease's age is the time since this participant saw the record
 * change on its own monotonic clock, never a difference to the time inside it (as in Kubernetes' client-go).
 *
 * @param lease the record, empty if nobody ever held the lease
 * @param since when this value was first seen
 */
record LeaseView(Optional<LeaseRecord> lease, long since) {
    /** This view after {@code seen} was read at {@code now}. */
    LeaseView after(Optional<LeaseRecord> seen, long now) {
        return lease.equals(seen) ? this : new LeaseView(seen, now);
    }

    /**
     * Judges the lease at {@code now}.
     *
     * @param held whether {@code self} holds the lease with the term of the record, by its own account
     * @param holderKnownDead whether the death of the holder's process is proven
     */
    Verdict judge(ParticipantId self, boolean held, boolean holderKnownDead, long now, Duration staleThreshold) {
        if (lease.isEmpty() || lease.get().getLeaderId().isEmpty()) {
            return Verdict.FREE;
        }
        if (lease.get().getLeaderId().equals(self.value())) {
            return held ? Verdict.OWN : Verdict.LAPSED;
        }
        if (holderKnownDead) {
            return Verdict.HOLDER_DEAD;
        }
        return now - since > staleThreshold.toNanos() ? Verdict.STALE : Verdict.HELD;
    }
}
