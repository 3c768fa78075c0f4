package dev.coord.world;

import dev.coord.ParticipantId;

/**
 * A change to the world that has a name and travels: submitted anywhere, and applied by the leader, exactly once.
 *
 * <p>An operation may read and write the {@link WorldState} that it is given, and nothing else that matters: it is applied under
 * a term that may be lost before the commit, and then again by the next leader. It must end within the operation timeout.
 */
public interface WorldOperation {
    /** The type, under which every process registers it; 1 to 1000 bytes in UTF-8. */
    String type();

    /** What the process that applies it has to know. */
    byte[] body();

    /**
     * Applies it, on a thread of the leader's. If it throws, nothing of it happens: a {@link WorldException} reaches the submitter
     * as it is ({@link OperationRejectedException} is there for the application's own reasons), anything else as
     * {@link OperationFailedException}.
     *
     * @return the result, for the submitter; may be empty
     */
    byte[] apply(WorldState world, ParticipantId sender) throws Exception;
}
