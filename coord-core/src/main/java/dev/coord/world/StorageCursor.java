package dev.coord.world;

/** A place in the block storage of a world, for reading and writing. */
public interface StorageCursor extends StorageView {
    @Override
    StorageCursor at(ObjectRef ref);

    /** A cursor that writes to a bucket: equal content in two buckets has two references. */
    StorageCursor inBucket(String bucket);

    /**
     * Writes a block, of at most {@link ObjectRef#MAX_BLOCK} bytes, and says its reference. It is kept when an object refers to it
     * by the end of the transaction; blocks that no object refers to are removed at some time.
     *
     * @throws ReadOnlyWorldException if the view can only be read
     */
    ObjectRef write(byte[] content);
}
