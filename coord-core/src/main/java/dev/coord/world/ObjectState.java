package dev.coord.world;

import dev.coord.ParticipantId;
import java.time.Duration;

/** An object as a view of the world shows it. What writes changes the view, and this, if the view can be written. */
public interface ObjectState {
    /** Its key, unique in the world. */
    String key();

    /** The reference of its content. */
    ObjectRef rootRef();

    /** How often it was changed: 1 when created, one more with each change of its root, its quads, or by an increment. */
    long rev();

    /**
     * Its content; empty for {@link ObjectRef#EMPTY}. Small content is in the reference; other content may have to be read from
     * the store.
     */
    byte[] content();

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

    /** Applies an operation on this object; see {@link WorldState#applyWorldOp}. */
    WorldResult applyObjectOp(ObjectOperation operation, ParticipantId sender);

    /**
     * Waits until the object, in the world as it is then, has at least this revision.
     *
     * @return false if it did not within {@code timeout}, or was deleted
     * @throws UnsupportedOperationException inside an operation or a transaction, which would wait for itself
     */
    boolean awaitRev(long rev, Duration timeout) throws InterruptedException;
}
