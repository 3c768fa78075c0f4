package dev.coord.election;

import dev.coord.ParticipantId;
import dev.coord.store.LeaseHolder;
import dev.coord.transport.Address;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Who stands for election.
 *
 * @param group the group to lead
 * @param participant its name, unique for ever
 * @param pid its process, for people
 * @param address where its private server listens, empty if it has none
 * @param process the identity of its process, from which others can prove its death, as it is now; empty if they cannot
 */
public record Candidate(
        String group, ParticipantId participant, long pid, Optional<Address> address, Supplier<String> process) {
    /** One whose process keeps its identity. */
    public Candidate(String group, ParticipantId participant, long pid, Optional<Address> address, String process) {
        this(group, participant, pid, address, () -> process);
    }

    /** As the lease names its holder. */
    LeaseHolder asHolder() {
        return new LeaseHolder(participant, pid, address, process.get());
    }
}
