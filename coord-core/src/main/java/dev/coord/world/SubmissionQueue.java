package dev.coord.world;

import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** What waits for a leader's writer. Once it has ended it takes nothing more. Safe for use by many threads. */
final class SubmissionQueue {
    private final Deque<Submission> waiting = new ArrayDeque<>();
    private boolean ended;

    /** Puts {@code submission} behind the others; says whether it did. */
    synchronized boolean add(Submission submission) {
        if (ended) {
            return false;
        }
        waiting.add(submission);
        notifyAll();
        return true;
    }

    /** Puts {@code submissions} before the others, in their order; says whether it did. */
    synchronized boolean putBack(List<Submission> submissions) {
        if (ended) {
            return false;
        }
        for (int i = submissions.size() - 1; i >= 0; i--) {
            waiting.addFirst(submissions.get(i));
        }
        return true;
    }

    /** The next ones, at most {@code most}, for whose first it waits; empty if none came in time, or this has ended. */
    synchronized List<Submission> next(int most, long nanos) throws InterruptedException {
        if (!Deadline.in(Duration.ofNanos(nanos)).await(this, () -> !waiting.isEmpty() || ended)) {
            return List.of();
        }
        var next = new ArrayList<Submission>(Math.min(most, waiting.size()));
        while (next.size() < most && !waiting.isEmpty()) {
            next.add(waiting.remove());
        }
        return next;
    }

    /** Wakes who waits for the next ones; returns those that will have no turn. */
    synchronized List<Submission> end() {
        ended = true;
        var left = List.copyOf(waiting);
        waiting.clear();
        notifyAll();
        return left;
    }

    synchronized int size() {
        return waiting.size();
    }
}
