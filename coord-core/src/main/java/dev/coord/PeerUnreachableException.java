package dev.coord;

import org.jspecify.annotations.Nullable;

/** A participant of the group could not be connected to. It may be dead, frozen or gone; ask the registry who is there. */
public final class PeerUnreachableException extends CoordException {
    private static final long serialVersionUID = 1L;
    private final String participant;

    public PeerUnreachableException(ParticipantId participant, String why, @Nullable Throwable cause) {
        super("Participant " + participant + " cannot be reached: " + why, cause);
        this.participant = participant.value();
    }

    /** Who could not be reached. */
    public ParticipantId participant() {
        return new ParticipantId(participant);
    }
}
