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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches the leader's sequence number, and the next leader's when that one ends. The numbers of one leader only grow; the first
 * one that is heard of a leader stands for all that were heard before, of which it may not know some: they are lost with an older
 * database that was put in place of a newer one.
 */
final class SeqnoWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SeqnoWatch.class);
    private static final Duration RETRY = Duration.ofMillis(100);

    private final CoordinatorServiceGrpc.CoordinatorServiceStub leader;
    private final SharedTimer timer;
    private final Runnable watching;
    private final BooleanSupplier wanted;
    private final News told;
    private final LeaderChanges leaderChanges;
    private Context.CancellableContext watch = Context.ROOT.withCancellation();
    private long last;
    private boolean closed;

    /** Hears of the leader's number. */
    @FunctionalInterface
    interface News {
        /**
         * The leader's number is {@code seqno}.
         *
         * @param first whether it is the first one of this leader, or since the world went back
         */
        void told(long seqno, boolean first);
    }

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
            News told) {
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
        // From the beginning: the first answer is where this leader is, also if another one was further.
        var request = WatchWorldSeqnoRequest.getDefaultInstance();
        context.run(() -> leader.watchWorldSeqno(request, new StreamObserver<>() {
            private boolean first = true;

            @Override
            public void onNext(WatchWorldSeqnoResponse news) {
                advance(context, news.getSeqno(), first);
                first = false;
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
        Context.CancellableContext old;
        synchronized (this) {
            last = Math.min(last, seqno);
            old = watch;
            // What is on its way through the old one is of before.
            watch = Context.ROOT.withCancellation();
        }
        old.cancel(null);
    }

    @SuppressWarnings("ReferenceEquality") // The same watch.
    private void advance(Context.CancellableContext by, long seqno, boolean first) {
        synchronized (this) {
            if (closed || by != watch || seqno == last || (seqno < last && !first)) {
                return;
            }
            last = seqno;
        }
        told.told(seqno, first);
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
