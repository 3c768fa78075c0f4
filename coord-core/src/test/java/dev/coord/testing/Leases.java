package dev.coord.testing;

import dev.coord.ParticipantId;
import dev.coord.store.Lease;
import dev.coord.store.LeaseHolder;

/** What tests ask of leases. */
public final class Leases {
    private Leases() {}

    /** The name of the holder of {@code lease}; empty if it is free. */
    public static String holderOf(Lease lease) {
        return lease.holder().map(LeaseHolder::id).map(ParticipantId::value).orElse("");
    }
}
