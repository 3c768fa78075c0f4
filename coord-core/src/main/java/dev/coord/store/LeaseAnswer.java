package dev.coord.store;

import java.util.Optional;

/**
 * The outcome of a conditional lease operation. Being refused is a result, not an error.
 *
 * @param accepted whether the condition was true and the operation is committed
 * @param lease the lease after the operation; empty if the group never had one
 */
public record LeaseAnswer(boolean accepted, Optional<Lease> lease) {
    /** The condition was true, and {@code lease} is committed. */
    public static LeaseAnswer accepted(Lease lease) {
        return new LeaseAnswer(true, Optional.of(lease));
    }

    /** The condition was not true, and nothing changed. */
    public static LeaseAnswer refused(Optional<Lease> lease) {
        return new LeaseAnswer(false, lease);
    }
}
