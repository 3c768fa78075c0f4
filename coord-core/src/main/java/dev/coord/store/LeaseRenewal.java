package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.Term;
import java.time.Duration;

/**
 * Renews a lease, accepted while the participant holds it with this term.
 *
 * @param group whose lease
 * @param participant who holds it
 * @param term with which term
 * @param renewals the number that the renewal writes, one more than the last; a repetition writes the same number
 * @param staleThreshold what the holder lets pass from now on, written into the lease; zero: as it is
 */
public record LeaseRenewal(
        String group, ParticipantId participant, Term term, long renewals, Duration staleThreshold) {}
