package dev.coord.world;

/**
 * Told of what a world does, to be measured. It is called in the middle of the work, on the threads that do it: its methods must
 * be quick, and must not block. What they throw is logged, and costs nobody anything.
 */
public interface WorldMonitor {
    /** What became of a submission. */
    enum Outcome {
        /** It is committed, now or before. */
        COMMITTED,
        /** The world refused it; it left no trace. */
        REFUSED,
        /** Nobody answered in time; it may have happened. */
        UNKNOWN
    }

    /** This participant takes part in the world of {@code group}. Told at once if it does already. */
    default void joined(String group) {}

    /** This participant no longer takes part. */
    default void left(String group) {}

    /**
     * A submission of this participant has its answer. One that is not sent at all, because its id or size is not allowed, does not
     * count.
     *
     * @param nanos how long it took, over all leaders that were asked
     */
    default void submitted(long nanos, Outcome outcome) {}

    /**
     * This participant, which leads, committed what waited.
     *
     * @param operations how many operations went into the one commit
     * @param nanos how long the store took, all attempts together
     */
    default void committed(int operations, long nanos) {}
}
