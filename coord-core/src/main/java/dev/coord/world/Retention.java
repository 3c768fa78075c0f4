package dev.coord.world;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * How much of the log may go: what is older than the retention, by this leader's own monotonic clock; and what is more than the
 * log is to have, but only when it is older than anybody still repeats a submission. A new leader does not know how old the entries before
 * it are, and takes them for new.
 */
final class Retention {
    private static final long SAMPLES = 1000;

    private record Sample(long seqno, long nanos) {}

    private final long retentionNanos;
    private final long repeatedNanos;
    private final int maxEntries;
    private final Deque<Sample> samples = new ArrayDeque<>();

    /** @param repeated for how long a submission may be repeated */
    Retention(Duration retention, Duration repeated, int maxEntries) {
        this.retentionNanos = retention.toNanos();
        this.repeatedNanos = Math.min(repeated.toNanos(), retentionNanos);
        this.maxEntries = maxEntries;
    }

    /** The log is at {@code seqno} at {@code now}; says up to which number entries may go. */
    long removable(long seqno, long now) {
        Sample last = samples.peekLast();
        if (last == null || (last.seqno() < seqno && now - last.nanos() >= retentionNanos / SAMPLES)) {
            samples.add(new Sample(seqno, now));
        }
        long removable = 0;
        while (!samples.isEmpty() && mayGo(samples.getFirst(), seqno, now)) {
            removable = samples.remove().seqno();
        }
        return removable;
    }

    private boolean mayGo(Sample sample, long seqno, long now) {
        long age = now - sample.nanos();
        return age > retentionNanos || (age > repeatedNanos && sample.seqno() < seqno - maxEntries);
    }
}
