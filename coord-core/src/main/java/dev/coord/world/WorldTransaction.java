package dev.coord.world;

/** Reads and writes that belong together. For one thread; close it, which discards it unless it was committed. */
public interface WorldTransaction extends AutoCloseable {
    /** The world as this transaction sees it. */
    WorldState state();

    /**
     * Commits what was written, and returns when it is durable.
     *
     * @return the number of the commit
     * @throws WorldUnavailableException if the leadership was lost; whether it happened is not known
     */
    long commit();

    /** Discards what was not committed. */
    @Override
    void close();
}
