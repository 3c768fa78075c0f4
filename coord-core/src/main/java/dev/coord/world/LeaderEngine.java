package dev.coord.world;

import dev.coord.CoordException;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.StoreException;
import dev.coord.StoreFullException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.StoredBlock;
import dev.coord.store.StoredEntry;
import dev.coord.store.WorldHead;
import dev.coord.store.WorldStore;
import dev.coord.store.WorldStore.WorldAnswer;
import dev.coord.store.WorldWriter;
import dev.coord.time.NanoClock;
import dev.coord.work.SharedTimer;
import dev.coord.work.Trouble;
import dev.coord.work.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The default engine of a leader. One thread takes what waits, has it applied on top of the snapshot, commits it in one fenced
 * transaction, publishes the snapshot, and answers, in this order: nobody sees or is told of anything that is not durable.
 */
final class LeaderEngine implements WorldEngine {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderEngine.class);
    private static final int MAX_SUBMISSIONS = 512;
    private static final long IDLE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final Duration WATCH_INTERVAL = Duration.ofMillis(50);

    private final Leadership leadership;
    private final Replica replica;
    private final WorldStore store;
    private final StuckOperations operations;
    private final WorldSettings settings;
    private final WorldMonitor monitor;
    private final OtherVersions versions;
    private final Consumer<Throwable> failed;
    private final Housekeeper housekeeper;
    private final Reaper reaper;
    private final SubmissionQueue waiting;
    private final NanoClock clock = NanoClock.system();
    private final Runnable watching;
    private volatile @Nullable SharedTimer timer;
    private volatile @Nullable Thread writer;
    private volatile @Nullable GroupCommit applying;
    private final Trouble full;
    private long sweptAt = clock.nanoTime();
    private volatile boolean closed;
    private volatile @Nullable Throwable failure;

    /**
     * @param versions who knows operations that are not known here
     * @param ended which of some participants have ended for good
     * @param failed told when this engine ended by itself, though the leadership may be held
     */
    LeaderEngine(
            Leadership leadership,
            Replica replica,
            WorldStore store,
            StuckOperations operations,
            WorldSettings settings,
            WorldMonitor monitor,
            OtherVersions versions,
            Function<Set<ParticipantId>, Set<ParticipantId>> ended,
            Consumer<Throwable> failed) {
        this.leadership = leadership;
        this.replica = replica;
        this.store = store;
        this.operations = operations;
        this.settings = settings;
        this.monitor = monitor;
        this.versions = versions;
        this.failed = failed;
        this.waiting = new SubmissionQueue(settings.maxQueueBytes());
        this.full = new Trouble(LOG, "Group " + leadership.group() + ": a commit to the world", clock);
        // Of this engine alone: there is one for each term.
        var workers = new Workers(clock);
        this.housekeeper = new Housekeeper(leadership, replica, store, settings, workers);
        this.reaper = new Reaper(leadership.group(), leadership.participant(), clock, ended, this::enqueue, workers);
        this.watching = workers.task("coord-world-watchdog-" + leadership.group(), this::watch);
    }

    /**
     * Puts the term into the world's head, so that no earlier leader can commit, and catches up with what they committed.
     *
     * @throws WorldUnavailableException if the leadership is lost
     */
    void start() {
        WorldAnswer begun = store.begin(writer());
        if (!begun.accepted()) {
            throw ended("");
        }
        replica.lead(this);
        reaper.begin(replica.snapshot());
        var used = new SharedTimer();
        timer = used;
        housekeeper.start(used);
        used.every(WATCH_INTERVAL, watching);
        startWriter(this::run);
        LOG.info(
                "Group {}: the world of {} objects is open for term {}, at commit {}",
                leadership.group(),
                replica.snapshot().objects().size(),
                term(),
                replica.seqno());
    }

    private Term term() {
        return leadership.term();
    }

    private WorldWriter writer() {
        return new WorldWriter(leadership.group(), leadership.participant(), term());
    }

    @Override
    public CompletableFuture<WorldResult> submit(WorldWrite write, String operationId, ParticipantId sender) {
        try {
            WorldKeys.checkedId(operationId);
        } catch (InvalidOperationException e) {
            return CompletableFuture.failedFuture(e);
        }
        boolean sweeps = write.isSweep();
        return enqueue(new Submission(
                operationId,
                WorldKeys.shortened(write.type()),
                sender,
                sweeps,
                write.isSync(),
                state -> sweeps ? WorldResult.ofFound(true) : write.applyTo(state, operations, sender),
                new CompletableFuture<>(),
                write.fingerprint(),
                write.sentSince(),
                write.deadline(),
                Submission.LEAST_BYTES + write.size()));
    }

    CompletableFuture<WorldResult> enqueue(Submission submission) {
        Submission before = waiting.unanswered(submission);
        if (before != null) {
            // Sent again while it waits: both get the one answer.
            return before.answer().copy();
        }
        switch (waiting.add(submission)) {
            case WAITS -> {}
            case FULL ->
                submission
                        .answer()
                        .completeExceptionally(
                                new QueueFullException(submission.operationId(), settings.maxQueueBytes()));
            case ENDED -> fail(submission);
        }
        return submission.answer();
    }

    /** How many submissions wait. */
    int queue() {
        return waiting.size();
    }

    @Override
    public WorldTransaction newTransaction(boolean write) {
        return write ? OpenTransaction.begin(this, leadership.participant()) : new ReadTransaction(replica.view());
    }

    @Override
    public long seqno() {
        return replica.seqno();
    }

    @Override
    public boolean awaitSeqno(long seqno, Duration timeout) throws InterruptedException {
        return replica.awaitSeqno(seqno, timeout);
    }

    @Override
    public StorageCursor buildStorageCursor() {
        return replica.view().storage();
    }

    private void startWriter(Runnable work) {
        Thread thread = new NonBlockingThread("coord-world-writer-" + leadership.group(), work);
        writer = thread;
        thread.start();
    }

    private void run() {
        write(List.of(), null);
    }

    /** @param begun a commit that another thread has applied as far as it got */
    private void write(List<Submission> firstBatch, @Nullable GroupCommit begun) {
        List<Submission> batch = firstBatch;
        GroupCommit commit = begun;
        boolean wanted = true;
        try {
            while (wanted && !(closed && batch.isEmpty())) {
                if (commit == null && !batch.isEmpty()) {
                    commit = groupCommit(batch);
                    wanted = apply(commit);
                }
                if (wanted && commit != null) {
                    finish(batch, commit);
                }
                if (wanted) {
                    commit = null;
                    batch = List.of();
                    sweepAtTimes();
                    batch = waiting.next(MAX_SUBMISSIONS, IDLE_NANOS);
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("Group {}: the world's writer of term {} was interrupted", leadership.group(), term(), e);
        } catch (RuntimeException | Error e) {
            // Before it is told, which may fail as well.
            failure = e;
            LOG.error("Group {}: the world's writer of term {} failed", leadership.group(), term(), e);
        } finally {
            if (wanted) {
                batch.forEach(this::fail);
                ended();
            }
        }
    }

    private void ended() {
        close();
        SharedTimer used = timer;
        if (used != null) {
            used.close();
        }
        Throwable why = failure;
        if (why != null) {
            failed.accept(why);
        }
    }

    private boolean apply(GroupCommit commit) {
        applying = commit;
        boolean wanted = commit.apply();
        if (wanted) {
            applying = null;
        }
        return wanted;
    }

    /** An operation that does not end must not keep the others from going on. */
    private void watch() {
        GroupCommit commit = applying;
        if (commit != null && !commit.watch(settings.operationTimeout())) {
            applying = null;
            Thread lost = writer;
            if (lost != null) {
                operations.givenUp(lost, commit.lastType());
            }
            LOG.error(
                    "Group {}: the operation '{}' does not end even though it was interrupted; its thread is lost",
                    leadership.group(),
                    commit.lastType());
            startWriter(() -> write(commit.submissions(), commit));
        }
    }

    private GroupCommit groupCommit(List<Submission> batch) {
        return new GroupCommit(
                batch,
                replica.snapshot(),
                term(),
                replica.blocks(),
                replica.results(),
                settings.maxOperationSize(),
                GroupCommit.APPLYING_TIME,
                InstantSource.system());
    }

    /** Commits, publishes, answers. */
    private void finish(List<Submission> batch, GroupCommit commit) throws InterruptedException {
        List<GroupCommit.Outcome> outcomes = commit.outcomes();
        List<Submission> later = batch.subList(outcomes.size(), batch.size());
        if (!waiting.putBack(later)) {
            later.forEach(this::fail);
        }
        boolean current;
        try {
            current = commit.entries().isEmpty() ? leadership.isHeld() : commit(commit);
        } catch (StoreFullException e) {
            full.failedBadly(e);
            outcomes.forEach(outcome -> refuse(outcome, e));
            return;
        }
        if (!current) {
            // Not even a refusal is one: it may rest on what another leader has changed since.
            outcomes.forEach(outcome -> fail(outcome.submission()));
            return;
        }
        commit.written().forEach(replica.blocks()::committed);
        List<LogEntry> entries = outcomes.stream()
                .map(GroupCommit.Outcome::entry)
                .filter(Objects::nonNull)
                .toList();
        if (!entries.isEmpty() && !replica.publish(this, entries, commit.snapshot())) {
            LOG.debug("Group {}: this engine was closed; the log tells of its last commit", leadership.group());
        }
        reaper.committed(entries);
        outcomes.forEach(this::answer);
        if (outcomes.stream().anyMatch(o -> o.entry() != null && o.submission().sweeps())) {
            sweep();
        }
    }

    /** There was no space for a commit. What is no part of it may rest on it. */
    private static void refuse(GroupCommit.Outcome outcome, StoreFullException why) {
        String id = outcome.submission().operationId();
        String reason = String.valueOf(why.getMessage());
        CoordException refusal = outcome.entry() != null
                ? NotStoredException.of(id, reason)
                : WorldUnavailableException.outcomeUnknown(id, reason, why);
        outcome.submission().answer().completeExceptionally(refusal);
    }

    private void answer(GroupCommit.Outcome outcome) {
        LogEntry entry = outcome.entry();
        WorldResult result = entry == null ? outcome.known() : entry.result();
        CoordException failure = outcome.failure();
        if (failure instanceof UnknownOperationException unknown) {
            answerUnknown(outcome.submission(), unknown.subject());
        } else if (failure != null) {
            outcome.submission().answer().completeExceptionally(failure);
        } else if (result != null) {
            outcome.submission().answer().complete(result);
        }
    }

    /** Somebody else may know it, and lead soon. */
    private void answerUnknown(Submission submission, String type) {
        Optional<ParticipantId> successor = versions.successor(type);
        if (successor.isEmpty()) {
            submission.answer().completeExceptionally(versions.refusal(type));
            return;
        }
        submission
                .answer()
                .completeExceptionally(WorldUnavailableException.outcomeUnknown(
                        submission.operationId(),
                        "the leader knows no operation of type '" + type + "', which participant " + successor.get()
                                + " knows, and leadership has not gone there yet",
                        null));
        versions.handOver(type, successor.get());
    }

    private void fail(Submission submission) {
        submission.answer().completeExceptionally(ended(submission.operationId()));
    }

    /**
     * Repeats a commit that gets no answer until it has one, or until it does not matter any more.
     *
     * @throws StoreFullException if there is no space for it, and nothing of it happened
     */
    private boolean commit(GroupCommit commit) throws InterruptedException {
        List<StoredEntry> entries = commit.entries();
        List<StoredBlock> blocks = commit.writtenBlocks();
        long baseSeqno = commit.baseSeqno();
        long began = clock.nanoTime();
        boolean unknown = false;
        while (!closed) {
            try {
                WorldAnswer answer = store.commit(writer(), baseSeqno, entries, blocks);
                if (answer.accepted()) {
                    full.worked();
                    monitor.committed(entries.size(), clock.nanoTime() - began);
                } else {
                    refused(answer.head(), baseSeqno);
                    close();
                }
                return answer.accepted();
            } catch (StoreUnavailableException | StoreFullException e) {
                if (e instanceof StoreFullException refused && !unknown) {
                    throw refused;
                }
                unknown = true;
                if (!closed) {
                    LOG.warn(
                            "Group {}: a commit of term {} got no answer, trying again: {}",
                            leadership.group(),
                            term(),
                            e.getMessage());
                }
                if (leadership.awaitLost(Duration.ofMillis(20))) {
                    close();
                }
            } catch (StoreException e) {
                LOG.error("Group {}: the store refused a commit of term {}", leadership.group(), term(), e);
                failure = e;
                close();
            }
        }
        return false;
    }

    private void refused(WorldHead head, long baseSeqno) {
        if (!leadership.isHeld()) {
            // What was on its way when the leadership was given up; who lost it has heard so already.
            LOG.info(
                    "Group {}: the world took no more commits of term {}, which is over: it is at term {}, commit {}",
                    leadership.group(),
                    term(),
                    head.term(),
                    head.seqno());
            return;
        }
        LOG.warn(
                "Group {}: the world refused a commit of term {}: it is at term {}, commit {}",
                leadership.group(),
                term(),
                head.term(),
                head.seqno());
        // No later leader is known of: without a step down nobody would ever write again.
        failure = new StoreException(
                "The world of group " + leadership.group() + " is at commit " + head.seqno() + " of term " + head.term()
                        + ", and not at commit " + baseSeqno + ", where the leader of term " + term()
                        + " left it. Was an older database put in its place? It is read anew by the next leader",
                null);
    }

    private void sweepAtTimes() {
        if (clock.nanoTime() - sweptAt > settings.sweepInterval().toNanos() && !closed) {
            sweep();
        }
    }

    private void sweep() {
        sweptAt = clock.nanoTime();
        try {
            long removed = new Sweep(store, leadership).run(replica.snapshot());
            if (removed > 0) {
                LOG.info("Group {}: removed {} blocks that nothing refers to", leadership.group(), removed);
            }
        } catch (StoreException e) {
            if (closed) {
                return;
            }
            LOG.warn(
                    "Group {}: could not remove blocks that nothing refers to; trying later: {}",
                    leadership.group(),
                    e.getMessage());
        }
    }

    private WorldUnavailableException ended(String operationId) {
        return WorldUnavailableException.outcomeUnknown(
                operationId, "the leadership of term " + term() + " has ended", null);
    }

    @Override
    public void close() {
        closed = true;
        replica.endLeading(this);
        housekeeper.close();
        reaper.close();
        // The writer is not interrupted: what it waits for has a limit, and a commit under way may still be answered.
        waiting.end().forEach(this::fail);
    }
}
