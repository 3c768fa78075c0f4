package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coord.Term;
import dev.coord.time.NanoClock;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The operations in the log, by their ids: a repeated submission finds its own. What they returned is kept of the latest alone, as
 * much as a limit in bytes allows; of the others it is read from the log. Safe for use by many threads.
 */
final class Results {
    /** What an entry costs the database beside its content, about. */
    private static final long ROW_BYTES = 100;

    /** Ids can be long; what tells them apart is not. */
    private record Id(long high, long low) {
        static Id of(String operationId) {
            ByteBuffer digest = Digests.of(operationId.getBytes(UTF_8));
            return new Id(digest.getLong(), digest.getLong());
        }
    }

    /**
     * The last entry of the log.
     *
     * @param seqno its number
     * @param term in which it was committed
     */
    record Last(long seqno, Term term, Id id, long fingerprint) {
        /** Whether {@code entry} is this one. */
        boolean is(LogEntry entry) {
            return entry.seqno() == seqno
                    && entry.term().equals(term)
                    && entry.fingerprint() == fingerprint
                    && Id.of(entry.operationId()).equals(id);
        }
    }

    /** An operation in the log. */
    static final class Kept {
        private final Id id;
        private final long seqno;
        private final long fingerprint;
        private final long logBytes;
        private final long since;
        private @Nullable WorldResult result;

        private Kept(Id id, LogEntry entry, long since) {
            this.id = id;
            this.seqno = entry.seqno();
            this.fingerprint = entry.fingerprint();
            this.logBytes = entry.bytes() + ROW_BYTES;
            this.since = since;
            this.result = entry.result();
        }

        long seqno() {
            return seqno;
        }

        long fingerprint() {
            return fingerprint;
        }
    }

    private final LongFunction<@Nullable LogEntry> log;
    private final long maxBytes;
    private final NanoClock clock;
    private final Map<Id, Kept> byId = new HashMap<>();
    private final Deque<Kept> inOrder = new ArrayDeque<>();
    private final Deque<Kept> withResult = new ArrayDeque<>();
    private long resultBytes;
    private long logBytes;
    private long forgotten;
    private @Nullable Last last;

    /**
     * @param log reads the entry with a number; null if it is not there any more
     * @param maxBytes how much of what operations returned is kept in memory
     */
    Results(LongFunction<@Nullable LogEntry> log, long maxBytes, NanoClock clock) {
        this.log = log;
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    synchronized @Nullable Kept find(String operationId) {
        return byId.get(Id.of(operationId));
    }

    /** What {@code kept} returned; null if that is not known any more. */
    @Nullable
    WorldResult result(Kept kept) {
        synchronized (this) {
            if (kept.result != null) {
                return kept.result;
            }
        }
        LogEntry entry = log.apply(kept.seqno);
        return entry == null ? null : entry.result();
    }

    /** The type of {@code kept}, for people. */
    String type(Kept kept) {
        LogEntry entry = log.apply(kept.seqno);
        return entry == null ? "" : entry.type();
    }

    /** Adds the result of an entry; entries come in the order of their numbers. */
    synchronized void add(LogEntry entry) {
        if (inOrder.isEmpty()) {
            forgotten = entry.seqno() - 1;
        } else if (inOrder.getLast().seqno >= entry.seqno()) {
            return;
        }
        var kept = new Kept(Id.of(entry.operationId()), entry, clock.nanoTime());
        inOrder.add(kept);
        last = new Last(entry.seqno(), entry.term(), kept.id, entry.fingerprint());
        logBytes += kept.logBytes;
        byId.putIfAbsent(kept.id, kept);
        withResult.add(kept);
        resultBytes += entry.result().bytes();
        while (resultBytes > maxBytes && !withResult.isEmpty()) {
            forgetResult(withResult.remove());
        }
    }

    private void forgetResult(Kept kept) {
        WorldResult result = kept.result;
        if (result != null) {
            resultBytes -= result.bytes();
            kept.result = null;
        }
    }

    /** The world was read, up to {@code seqno}: of what is not in the log nothing is known. */
    synchronized void loaded(long seqno) {
        if (inOrder.isEmpty()) {
            forgotten = seqno;
        }
    }

    /** Forgets the results up to {@code seqno}. */
    synchronized void truncate(long seqno) {
        forgotten = Math.max(forgotten, seqno);
        while (!inOrder.isEmpty() && inOrder.getFirst().seqno <= seqno) {
            Kept kept = inOrder.remove();
            byId.remove(kept.id, kept);
            logBytes -= kept.logBytes;
            forgetResult(kept);
        }
        while (!withResult.isEmpty() && withResult.getFirst().seqno <= seqno) {
            withResult.remove();
        }
    }

    /** Of operations up to this one nobody can say whether they happened. */
    synchronized long forgotten() {
        return forgotten;
    }

    /** The term of the last entry; none if that is not known. */
    synchronized Term lastTerm() {
        return last == null ? Term.NONE : last.term;
    }

    /** The last entry; null if that is not known. */
    synchronized @Nullable Last last() {
        return last;
    }

    /** All that are known. */
    synchronized List<Kept> all() {
        return List.copyOf(inOrder);
    }

    /** How many of {@code others} did not happen by what is known here. */
    synchronized int missing(List<Kept> others) {
        int missing = 0;
        for (Kept other : others) {
            missing += other.seqno > forgotten && !byId.containsKey(other.id) ? 1 : 0;
        }
        return missing;
    }

    /** For how long back it is known, at least, which operations happened. */
    synchronized Duration window() {
        return inOrder.isEmpty() ? Duration.ZERO : Duration.ofNanos(clock.nanoTime() - inOrder.getFirst().since);
    }

    /** Up to which number entries have to go so that the rest of the log has at most {@code most} bytes. */
    synchronized long excess(long most) {
        long left = logBytes;
        long removable = 0;
        for (Kept kept : inOrder) {
            if (left <= most) {
                break;
            }
            left -= kept.logBytes;
            removable = kept.seqno;
        }
        return removable;
    }

    synchronized void clear() {
        byId.clear();
        inOrder.clear();
        withResult.clear();
        resultBytes = 0;
        logBytes = 0;
        last = null;
    }
}
