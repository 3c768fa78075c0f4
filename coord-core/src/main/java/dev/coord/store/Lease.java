package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The lease of a group, held or free.
 *
 * @param group the group
 * @param term the term of its holder, or of the last one; it only grows
 * @param holder who holds it; empty if it is free
 * @param nonce what the claim wrote, so that its repetition is recognised
 * @param renewals counts the renewals within the term
 * @param staleThreshold what the holder lets pass without a renewal: others wait at least as long, whatever their own setting;
 *     zero if it is free
 * @param renewedAt when it was last claimed, renewed or freed, by a wall clock and for people only
 */
public record Lease(
        String group,
        Term term,
        Optional<LeaseHolder> holder,
        String nonce,
        long renewals,
        Duration staleThreshold,
        Instant renewedAt) {
    /** A lease of {@code group} at {@code term} that nobody holds. */
    public static Lease free(String group, Term term) {
        return new Lease(group, term, Optional.empty(), "", 0, Duration.ZERO, Instant.EPOCH);
    }

    /** Whether {@code participant} holds it. */
    public boolean isHeldBy(ParticipantId participant) {
        return holder.map(LeaseHolder::id).filter(participant::equals).isPresent();
    }

    /** The same, free. */
    public Lease freed() {
        return new Lease(group, term, Optional.empty(), nonce, renewals, Duration.ZERO, renewedAt);
    }

    /** The same at another term. */
    public Lease withTerm(Term value) {
        return new Lease(group, value, holder, nonce, renewals, staleThreshold, renewedAt);
    }

    /** The same, held by {@code value}. */
    public Lease withHolder(LeaseHolder value) {
        return new Lease(group, term, Optional.of(value), nonce, renewals, staleThreshold, renewedAt);
    }

    /** The same with another nonce. */
    public Lease withNonce(String value) {
        return new Lease(group, term, holder, value, renewals, staleThreshold, renewedAt);
    }

    /** The same with another number of renewals. */
    public Lease withRenewals(long value) {
        return new Lease(group, term, holder, nonce, value, staleThreshold, renewedAt);
    }

    /** The same with another stale threshold. */
    public Lease withStaleThreshold(Duration value) {
        return new Lease(group, term, holder, nonce, renewals, value, renewedAt);
    }

    /** The same, last changed at {@code value}. */
    public Lease withRenewedAt(Instant value) {
        return new Lease(group, term, holder, nonce, renewals, staleThreshold, value);
    }
}
