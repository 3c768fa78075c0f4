package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.Term;
import java.time.Duration;

/**
 * Takes a lease if its row is still as the maker of the claim saw it.
 *
 * @param group whose lease
 * @param claimant who claims it
 * @param nonce unique to this claim; a repetition with the same nonce gets the same answer
 * @param seenTerm the term that the maker of the claim saw; {@link Term#NONE} when there was no row
 * @param seenRenewals the number of renewals that it saw
 * @param holderKnownDead whether the holder of {@code seenTerm} is known to be dead: the number of its renewals does not matter
 * @param staleThreshold the claimant's own, written into the lease
 */
public record LeaseClaim(
        String group,
        LeaseHolder claimant,
        String nonce,
        Term seenTerm,
        long seenRenewals,
        boolean holderKnownDead,
        Duration staleThreshold) {
    /** A claim of whoever saw that there was no row yet. */
    public static LeaseClaim first(String group, LeaseHolder claimant, String nonce) {
        return new LeaseClaim(group, claimant, nonce, Term.NONE, 0, false, Duration.ZERO);
    }

    /** The participant that claims it. */
    public ParticipantId participant() {
        return claimant.id();
    }

    /** The same of another one. */
    public LeaseClaim withClaimant(LeaseHolder value) {
        return new LeaseClaim(group, value, nonce, seenTerm, seenRenewals, holderKnownDead, staleThreshold);
    }

    /** The same of whoever saw the lease at {@code term} after {@code renewals}. */
    public LeaseClaim withSeen(Term term, long renewals) {
        return new LeaseClaim(group, claimant, nonce, term, renewals, holderKnownDead, staleThreshold);
    }

    /** The same of whoever knows whether the holder is dead. */
    public LeaseClaim withHolderKnownDead(boolean value) {
        return new LeaseClaim(group, claimant, nonce, seenTerm, seenRenewals, value, staleThreshold);
    }

    /** The same with another stale threshold. */
    public LeaseClaim withStaleThreshold(Duration value) {
        return new LeaseClaim(group, claimant, nonce, seenTerm, seenRenewals, holderKnownDead, value);
    }
}
