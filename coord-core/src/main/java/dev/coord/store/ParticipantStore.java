package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.Role;
import java.util.List;
import java.util.Optional;

/** The records of the participants. */
public interface ParticipantStore {
    /** The record of {@code participant} in {@code group}, if there is one. */
    Optional<Participant> get(String group, ParticipantId participant);

    /** Writes the record, in place of an older one of the same participant. */
    void put(Participant participant);

    /** Removes the record, if there is one. */
    void delete(String group, ParticipantId participant);

    /** The records of {@code group}, by participant id. */
    List<Participant> list(String group);

    /**
     * Writes a sign of life if the record is there and has no later one.
     *
     * @param heartbeats the number that it writes; an older one than the stored changes nothing
     * @param role what the participant is now
     * @return false if the participant has no record: it has to be put again
     */
    boolean heartbeat(String group, ParticipantId participant, long heartbeats, Role role);
}
