package dev.coord.world;

import dev.coord.ParticipantId;

/** A {@link WorldOperation} on one object. */
public interface ObjectOperation {
    /** The type, under which every process registers it; 1 to 1000 bytes in UTF-8. */
    String type();

    /** What the process that applies it has to know. */
    byte[] body();

    /** Applies it to {@code object}, which is there; see {@link WorldOperation#apply}. */
    byte[] apply(ObjectState object, ParticipantId sender) throws Exception;
}
