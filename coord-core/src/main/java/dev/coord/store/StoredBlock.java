package dev.coord.store;

/**
 * A block with its content.
 *
 * @param content not copied; nobody may change it any more
 */
@SuppressWarnings("ArrayRecordComponent")
public record StoredBlock(BlockRef ref, byte[] content) {}
