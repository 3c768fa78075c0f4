package dev.coord.world;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.mesh.NotLeaderStatus;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.proto.WatchWorldSeqnoRequest;
import dev.coord.proto.WatchWorldSeqnoResponse;
import dev.coord.time.Deadline;
import dev.coord.transport.Subscribers;
import dev.coord.work.SharedTimer;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the leader's engine to the other participants; where there is none it refuses, and names the leader. Its handlers do not
 * block.
 */
final class CoordinatorServer extends CoordinatorServiceGrpc.CoordinatorServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorServer.class);

    /** What one request may bring, and its answer have: both fit into a message. */
    private static final int MAX_MORE = 1000;

    private static final int MAX_BYTES = 2 * 1024 * 1024;
    /** How long an answer waits for those that were submitted with it. */
    private static final Duration OTHERS = Duration.ofMillis(10);

    private final String group;
    private final Supplier<Optional<WorldEngine>> engine;
    private final Supplier<Optional<LeaderInfo>> leader;
    /** The state of a watcher is the number that it was told last. */
    private final Subscribers<AtomicLong, WatchWorldSeqnoResponse> watchers;

    private final CallOrder calls = new CallOrder();

    private final SharedTimer timer;

    CoordinatorServer(
            String group,
            Supplier<Optional<WorldEngine>> engine,
            Supplier<Optional<LeaderInfo>> leader,
            SharedTimer timer) {
        this.timer = timer;
        this.group = group;
        this.engine = engine;
        this.leader = leader;
        this.watchers = new Subscribers<>(this::news, gone -> {});
    }

    private Optional<WatchWorldSeqnoResponse> news(AtomicLong told) {
        long seqno = engine.get().map(WorldEngine::seqno).orElse(0L);
        if (seqno <= told.get()) {
            return Optional.empty();
        }
        told.set(seqno);
        return Optional.of(WatchWorldSeqnoResponse.newBuilder().setSeqno(seqno).build());
    }

    /** The world went on. */
    void advanced() {
        watchers.update(told -> {});
    }

    /** This participant no longer leads: its watchers have to ask another one. */
    void leadingEnded() {
        watchers.end(NotLeaderStatus.refusal(group, leader.get()));
    }

    @Override
    public void watchWorldSeqno(WatchWorldSeqnoRequest request, StreamObserver<WatchWorldSeqnoResponse> answers) {
        if (engine.get().isEmpty()) {
            answers.onError(NotLeaderStatus.refusal(group, leader.get()));
            return;
        }
        watchers.add(new AtomicLong(request.getLastSeenSeqno()), (ServerCallStreamObserver<WatchWorldSeqnoResponse>)
                answers);
        if (engine.get().isEmpty()) {
            leadingEnded();
        }
    }

    @Override
    public void submitWorldOp(SubmitWorldOpRequest request, StreamObserver<SubmitWorldOpResponse> answer) {
        Optional<WorldEngine> leading = engine.get();
        if (leading.isEmpty()) {
            answer.onError(NotLeaderStatus.refusal(group, leader.get()));
            return;
        }
        if (request.getMoreCount() > MAX_MORE) {
            answer.onNext(refused(new InvalidOperationException(
                    "more", "A request has at most " + MAX_MORE + " more submissions, not " + request.getMoreCount())));
            answer.onCompleted();
            return;
        }
        // All are read before the first is submitted: the engine, woken by that one, finds the others and commits them
        // with it.
        List<Supplier<CompletableFuture<WorldResult>>> ready = new ArrayList<>();
        ready.add(ready(leading.get(), request));
        request.getMoreList().forEach(more -> ready.add(ready(leading.get(), more)));
        List<CompletableFuture<WorldResult>> submitted = new ArrayList<>();
        if (!take(request, () -> ready.forEach(one -> submitted.add(one.get())), answer)) {
            return;
        }
        List<CompletableFuture<SubmitWorldOpResponse>> all =
                submitted.stream().map(CoordinatorServer::response).toList();
        var answered = new AtomicBoolean();
        Runnable send = () -> {
            if (!answered.getAndSet(true)) {
                answer(answer, all);
            }
        };
        var unused = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new))
                .whenComplete((done, failure) -> send.run());
        if (all.size() > 1) {
            // Those that have their answers do not wait for the others, which are asked for again.
            var unusedToo = CompletableFuture.anyOf(all.toArray(CompletableFuture[]::new))
                    .whenComplete((done, failure) -> later(send));
        }
    }

    private void later(Runnable send) {
        try {
            var unused = timer.schedule(send, OTHERS);
        } catch (RejectedExecutionException e) {
            LOG.trace("Group {}: this participant leaves", group, e);
            send.run();
        }
    }

    /** Submits, unless the call was delayed until it is of no use any more; then it is answered that nothing was done. */
    private boolean take(SubmitWorldOpRequest request, Runnable submit, StreamObserver<SubmitWorldOpResponse> answer) {
        if (request.getCall() == 0) {
            submit.run();
            return true;
        }
        Optional<LeaderInfo> leading = leader.get();
        if (leading.filter(known -> known.term().value() == request.getTerm()).isEmpty()) {
            answer.onError(NotLeaderStatus.refusal(group, leading));
            return false;
        }
        boolean taken = calls.take(request.getSender(), request.getCall(), submit);
        if (!taken) {
            answer.onError(Status.ABORTED
                    .withDescription("a later call of " + WorldKeys.shortened(request.getSender())
                            + " was here before: nothing was done")
                    .asRuntimeException());
        }
        return taken;
    }

    private void answer(
            StreamObserver<SubmitWorldOpResponse> answer, List<CompletableFuture<SubmitWorldOpResponse>> all) {
        for (CompletableFuture<SubmitWorldOpResponse> one : all) {
            if (one.isCompletedExceptionally()) {
                Throwable failure = one.handle((response, why) -> why).join();
                LOG.debug("Group {}: a submission gets no answer", group, failure);
                // Some may have happened. Whoever asks again learns of them by their ids.
                answer.onError(
                        engine.get().isEmpty()
                                ? NotLeaderStatus.refusal(group, leader.get())
                                : Status.UNAVAILABLE
                                        .withDescription(String.valueOf(failure.getMessage()))
                                        .asRuntimeException());
                return;
            }
        }
        SubmitWorldOpResponse.Builder response = now(all.get(0)).toBuilder();
        long bytes = response.build().getSerializedSize();
        for (CompletableFuture<SubmitWorldOpResponse> one : all.subList(1, all.size())) {
            SubmitWorldOpResponse more = now(one);
            bytes += more.getSerializedSize();
            // An empty one says: ask again, it does not fit into this message.
            response.addMore(bytes > MAX_BYTES ? SubmitWorldOpResponse.getDefaultInstance() : more);
        }
        answer.onNext(response.build());
        answer.onCompleted();
    }

    /** An empty one, which says to ask again, if there is none yet. */
    private static SubmitWorldOpResponse now(CompletableFuture<SubmitWorldOpResponse> response) {
        return response.getNow(SubmitWorldOpResponse.getDefaultInstance());
    }

    /** What submits {@code request}. */
    private static Supplier<CompletableFuture<WorldResult>> ready(WorldEngine engine, SubmitWorldOpRequest request) {
        try {
            WorldWrite write = write(request);
            ParticipantId sender = sender(request.getSender());
            return () -> submit(engine, write, request.getOpId(), sender);
        } catch (WorldException e) {
            return () -> CompletableFuture.failedFuture(e);
        }
    }

    private static WorldWrite write(SubmitWorldOpRequest request) {
        WorldWrite write = WorldWrite.decoded(request.getOpData());
        if (request.getTimeoutNanos() > 0) {
            write = write.within(Deadline.in(Duration.ofNanos(request.getTimeoutNanos())));
        }
        return request.hasSentSinceSeqno() ? write.sentSince(request.getSentSinceSeqno()) : write;
    }

    /** An engine of the application's may throw a refusal. */
    private static CompletableFuture<WorldResult> submit(
            WorldEngine engine, WorldWrite write, String operationId, ParticipantId sender) {
        try {
            return engine.submit(write, operationId, sender);
        } catch (WorldException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Fails only if the outcome is not known. */
    private static CompletableFuture<SubmitWorldOpResponse> response(CompletableFuture<WorldResult> result) {
        return result.handle((committed, failure) -> {
            if (failure == null) {
                return SubmitWorldOpResponse.newBuilder()
                        .setSeqno(committed.seqno())
                        .setResult(WorldCodec.message(committed))
                        .build();
            }
            Throwable cause = Failures.cause(failure);
            if (cause instanceof QueueFullException) {
                // Ask again.
                return SubmitWorldOpResponse.getDefaultInstance();
            }
            if (cause instanceof WorldException refused) {
                return refused(refused);
            }
            throw new CompletionException(cause);
        });
    }

    private static SubmitWorldOpResponse refused(WorldException refusal) {
        return SubmitWorldOpResponse.newBuilder()
                .setError(String.valueOf(refusal.getMessage()))
                .setErrorDetail(ErrorCodec.message(refusal))
                .build();
    }

    private static ParticipantId sender(String value) {
        try {
            return new ParticipantId(value);
        } catch (IllegalArgumentException e) {
            throw new InvalidOperationException(WorldKeys.shortened(value), String.valueOf(e.getMessage()));
        }
    }
}
