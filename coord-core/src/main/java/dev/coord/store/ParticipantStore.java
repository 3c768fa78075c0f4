package dev.coord.store;

import dev.coord.ParticipantId;
import dev.coord.proto.ParticipantHeartbeat;
import dev.coord.proto.ParticipantRecord;
import java.util.List;
import java.util.Optional;

/** The records of the participants. */
public interface ParticipantStore {
    /** The record of {@code participant} in {@code group}, if there is one. */
    Optional<ParticipantRecord> get(String group, ParticipantId participant);

    /** Writes the record, in place of an older one of the same participant. */
    void put(ParticipantRecord participant);

    /** Removes the record, if there is one. */
    void delete(String group, ParticipantId participant);

    /** The records of {@code group}, by participant id. */
    List<ParticipantRecord> list(String group);

    /**
     * Writes number and role of the heartbeat if the record is there and has no later one.
     *
     * @return false if the participant has no record: it has to be put again
     */
    boolean heartbeat(ParticipantHeartbeat heartbeat);
}
