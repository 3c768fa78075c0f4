package dev.coord.world;

/** A place in the block storage of a world. */
public interface StorageCursor {
    /** Where it is. */
    ObjectRef ref();

    /** A cursor at another place of the same storage. */
    StorageCursor at(ObjectRef ref);

    /** A cursor that writes to a bucket: equal content in two buckets has two references. */
    StorageCursor inBucket(String bucket);

    /**
     * The content of the block here; empty for {@link ObjectRef#EMPTY}. A block that is neither small nor in this process's cache
     * is read from the store.
     *
     * @throws BlockNotFoundException if there is none
     */
    byte[] read();

    /**
     * Writes a block, of at most {@link ObjectRef#MAX_BLOCK} bytes, and says its reference. It is kept when an object refers to it
     * by the end of the transaction; blocks that no object refers to are removed at some time.
     *
     * @throws ReadOnlyWorldException if the view can only be read
     */
    ObjectRef write(byte[] content);
}
