package dev.coord.cluster;

import dev.coord.store.Participant;
import java.util.List;

/**
 * Participants of a group came or went. A change of role alone is none.
 *
 * @param participants all that live, this one included, by id
 * @param joined those that came; at the first time, all
 * @param left those that went
 */
public record ParticipantsChange(List<Participant> participants, List<Participant> joined, List<Participant> left) {
    public ParticipantsChange {
        participants = List.copyOf(participants);
        joined = List.copyOf(joined);
        left = List.copyOf(left);
    }
}
