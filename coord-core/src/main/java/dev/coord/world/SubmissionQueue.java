package dev.coord.world;

import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What waits for a leader's writer. Those who submit take turns, so that one who submits much does not keep the others waiting; what
 * one submits stays in order. Once it has ended it takes nothing more. Safe for use by many threads.
 */
final class SubmissionQueue {
    /** What became of a submission that was to be added. */
    enum Added {
        WAITS,
        /** So much waits that it was not taken. */
        FULL,
        /** Nobody takes anything any more. */
        ENDED
    }

    private final long maxBytes;
    private final Deque<Submission> first = new ArrayDeque<>();
    private final Map<String, Deque<Submission>> waiting = new LinkedHashMap<>();
    /** What waits or is being applied, by its id. */
    private final Map<String, Submission> unanswered = new HashMap<>();

    private int size;
    private long bytes;
    private boolean ended;

    SubmissionQueue(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** Puts {@code submission} behind the others of its sender. */
    synchronized Added add(Submission submission) {
        if (ended) {
            return Added.ENDED;
        }
        if (size > 0 && bytes + submission.bytes() > maxBytes) {
            return Added.FULL;
        }
        waiting.computeIfAbsent(submission.sender().value(), sender -> new ArrayDeque<>())
                .add(submission);
        if (unanswered.putIfAbsent(submission.operationId(), submission) == null) {
            var unused = submission.answer().whenComplete((result, failure) -> answered(submission));
        }
        size++;
        bytes += submission.bytes();
        notifyAll();
        return Added.WAITS;
    }

    /** The same submission as {@code submission}, if it was added before and has no answer yet. */
    synchronized @Nullable Submission unanswered(Submission submission) {
        Submission before = unanswered.get(submission.operationId());
        return before != null && submission.repeats(before) ? before : null;
    }

    private synchronized void answered(Submission submission) {
        unanswered.remove(submission.operationId(), submission);
    }

    /** Puts {@code submissions} before the others, in their order; says whether it did. */
    synchronized boolean putBack(List<Submission> submissions) {
        if (ended) {
            return false;
        }
        for (int i = submissions.size() - 1; i >= 0; i--) {
            first.addFirst(submissions.get(i));
            size++;
            bytes += submissions.get(i).bytes();
        }
        return true;
    }

    /** The next ones, at most {@code most}, for whose first it waits; empty if none came in time, or this has ended. */
    synchronized List<Submission> next(int most, long nanos) throws InterruptedException {
        if (!Deadline.in(Duration.ofNanos(nanos)).await(this, () -> size > 0 || ended)) {
            return List.of();
        }
        var next = new ArrayList<Submission>(Math.min(most, size));
        while (next.size() < most && !first.isEmpty()) {
            next.add(first.remove());
        }
        while (next.size() < most && !waiting.isEmpty()) {
            takeTurns(most, next);
        }
        size -= next.size();
        next.forEach(submission -> bytes -= submission.bytes());
        return next;
    }

    /** One of each sender. */
    private void takeTurns(int most, List<Submission> next) {
        for (String sender : List.copyOf(waiting.keySet())) {
            Deque<Submission> own = next.size() == most ? null : waiting.remove(sender);
            if (own == null) {
                return;
            }
            next.add(own.remove());
            if (!own.isEmpty()) {
                // Behind the others, also the next time.
                waiting.put(sender, own);
            }
        }
    }

    /** Wakes who waits for the next ones; returns those that will have no turn. */
    synchronized List<Submission> end() {
        ended = true;
        var left = new ArrayList<>(first);
        waiting.values().forEach(left::addAll);
        first.clear();
        waiting.clear();
        size = 0;
        bytes = 0;
        notifyAll();
        return left;
    }

    synchronized int size() {
        return size;
    }
}
