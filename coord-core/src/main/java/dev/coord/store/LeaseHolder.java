package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.transport.Address;
import java.util.Optional;

/**
 * Who holds a lease, or wants to.
 *
 * @param id the participant
 * @param pid its process, in its own PID namespace, for people
 * @param address where its private server listens; empty if it has none
 * @param process the identity of its process, from which others can prove its death; empty if they cannot
 */
public record LeaseHolder(ParticipantId id, long pid, Optional<Address> address, String process) {
    /** A participant of which nothing else is known. */
    public static LeaseHolder of(ParticipantId id) {
        return new LeaseHolder(id, 0, Optional.empty(), "");
    }
}
