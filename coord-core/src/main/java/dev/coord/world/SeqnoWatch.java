package dev.coord.world;

import dev.coord.mesh.MeshDirectory;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.WatchWorldSeqnoRequest;
import dev.coord.proto.WatchWorldSeqnoResponse;
import dev.coord.work.SharedTimer;
import dev.coord.work.Workers;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the leader's sequence number, and the next leader's when that one ends: each number is told once, and they only grow,
 * except after the world {@linkplain #wentBack went back}.
 */
final class SeqnoWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SeqnoWatch.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final CoordinatorServiceGrpc.CoordinatorServiceStub leader;
    private final SharedTimer timer;
    private final Runnable watching;
    private final BooleanSupplier wanted;
    private final LongConsumer told;
    private final LeaderChanges leaderChanges;
    private Context.CancellableContext watch = Context.ROOT.withCancellation();
    private long last;
    private boolean closed;

    /**
     * @param wanted whether to watch at the moment; a leader need not watch itself
     * @param told told each number, on a thread of gRPC's
     */
    SeqnoWatch(
            Channel leader,
            MeshDirectory directory,
            SharedTimer timer,
            Workers workers,
            BooleanSupplier wanted,
            LongConsumer told) {
        this.leader = CoordinatorServiceGrpc.newStub(leader).withWaitForReady().withExecutor(Runnable::run);
        this.timer = timer;
        this.watching = workers.task("the watch of the leader's sequence number", this::watch);
        this.wanted = wanted;
        this.told = told;
        this.leaderChanges = new LeaderChanges(directory, this::cancel);
    }

    /** Begins, on the timer's thread. */
    void start() {
        timer.execute(watching);
    }

    void watch() {
        if (!wanted.getAsBoolean()) {
            again();
            return;
        }
        Context.CancellableContext context = Context.ROOT.withCancellation();
        synchronized (this) {
            if (closed) {
                return;
            }
            watch = context;
        }
        WatchWorldSeqnoRequest request =
                WatchWorldSeqnoRequest.newBuilder().setLastSeenSeqno(last()).build();
        context.run(() -> leader.watchWorldSeqno(request, new StreamObserver<>() {
            @Override
            public void onNext(WatchWorldSeqnoResponse news) {
                advance(news.getSeqno());
            }

            @Override
            public void onError(Throwable failure) {
                LOG.debug("The watch of the leader's sequence number ended, watching again: {}", failure.toString());
                again();
            }

            @Override
            public void onCompleted() {
                again();
            }
        }));
    }

    private void cancel() {
        Context.CancellableContext current;
        synchronized (this) {
            current = watch;
        }
        current.cancel(null);
    }

    /** The last number that a leader told; 0 before the first. */
    synchronized long last() {
        return last;
    }

    /** The world is at {@code seqno}, an older one having been put in its place: larger numbers are no longer known. */
    void wentBack(long seqno) {
        synchronized (this) {
            if (seqno >= last) {
                return;
            }
            last = seqno;
        }
        // The leader was asked for what comes after a number that is not there any more.
        cancel();
    }

    private void advance(long seqno) {
        synchronized (this) {
            if (seqno <= last) {
                return;
            }
            last = seqno;
        }
        told.accept(seqno);
    }

    private void again() {
        try {
            var unused = timer.schedule(watching, RETRY);
        } catch (RejectedExecutionException e) {
            LOG.trace("This participant leaves", e);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        leaderChanges.close();
        cancel();
    }
}
