package dev.coord.world;

import dev.coord.CoordException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Some submissions, applied one after the other on top of a snapshot, to be committed together. One thread applies; another one
 * looks at times, and gives up a submission that does not end, together with the thread that it holds.
 */
final class GroupCommit {
    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    /** A commit ends with the operation that makes it larger than this, so that even then the commit fits into a message. */
    private static final int MAX_BYTES = 512 * 1024;

    /** A row of the log has some bytes more. */
    private static final int MAX_ENTRY_BYTES = 1024 * 1024 - 16;

    private static final int MAX_BLOCK_BYTES = 2 * ObjectRef.MAX_BLOCK;

    private static final Duration AFTER_INTERRUPT = Duration.ofMillis(100);
    /** Those that are applied already do not wait for the others any longer. */
    static final Duration APPLYING_TIME = Duration.ofMillis(20);

    /** What became of a submission; exactly one of entry, known and failure is there. */
    record Outcome(
            Submission submission,
            @Nullable LogEntry entry,
            @Nullable WorldResult known,
            @Nullable CoordException failure) {}

    private final List<Submission> submissions;
    private final long baseSeqno;
    private final Term term;
    private final Blocks blocks;
    private final Results results;
    private final int maxOperationSize;
    private final long applyingNanos;
    private final NanoClock clock = NanoClock.system();
    private final InstantSource wallClock;
    private final List<Outcome> outcomes = new ArrayList<>();
    private final List<StoredEntry> entries = new ArrayList<>();
    private final Map<ObjectRef, byte[]> written = new HashMap<>();
    private final Map<String, LogEntry> applied = new HashMap<>();
    private Snapshot snapshot;
    private long bytes;
    private @Nullable TransactionState state;
    private @Nullable Thread thread;
    private long began;
    private boolean interrupted;
    private long interruptedAt;
    /** A submission did not end, and the thread that applied it was given up. */
    private boolean ended;

    /** @param applyingTime after which those that are applied are committed, and the others have to wait */
    GroupCommit(
            List<Submission> submissions,
            Snapshot base,
            Term term,
            Blocks blocks,
            Results results,
            int maxOperationSize,
            Duration applyingTime,
            InstantSource wallClock) {
        this.applyingNanos = applyingTime.toNanos();
        this.submissions = submissions;
        this.snapshot = base;
        this.baseSeqno = base.seqno();
        this.term = term;
        this.blocks = blocks;
        this.results = results;
        this.maxOperationSize = Math.min(maxOperationSize, MAX_ENTRY_BYTES);
        this.wallClock = wallClock;
    }

    /** Applies the submissions, as many as fit; says whether this thread is still wanted. */
    boolean apply() {
        long first = clock.nanoTime();
        for (Submission submission : submissions) {
            boolean over = clock.nanoTime() - first > applyingNanos && outcomeCount() > 0;
            if (bytes > MAX_BYTES || over) {
                break;
            }
            TransactionState own = begin();
            Outcome outcome = applied(submission, own);
            if (!end(own, outcome)) {
                return false;
            }
        }
        return true;
    }

    private synchronized TransactionState begin() {
        TransactionState own =
                new TransactionState(snapshot, blocks, Collections.unmodifiableMap(written), maxOperationSize);
        state = own;
        thread = Thread.currentThread();
        began = clock.nanoTime();
        interrupted = false;
        return own;
    }

    private Outcome applied(Submission submission, TransactionState own) {
        try {
            Outcome before = repeated(submission);
            if (before != null) {
                return before;
            }
            WorldResult result =
                    Applying.run(submission.type(), () -> submission.work().apply(own));
            own.checkSize(submission.type());
            if (submission.syncs()) {
                return new Outcome(submission, null, result.committed(own.seqno(), term), null);
            }
            return new Outcome(submission, entry(submission, own, result), null, null);
        } catch (OperationFailedException e) {
            logFailure(submission, e);
            // The same exception here as anywhere else: what caused it is in the log.
            return refused(submission, new OperationFailedException(e.subject(), String.valueOf(e.getMessage())));
        } catch (WorldException e) {
            return refused(submission, e);
        } catch (StoreUnavailableException e) {
            CoordException unavailable = WorldUnavailableException.outcomeUnknown(
                    submission.operationId(), "the store did not answer while it was applied", e);
            return refused(submission, unavailable);
        } catch (RuntimeException | Error e) {
            // Errors of the machine may come at any place.
            OperationFailedException failed = OperationFailedException.of(submission.type(), e);
            logFailure(submission, failed);
            return refused(
                    submission, new OperationFailedException(failed.subject(), String.valueOf(failed.getMessage())));
        }
    }

    private static Outcome refused(Submission submission, CoordException why) {
        return new Outcome(submission, null, null, why);
    }

    private static void logFailure(Submission submission, OperationFailedException failure) {
        try {
            LOG.warn(
                    "Operation '{}' of type '{}', submitted by {}, failed and left no trace",
                    submission.operationId(),
                    submission.type(),
                    submission.sender(),
                    failure);
        } catch (RuntimeException | Error e) {
            // What an application throws may not even be printable.
            LOG.warn("Operation '{}' of type '{}' failed", submission.operationId(), submission.type());
        }
    }

    /** What becomes of a submission that is not to be begun: it was here before, may have been, or its time is over. */
    private @Nullable Outcome repeated(Submission submission) {
        String id = submission.operationId();
        LogEntry before = applied.get(id);
        if (before != null) {
            return before.fingerprint() == submission.fingerprint()
                    ? new Outcome(submission, null, before.result(), null)
                    : refused(
                            submission,
                            new OperationIdReusedException(id, before.type(), before.seqno(), submission.type()));
        }
        Results.Kept kept = results.find(id);
        if (kept != null) {
            if (kept.fingerprint() != submission.fingerprint()) {
                return refused(
                        submission,
                        new OperationIdReusedException(id, results.type(kept), kept.seqno(), submission.type()));
            }
            WorldResult result = results.result(kept);
            return result != null
                    ? new Outcome(submission, null, result, null)
                    : refused(submission, OutcomeUnknownException.forgotten(id, kept.seqno() - 1, results.forgotten()));
        }
        if (submission.sentSince() >= 0 && submission.sentSince() < results.forgotten()) {
            return refused(
                    submission, OutcomeUnknownException.forgotten(id, submission.sentSince(), results.forgotten()));
        }
        if (submission.deadline().isOver()) {
            return refused(
                    submission,
                    new OperationTimeoutException(
                            submission.type(),
                            "The operation '" + submission.type()
                                    + "' was not begun: the time of its submitter was over"
                                    + " before its turn came. Nothing of it happened."));
        }
        return null;
    }

    private LogEntry entry(Submission submission, TransactionState own, WorldResult result) {
        long seqno = own.seqno() + 1;
        Instant now = wallClock.instant();
        return new LogEntry(
                seqno,
                term,
                submission.operationId(),
                submission.type(),
                submission.sender().value(),
                List.copyOf(own.changes()),
                result.committed(seqno, term),
                now,
                submission.fingerprint(),
                entries.isEmpty() ? results.lastTerm() : term);
    }

    private boolean end(TransactionState own, Outcome applied) {
        own.end();
        Outcome outcome = applied;
        LogEntry entry = outcome.entry();
        StoredEntry encoded = null;
        Map<ObjectRef, byte[]> referred = Map.of();
        if (entry != null) {
            try {
                encoded = WorldCodec.encoded(entry);
                referred = own.referredBlocks();
            } catch (RuntimeException | Error e) {
                // There may be no memory for it.
                outcome = refused(outcome.submission(), OperationFailedException.of(entry.type(), e));
            }
        }
        synchronized (this) {
            if (ended) {
                return false;
            }
            if (interrupted) {
                outcomes.add(timedOut(outcome.submission()));
            } else if (entry == null || encoded == null) {
                outcomes.add(outcome);
            } else {
                add(outcome.submission(), entry, encoded, own.snapshot(), referred);
            }
            // An interrupt was for this one alone.
            boolean unused = Thread.interrupted();
            state = null;
            return true;
        }
    }

    private void add(
            Submission submission,
            LogEntry entry,
            StoredEntry encoded,
            Snapshot after,
            Map<ObjectRef, byte[]> referred) {
        long blockBytes =
                referred.values().stream().mapToLong(content -> content.length).sum();
        if (encoded.size() > maxOperationSize || blockBytes > MAX_BLOCK_BYTES) {
            outcomes.add(new Outcome(
                    submission,
                    null,
                    null,
                    new InvalidOperationException(
                            submission.type(),
                            "It changes too much: its log entry has " + encoded.size() + " bytes (at most "
                                    + maxOperationSize + ") and its blocks " + blockBytes + " (at most "
                                    + MAX_BLOCK_BYTES
                                    + "). Divide it.")));
            return;
        }
        outcomes.add(new Outcome(submission, entry, null, null));
        entries.add(encoded);
        applied.put(submission.operationId(), entry);
        written.putAll(referred);
        bytes += encoded.size() + blockBytes;
        snapshot = after.at(entry.seqno(), entry.term());
    }

    private static Outcome timedOut(Submission submission) {
        return new Outcome(
                submission,
                null,
                null,
                new OperationTimeoutException(
                        submission.type(),
                        "The operation '" + submission.type() + "' did not end within the operation timeout"));
    }

    /**
     * Looks at the submission that is being applied. One that takes longer than {@code timeout} is interrupted, and fails.
     *
     * @return false if it did not end then either: the thread that applies is lost, and what comes after it was not applied
     */
    synchronized boolean watch(Duration timeout) {
        TransactionState current = state;
        Thread applying = thread;
        if (ended || current == null || applying == null) {
            return true;
        }
        long now = clock.nanoTime();
        if (!interrupted && now - began >= timeout.toNanos()) {
            interrupted = true;
            // Not when it should have been: this process may have been frozen.
            interruptedAt = now;
            applying.interrupt();
        } else if (interrupted && now - interruptedAt >= AFTER_INTERRUPT.toNanos()) {
            ended = true;
            current.end();
            outcomes.add(timedOut(submissions.get(outcomes.size())));
            return false;
        }
        return true;
    }

    /** What became of the submissions, in order; those at the end that did not fit are not there. */
    synchronized List<Outcome> outcomes() {
        return List.copyOf(outcomes);
    }

    private synchronized int outcomeCount() {
        return outcomes.size();
    }

    /** The number of the commit that it is on top of. */
    long baseSeqno() {
        return baseSeqno;
    }

    List<Submission> submissions() {
        return submissions;
    }

    /** What was applied last. */
    synchronized String lastType() {
        return outcomes.get(outcomes.size() - 1).submission().type();
    }

    synchronized Snapshot snapshot() {
        return snapshot;
    }

    synchronized List<StoredEntry> entries() {
        return List.copyOf(entries);
    }

    synchronized Map<ObjectRef, byte[]> written() {
        return Map.copyOf(written);
    }

    List<StoredBlock> writtenBlocks() {
        return written().entrySet().stream()
                .map(block -> new StoredBlock(block.getKey().stored(), block.getValue()))
                .toList();
    }
}
