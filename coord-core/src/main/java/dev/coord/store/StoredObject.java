package dev.coord.store;

/** A row of a world's objects. */
public record StoredObject(String key, BlockRef root, long rev) {}
