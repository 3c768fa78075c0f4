package dev.coord.world;

import dev.coord.ParticipantId;

/** An object that can be written to, as a {@link WorldState} shows it. What writes changes the state, and this. */
public interface ObjectState extends ObjectView {
    /**
     * Gives it another root. An equal one changes nothing; another one increments the revision.
     *
     * @return the revision afterwards
     * @throws ObjectNotFoundException if it is not there any more
     * @throws BlockNotFoundException if there is no such block
     */
    long setRootRef(ObjectRef root);

    /** Stores {@code content} and makes it the root, see {@link #setRootRef}. */
    long setContent(byte[] content);

    /**
     * Increments the revision; returns it.
     *
     * @throws ObjectNotFoundException if it is not there any more
     */
    long incrementRev();

    /**
     * Gives it another lifetime, or begins the same one anew. Always increments the revision; returns it.
     *
     * @throws ObjectNotFoundException if it is not there any more
     */
    long setLifetime(ObjectLifetime lifetime);

    /** Applies an operation on this object; see {@link WorldState#applyWorldOp}. */
    WorldResult applyObjectOp(ObjectOperation operation, ParticipantId sender);
}
