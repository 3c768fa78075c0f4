package dev.coord.store;

import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.Set;

/**
 * Wakes waiters of this process after a commit by any process. Its numbers only grow, and mean nothing in another process. It
 * promises that no commit goes unnoticed, also across a change of the database owner; it may wake without one.
 */
public interface CommitSignal {
    /** What a commit changed. */
    enum Topic {
        /** A lease: claimed, renewed or released. */
        LEASE,
        /** The records of participants, or the life of one of their processes. */
        PARTICIPANTS,
        /** The head of a world. */
        HEAD
    }

    /** The number of the last signal. */
    long current();

    /**
     * Waits until there is a signal after {@code lastSeen}, at most for {@code max}.
     *
     * @return the number of the last signal, equal to {@code lastSeen} when there was none
     */
    long await(long lastSeen, Duration max) throws InterruptedException;

    /**
     * Waits until there is a signal after {@code lastSeen} about one of {@code topics}, at most for {@code max}: whoever wants to
     * know of leases is not woken by each commit of a busy world.
     *
     * @return the number of the last signal, about whatever
     */
    default long await(long lastSeen, Set<Topic> topics, Duration max) throws InterruptedException {
        Deadline deadline = Deadline.in(max);
        long seen = lastSeen;
        while (true) {
            boolean over = deadline.isOver();
            long current = over ? current() : await(seen, deadline.left());
            long since = lastSeen;
            if (over || topics.stream().anyMatch(topic -> changedSince(since, topic))) {
                return current;
            }
            seen = current;
        }
    }

    /** Wakes the waiters of this process, as if a commit had changed {@code topic}. */
    void wake(Topic topic);

    /** Whether a signal after {@code lastSeen} was about {@code topic}. */
    boolean changedSince(long lastSeen, Topic topic);
}
