package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.ParticipantsChange;
import dev.coord.store.Participant;
import java.util.List;

/** Participants of the group came or went. The first one tells of all that are there. */
public final class ParticipantsChangedEvent extends CoordinatorEvent {
    private static final long serialVersionUID = 1L;
    private final transient ParticipantsChange change;

    public ParticipantsChangedEvent(Coordinator source, ParticipantsChange change) {
        super(source);
        this.change = change;
    }

    /** All that live, this one included. */
    public List<Participant> getParticipants() {
        return change.participants();
    }

    /** Those that came. */
    public List<Participant> getJoined() {
        return change.joined();
    }

    /** Those that went. */
    public List<Participant> getLeft() {
        return change.left();
    }

    @Override
    String says() {
        return change.participants().size() + " participants, "
                + change.joined().size() + " joined, " + change.left().size() + " left";
    }
}
