package dev.coord.world;

import java.time.Duration;

/** An object as a view of the world shows it. */
public interface ObjectView {
    /** Its key, unique in the world. */
    String key();

    /** The reference of its content. */
    ObjectRef rootRef();

    /** How often it was changed: 1 when created, one more with each change of its root, its quads, or by an increment. */
    long rev();

    /**
     * The commit that changed it last. Higher for each change, also for an object that was deleted and made again, so that an equal
     * one always means an unchanged object; inside an operation that has changed it, the commit that this will be.
     */
    long modSeqno();

    /** For how long it is there. */
    ObjectLifetime lifetime();

    /**
     * Its content; empty for {@link ObjectRef#EMPTY}. Small content is in the reference; other content may have to be read from
     * the store.
     */
    byte[] content();

    /**
     * Waits until the object, in the world as it is then, has at least this revision.
     *
     * @return false if it did not within {@code timeout}, or was deleted
     * @throws UnsupportedOperationException inside an operation or a transaction, which would wait for itself
     */
    boolean awaitRev(long rev, Duration timeout) throws InterruptedException;
}
