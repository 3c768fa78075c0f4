package dev.coord.store;

import java.util.List;
import java.util.Optional;

/**
 * The lease of each group: one row that is read, judged and written under its row lock. The row is never removed once it is
 * there, so that a term is never used twice.
 *
 * <p>The store judges only what the row says. Whether a holder is dead or stale is for the maker of a {@link LeaseClaim} to
 * know; the claim fails if the row is no longer as its maker saw it.
 */
public interface LeaseStore {
    /** The groups that there are, by name: those that have a lease, a participant or a world, or ever had a lease or a world. */
    List<String> groups();

    /** The lease of {@code group}, or empty if nobody ever held it. */
    Optional<Lease> get(String group);

    /**
     * Writes the lease as it is, for repair and tests.
     *
     * @throws dev.coord.StoreException if its term is lower than the stored one; nothing is written then
     */
    void put(Lease lease);

    /** Frees the lease of {@code group}, whoever holds it. The term stays, so that the next claim gets a later one. */
    void delete(String group);

    /**
     * Takes the lease with the next term if the row is at the term that the claim saw, and is free, held by the claiming
     * participant itself, held by a process that the claim knows to be dead, or not renewed since the claim saw it. A claim
     * whose nonce already holds the lease is accepted again with the same term.
     */
    LeaseAnswer claim(LeaseClaim claim);

    /**
     * Writes the number of the renewal, and the stale threshold that others have to go by from now on, if the participant holds
     * the lease with this term. A refusal is final. One with a number that is not higher than the row's is accepted and changes
     * nothing: what the answer says is what others see.
     */
    LeaseAnswer renew(LeaseRenewal renewal);

    /** Frees the lease if the participant holds it with this term; otherwise nothing changes, which is final. */
    LeaseAnswer release(LeaseRelease release);
}
