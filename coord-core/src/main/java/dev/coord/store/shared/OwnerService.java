package dev.coord.store.shared;

import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.proto.StoreServiceGrpc;
import dev.coord.proto.WatchEvent;
import dev.coord.proto.WatchRequest;
import dev.coord.store.CommitSignal;
import dev.coord.store.ProtocolVersion;
import dev.coord.transport.Subscribers;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the owner of this process, if it is the owner, to the other processes. */
final class OwnerService extends StoreServiceGrpc.StoreServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerService.class);
    private static final Set<CommitSignal.Topic> NOTHING = EnumSet.noneOf(CommitSignal.Topic.class);

    /** The state of a watching process is what changed since it was last told. */
    private final Subscribers<Set<CommitSignal.Topic>, WatchEvent> watchers;

    private final LargeCalls reads = new LargeCalls();
    private final EpochFile epochs;
    private volatile long epoch;
    private volatile @Nullable Owner owner;

    /** @param processLost told when the stream of a watching process ended: it may be dead */
    OwnerService(EpochFile epochs, Runnable processLost) {
        this.epochs = epochs;
        this.watchers = new Subscribers<>(this::event, pending -> processLost.run());
    }

    /** This process opens the database of {@code epoch}; watchers may come. */
    void opening(long opened) {
        epoch = opened;
    }

    /** {@code serving} is open. */
    void serving(Owner serving) {
        owner = serving;
        heartbeat();
    }

    /** This process is no longer the owner; the watchers learn it. */
    void ended() {
        owner = null;
        epoch = 0;
        watchers.end(notOwner("this process is no longer the owner"));
    }

    /** A sign of life for all: that this process runs, and, once the database is open, that operations do. */
    void heartbeat() {
        Owner serving = owner;
        long opened = epoch;
        if (serving != null) {
            serving.giveSign(() -> {
                sign(serving.epoch(), true);
                push(NOTHING);
            });
        } else if (opened != 0) {
            sign(opened, false);
            push(NOTHING);
        }
    }

    /** For those, too, who cannot be told: that they do not hear of this process says nothing of it. */
    private void sign(long signing, boolean ready) {
        if (epochs.isStill(signing)) {
            epochs.giveSign(signing, ready);
        }
    }

    /** Tells all watchers what changed. */
    void push(Set<CommitSignal.Topic> changed) {
        watchers.update(pending -> pending.addAll(changed));
    }

    @Override
    public void execute(StoreRequest request, StreamObserver<StoreResponse> answer) {
        Owner serving = owner;
        if (serving == null) {
            answer.onError(notOwner("this process is not the owner"));
            return;
        }
        var call = (ServerCallStreamObserver<StoreResponse>) answer;
        if (StoreCalls.urgency(request) == StoreCalls.Urgency.OTHER) {
            reads.begin(call, () -> submit(serving, request, call));
        } else {
            var submitted = submit(serving, request, call);
            call.setOnCancelHandler(() -> submitted.cancel(false));
        }
    }

    private static CompletableFuture<StoreResponse> submit(
            Owner serving, StoreRequest request, ServerCallStreamObserver<StoreResponse> call) {
        CompletableFuture<StoreResponse> submitted = serving.submit(request);
        var unused = submitted.whenComplete((response, failure) -> {
            if (submitted.isCancelled()) {
                return;
            }
            if (failure != null) {
                call.onError(notOwner(failure.toString()));
            } else {
                call.onNext(response);
                call.onCompleted();
            }
        });
        return submitted;
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchEvent> events) {
        if (epoch == 0) {
            events.onError(notOwner("this process is not the owner"));
            return;
        }
        LOG.debug("{} watches", request.getProcess());
        watchers.add(EnumSet.noneOf(CommitSignal.Topic.class), (ServerCallStreamObserver<WatchEvent>) events);
        if (epoch == 0) {
            // It ended meanwhile, perhaps before this stream was on the list.
            watchers.end(notOwner("this process is no longer the owner"));
        }
    }

    private static StatusRuntimeException notOwner(String why) {
        return Status.UNAVAILABLE.withDescription(why).asRuntimeException();
    }

    private Optional<WatchEvent> event(Set<CommitSignal.Topic> pending) {
        var event =
                WatchEvent.newBuilder().setEpoch(epoch).setReady(owner != null).setProtocol(ProtocolVersion.current());
        pending.forEach(topic -> event.addChanged(Topics.toProto(topic)));
        pending.clear();
        return Optional.of(event.build());
    }
}
