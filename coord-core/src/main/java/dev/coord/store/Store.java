package dev.coord.store;

import dev.coord.Registration;
import java.util.List;
import java.util.Optional;

/**
 * The durable state that the participants share: leases, participants, and the signal that wakes them after a commit.
 *
 * <p>Every operation is one transaction and safe to repeat. One that gets no answer throws
 * {@link dev.coord.StoreUnavailableException}: its outcome is unknown, and repeating it is right. All methods may be called from
 * any thread, and may block for as long as the store's call timeout.
 */
public interface Store extends AutoCloseable {
    /** The leases, one per group. */
    LeaseStore leases();

    /** The participants of all groups. */
    ParticipantStore participants();

    /** The worlds, one per group. */
    WorldStore world();

    /** Wakes waiters after a commit by any process. */
    CommitSignal signal();

    /** What the store has when one of the processes has its database open for all; empty when all use the database directly. */
    default Optional<OwnedDatabase> ownedDatabase() {
        return Optional.empty();
    }

    /**
     * A token that other processes on the same store can use to prove this process's death, see {@link #isProvenDead}; empty
     * when this store has no such proof.
     */
    default String lifeToken() {
        return "";
    }

    /**
     * Whether the operating system proves that the process that published {@code lifeToken} is dead. False is no proof of life:
     * a doubt, and a token that this store did not make, are false.
     */
    default boolean isProvenDead(String lifeToken) {
        return false;
    }

    /**
     * Whether the session that published {@code lifeToken} is over, as a database says. Its process may live all the same: the
     * connection may have broken, or the database may be another one now. May ask the database. False where there are no
     * sessions, for this process's own token, and when there is no answer.
     */
    default boolean isSessionOver(String lifeToken) {
        return false;
    }

    /**
     * Tells {@code listener} when the session of this process is over, before there is another one with another
     * {@link #lifeToken}: others may take this process for dead.
     */
    default Registration onSessionEnded(Runnable listener) {
        return () -> {};
    }

    /** What is known of the external database, where there is one. Does not ask it. */
    default Optional<DatabaseState> database() {
        return Optional.empty();
    }

    /** What does not work in this process, in words: threads that failed, sockets that are gone. Does not block. */
    default List<String> problems() {
        return List.of();
    }

    /** Gives back what this store holds in this process. Waits for operations under way; later ones are refused. */
    @Override
    void close();
}
