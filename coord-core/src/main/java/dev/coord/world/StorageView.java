package dev.coord.world;

/** A place in the block storage of a world, for reading. */
public interface StorageView {
    /** Where it is. */
    ObjectRef ref();

    /** Another place of the same storage. */
    StorageView at(ObjectRef ref);

    /**
     * The content of the block here; empty for {@link ObjectRef#EMPTY}. A block that is neither small nor in this process's cache
     * is read from the store.
     *
     * @throws BlockNotFoundException if there is none
     */
    byte[] read();
}
