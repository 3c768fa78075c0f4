package dev.coord.election;

import java.time.Duration;

/**
 * Told of each attempt to renew the lease, on the thread that renews: it must be quick, and must not block. What it throws is
 * logged and costs nobody the lease.
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
}
