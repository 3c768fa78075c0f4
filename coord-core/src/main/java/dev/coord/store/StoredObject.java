package dev.coord.store;

/**
 * A row of a world's objects.
 *
 * @param modSeqno the commit that changed it last
 * @param ttlMillis how long after that it may be removed; 0: never
 * @param owner the participant that it ends with; empty: none
 */
public record StoredObject(String key, BlockRef root, long rev, long modSeqno, long ttlMillis, String owner) {}
