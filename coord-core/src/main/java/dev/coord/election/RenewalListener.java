package dev.coord.election;

import dev.coord.CoordException;
import dev.coord.Term;
import java.time.Duration;

/**
 * Told of each attempt to renew the lease. Of a coordinator it is told on the thread that tells of
 * changes of the role, in order; of an {@link Election} on the thread that renews: there it must be quick, and must not block. What
 * it throws is logged and costs nobody the lease.
 */
@FunctionalInterface
public interface RenewalListener {
    /**
     * An attempt has ended.
     *
     * @param took how long it took
     * @param successful whether the lease is renewed; if not, the store gave no answer, refused, or answered too late
     */
    void renewalEnded(Duration took, boolean successful);

    /**
     * An attempt got no answer, or was not carried out; it is repeated until the deadline. {@link #renewalEnded} was called before.
     *
     * @param since how long ago the last successful one began
     */
    default void renewalFailed(Term term, Duration since, CoordException why) {}
}
