package dev.coord.world;

import java.util.Iterator;

/**
 * Objects in the order of their keys, as they were when the iteration began.
 *
 * @param <O> how they can be used: read, or written to as well
 */
public interface ObjectIterator<O extends ObjectView> extends Iterator<O> {
    /** Goes on at {@code key}, or where it would be; within the prefix of the iteration. It may also go back. */
    void seek(String key);
}
