package dev.coord.world;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.mesh.MeshDirectory;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.work.Workers;
import dev.coord.world.WorldMonitor.Outcome;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings submissions to the leader, wherever that is, and again with the same id when an answer does not come, until there is one
 * or the time is over. What waits while a call is under way goes along in the next one.
 */
final class Forwarder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Forwarder.class);

    /** One is on its way while the leader works on the other; more of them would only be smaller. */
    private static final int MAX_CALLS = 2;

    private static final int MAX_BATCH = 256;
    private static final int MAX_BATCH_BYTES = 1024 * 1024;
    private static final long RETRY_MILLIS = 5;
    private static final long EXPIRY_MILLIS = 50;
    private static final long NOT_SENT = -1;

    private record Pending(
            WorldWrite write,
            String operationId,
            long began,
            Deadline deadline,
            AtomicLong sentSince,
            CompletableFuture<WorldResult> answer) {
        /**
         * What is sent: it says since when it may have been sent before, so that it is not applied again when nobody knows any more.
         *
         * @param seqno a commit that the world has by now
         */
        WorldWrite toSend(long seqno) {
            WorldWrite timed = write.within(deadline);
            // Also for an id that says since when: whether it was sent at all goes by it.
            boolean first = sentSince.compareAndSet(NOT_SENT, seqno);
            long ids = WorldKeys.since(operationId);
            if (ids >= 0) {
                return timed.sentSince(ids);
            }
            return first ? timed : timed.sentSince(sentSince.get());
        }

        boolean isSent() {
            return sentSince.get() != NOT_SENT;
        }

        long bytes() {
            return Submission.LEAST_BYTES + write.size();
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    private final String group;
    private final ParticipantId self;
    private final Supplier<Optional<WorldEngine>> local;
    private final MeshDirectory directory;
    private final CoordinatorServiceGrpc.CoordinatorServiceStub leader;
    private final WorldSettings settings;
    private final WorldMonitor monitor;
    private final Consumer<Duration> leaderNeeded;
    private final NanoClock clock = NanoClock.system();
    private final ScheduledExecutorService timer;
    private final LeaderChanges leaderChanges;
    private final Set<Context.CancellableContext> calls = ConcurrentHashMap.newKeySet();
    private final Deque<Pending> waiting = new ArrayDeque<>();
    /** Those that are tried once more in a moment. */
    private final Set<Pending> resting = new HashSet<>();
    /** Those that an engine here has, which may take longer than their time. */
    private final Set<Pending> atEngine = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean expiring = new AtomicBoolean();

    private final AtomicBoolean pumping = new AtomicBoolean();
    /** Numbers the calls. */
    private final AtomicLong made = new AtomicLong();

    private final LongSupplier seqno;
    /** Nothing is sent before the world was read here: nobody could say since when it may have happened. */
    private final AtomicBoolean awaitingWorld = new AtomicBoolean();

    private long unansweredBytes;
    private int underWay;
    private boolean closed;

    /** @param seqno the last commit that was read here; negative before the world was read for the first time */
    Forwarder(
            String group,
            ParticipantId self,
            Supplier<Optional<WorldEngine>> local,
            LongSupplier seqno,
            MeshDirectory directory,
            Channel leader,
            WorldSettings settings,
            WorldMonitor monitor,
            Consumer<Duration> leaderNeeded,
            Workers workers) {
        this.group = group;
        this.self = self;
        this.local = local;
        this.seqno = seqno;
        this.directory = directory;
        this.leader = CoordinatorServiceGrpc.newStub(leader).withWaitForReady().withExecutor(Runnable::run);
        this.settings = settings;
        this.monitor = monitor;
        this.leaderNeeded = leaderNeeded;
        this.timer = new WorldTimer("coord-world-forwarder-" + group, workers);
        this.leaderChanges = new LeaderChanges(directory, this::cancelCalls);
    }

    /**
     * Submits; the result is a {@link WorldException} or a {@link WorldUnavailableException} if it did not work. It completes on a
     * thread that must not be blocked.
     */
    CompletableFuture<WorldResult> submit(WorldWrite write, String operationId, Duration timeout) {
        try {
            WorldKeys.checkedId(operationId);
        } catch (InvalidOperationException e) {
            return CompletableFuture.failedFuture(e);
        }
        int size = write.size();
        // Content comes on top of the operation, and has limits of its own.
        if (size > settings.maxOperationSize() + 2 * ObjectRef.MAX_BLOCK) {
            return CompletableFuture.failedFuture(new InvalidOperationException(
                    WorldKeys.shortened(write.type()),
                    "It has " + size + " bytes, and an operation at most " + settings.maxOperationSize()
                            + ": divide it, or write its content as blocks before"));
        }
        var pending = new Pending(
                write,
                operationId,
                clock.nanoTime(),
                Deadline.in(timeout, clock),
                new AtomicLong(NOT_SENT),
                new CompletableFuture<>());
        if (!charge(pending)) {
            return CompletableFuture.failedFuture(new QueueFullException(operationId, settings.maxQueueBytes()));
        }
        if (enqueue(pending)) {
            wakePump();
        } else {
            settle(pending, null, null);
        }
        return pending.answer();
    }

    /** Whether there is room for {@code pending}, which takes it until it has its answer. */
    private boolean charge(Pending pending) {
        synchronized (this) {
            if (unansweredBytes > 0 && unansweredBytes + pending.bytes() > settings.maxQueueBytes()) {
                return false;
            }
            unansweredBytes += pending.bytes();
        }
        var unused = pending.answer().whenComplete((result, failure) -> release(pending));
        return true;
    }

    private synchronized void release(Pending pending) {
        unansweredBytes -= pending.bytes();
        notifyAll();
    }

    /** Waits until there is room for {@code write}, at most until {@code deadline}. */
    synchronized void awaitRoom(WorldWrite write, Deadline deadline) throws InterruptedException {
        long bytes = Submission.LEAST_BYTES + write.size();
        var unused = deadline.await(
                this, () -> unansweredBytes == 0 || unansweredBytes + bytes <= settings.maxQueueBytes() || closed);
    }

    /** An engine may be busy for longer than somebody waits. */
    private void expire() {
        for (Pending pending : atEngine) {
            if (pending.deadline().isOver()) {
                settle(pending, null, null);
            }
        }
        expiring.set(false);
        if (!atEngine.isEmpty()) {
            expireLater();
        }
    }

    private void expireLater() {
        if (expiring.compareAndSet(false, true)) {
            try {
                var unused = timer.schedule(this::expire, EXPIRY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                LOG.trace("Group {}: this participant leaves", group, e);
            }
        }
    }

    /**
     * Has what waits sent, on a thread of its own: until that runs, others that are submitted now, or because of an answer that
     * has just come, join it. Few large calls, and few large commits, cost much less than many small ones.
     */
    private void wakePump() {
        if (pumping.compareAndSet(false, true)) {
            try {
                timer.execute(() -> {
                    pumping.set(false);
                    pump();
                });
            } catch (RejectedExecutionException e) {
                // Closed; what waited was told so.
                LOG.trace("Group {}: nothing is sent any more", group, e);
            }
        }
    }

    private synchronized boolean enqueue(Pending pending) {
        return !closed && waiting.add(pending);
    }

    /** Sends what waits, as far as it may. */
    private void pump() {
        if (seqno.getAsLong() < 0) {
            awaitWorld();
            return;
        }
        for (List<Pending> batch = next(); !batch.isEmpty(); batch = next()) {
            Optional<WorldEngine> engine = local.get();
            if (engine.isPresent()) {
                submit(engine.get(), batch);
            } else {
                call(batch);
            }
        }
    }

    private void awaitWorld() {
        List<Pending> over;
        boolean more;
        synchronized (this) {
            over = waiting.stream()
                    .filter(pending -> pending.deadline().isOver())
                    .toList();
            waiting.removeAll(over);
            more = !waiting.isEmpty();
        }
        over.forEach(pending -> settle(pending, null, null));
        if (!more || awaitingWorld.getAndSet(true)) {
            return;
        }
        try {
            var unused = timer.schedule(
                    () -> {
                        awaitingWorld.set(false);
                        pump();
                    },
                    RETRY_MILLIS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.trace("Group {}: this participant leaves", group, e);
        }
    }

    private synchronized List<Pending> next() {
        List<Pending> batch = new ArrayList<>();
        int bytes = 0;
        while (underWay < MAX_CALLS && batch.size() < MAX_BATCH && !waiting.isEmpty()) {
            bytes += waiting.getFirst().write().size();
            if (bytes > MAX_BATCH_BYTES && !batch.isEmpty()) {
                break;
            }
            batch.add(waiting.remove());
        }
        if (!batch.isEmpty()) {
            underWay++;
        }
        return batch;
    }

    private synchronized void begun() {
        underWay++;
    }

    private synchronized void ended() {
        underWay--;
    }

    private void submit(WorldEngine engine, List<Pending> batch) {
        ended();
        for (Pending pending : batch) {
            atEngine.add(pending);
            var unused = submit(engine, pending).whenComplete((result, failure) -> {
                atEngine.remove(pending);
                settle(pending, result, failure);
            });
        }
        if (!atEngine.isEmpty()) {
            expireLater();
        }
    }

    /** An engine of the application's may throw, or wrap what went wrong. */
    private CompletableFuture<WorldResult> submit(WorldEngine engine, Pending pending) {
        try {
            return engine.submit(pending.toSend(seqno.getAsLong()), pending.operationId(), self);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void call(List<Pending> batch) {
        Context.CancellableContext call = Context.ROOT.withCancellation();
        // Before it is known who leads: whatever changes after that cancels it.
        calls.add(call);
        // Meant for one leadership, and of no use after a later call: see CallOrder.
        Optional<LeaderInfo> known = directory.leader();
        if (known.isEmpty()) {
            long latest = batch.stream()
                    .mapToLong(pending -> pending.deadline().leftNanos())
                    .max()
                    .orElseThrow();
            leaderNeeded.accept(Duration.ofNanos(latest));
        }
        SubmitWorldOpRequest.Builder request = request(batch.get(0)).toBuilder()
                .setTerm(known.map(leading -> leading.term().value()).orElse(0L))
                .setCall(made.incrementAndGet());
        batch.stream().skip(1).forEach(pending -> request.addMore(request(pending)));
        long earliest = batch.stream()
                .mapToLong(pending -> pending.deadline().leftNanos())
                .min()
                .orElseThrow();
        long limit = settings.operationTimeout().plusSeconds(2).toNanos();
        long left = Math.max(1_000_000, Math.min(limit, earliest));
        var answers = new Answers(call, batch);
        try {
            call.run(
                    () -> leader.withDeadlineAfter(left, TimeUnit.NANOSECONDS).submitWorldOp(request.build(), answers));
        } catch (RuntimeException e) {
            // A channel whose threads have ended throws instead of failing the call.
            answers.failed(e);
        }
    }

    /** Gives each submission of a call its answer. */
    private final class Answers implements StreamObserver<SubmitWorldOpResponse> {
        private final Context.CancellableContext call;
        private final List<Pending> batch;
        /** A call that throws when it is begun is cancelled, and may end once more for that reason. */
        private final AtomicBoolean over = new AtomicBoolean();

        private @Nullable SubmitWorldOpResponse answer;

        Answers(Context.CancellableContext call, List<Pending> batch) {
            this.call = call;
            this.batch = batch;
        }

        @Override
        public void onNext(SubmitWorldOpResponse response) {
            answer = response;
        }

        @Override
        public void onCompleted() {
            if (over.getAndSet(true)) {
                return;
            }
            callEnded();
            SubmitWorldOpResponse response = answer;
            if (response == null || response.getMoreCount() != batch.size() - 1) {
                batch.forEach(pending -> settle(pending, null, null));
            } else {
                settle(batch.get(0), response);
                for (int i = 1; i < batch.size(); i++) {
                    settle(batch.get(i), response.getMore(i - 1));
                }
            }
            wakePump();
        }

        @Override
        public void onError(Throwable failure) {
            failed(failure);
            wakePump();
        }

        void failed(Throwable failure) {
            if (over.getAndSet(true)) {
                return;
            }
            callEnded();
            if (Status.fromThrowable(failure).getCode() == Status.Code.RESOURCE_EXHAUSTED) {
                tooLarge(failure);
            } else {
                batch.forEach(pending -> settle(pending, null, failure));
            }
        }

        /** Larger than the leader's mesh accepts: one by one, and then not at all. */
        private void tooLarge(Throwable failure) {
            if (batch.size() == 1) {
                Pending pending = batch.get(0);
                settle(
                        pending,
                        null,
                        new InvalidOperationException(
                                WorldKeys.shortened(pending.write().type()),
                                "It has " + pending.write().size() + " bytes, more than the mesh's largest message: "
                                        + failure.getMessage()));
                return;
            }
            for (Pending pending : batch) {
                begun();
                call(List.of(pending));
            }
        }

        private void callEnded() {
            calls.remove(call);
            call.cancel(null);
            ended();
        }
    }

    private SubmitWorldOpRequest request(Pending pending) {
        WorldWrite write = pending.toSend(seqno.getAsLong());
        var request = SubmitWorldOpRequest.newBuilder()
                .setOpData(write.encoded())
                .setOpId(pending.operationId())
                .setSender(self.value())
                .setTimeoutNanos(Math.max(1, pending.deadline().leftNanos()));
        if (write.sentSince() >= 0) {
            request.setSentSinceSeqno(write.sentSince());
        }
        return request.build();
    }

    private void settle(Pending pending, SubmitWorldOpResponse response) {
        if (response.hasErrorDetail()) {
            settle(pending, null, ErrorCodec.exception(response.getErrorDetail()));
        } else if (response.hasResult()) {
            settle(pending, WorldCodec.result(response.getResult()), null);
        } else {
            // It did not fit into the message.
            settle(pending, null, null);
        }
    }

    private void settle(Pending pending, @Nullable WorldResult result, @Nullable Throwable failure) {
        Throwable cause = Failures.cause(failure);
        if (pending.answer().isDone()) {
            LOG.trace("Operation {} has its answer already", pending.operationId());
        } else if (result != null) {
            measured(pending, Outcome.COMMITTED);
            pending.answer().complete(result);
        } else if (cause instanceof WorldException && !(cause instanceof QueueFullException)) {
            measured(pending, Outcome.REFUSED);
            pending.answer().completeExceptionally(cause);
        } else if (!again(pending)) {
            measured(pending, Outcome.UNKNOWN);
            pending.answer()
                    .completeExceptionally(
                            pending.isSent()
                                    ? WorldUnavailableException.outcomeUnknown(pending.operationId(), reason(), failure)
                                    : notSent(pending));
        }
    }

    private void measured(Pending pending, Outcome outcome) {
        if (!pending.write().isSync()) {
            monitor.submitted(clock.nanoTime() - pending.began(), outcome);
        }
    }

    private synchronized WorldUnavailableException notSent(Pending pending) {
        String why = closed
                ? "this participant of group " + group + " has left; submit on another one"
                : "the world of group " + group + " was not read from the store in time, which comes first; try again";
        return new WorldUnavailableException(
                pending.operationId(),
                "Operation '" + pending.operationId() + "' was not sent to any leader, and did not happen: " + why,
                null);
    }

    private synchronized String reason() {
        return closed
                ? "this participant of group " + group + " has left; submit on another one"
                : "no leader of group " + group + " answered in time";
    }

    /** Tries once more in a moment; says whether there is time for it. */
    private boolean again(Pending pending) {
        synchronized (this) {
            if (closed || pending.deadline().isOver()) {
                return false;
            }
            resting.add(pending);
        }
        try {
            var unused = timer.schedule(() -> rested(pending), RETRY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (RejectedExecutionException e) {
            return false;
        }
    }

    private void rested(Pending pending) {
        synchronized (this) {
            resting.remove(pending);
            waiting.add(pending);
        }
        pump();
    }

    /** What they ask for is asked for again, of whoever leads then. */
    private void cancelCalls() {
        calls.forEach(call -> call.cancel(null));
    }

    @Override
    public void close() {
        List<Pending> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(waiting);
            left.addAll(resting);
            waiting.clear();
            resting.clear();
        }
        leaderChanges.close();
        timer.shutdownNow();
        cancelCalls();
        left.forEach(pending -> settle(pending, null, null));
    }
}
