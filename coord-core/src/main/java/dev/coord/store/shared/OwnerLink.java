package dev.coord.store.shared;

import dev.coord.IncompatibleVersionException;
import dev.coord.StoreException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.proto.StoreServiceGrpc;
import dev.coord.proto.WatchEvent;
import dev.coord.proto.WatchRequest;
import dev.coord.store.CommitSignal;
import dev.coord.store.ProtocolVersion;
import dev.coord.time.NanoClock;
import dev.coord.transport.Address;
import dev.coord.transport.Transport;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connection to an owner in another process: its signs of life, its commit signal, and the operations sent to it. */
final class OwnerLink implements Route, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerLink.class);
    private final long epoch;
    private final Endpoint endpoint;
    private final NanoClock clock;
    private final Runnable changed;
    private final long openingSince;
    private final ManagedChannel channel;
    private final StoreServiceGrpc.StoreServiceBlockingStub calls;
    private volatile long lastHeard;
    private volatile boolean ready;
    private volatile boolean ended;
    private volatile @Nullable IncompatibleVersionException refusal;

    private OwnerLink(
            long epoch, Endpoint endpoint, Transport transport, NanoClock clock, long openingSince, Runnable changed) {
        this.epoch = epoch;
        this.endpoint = endpoint;
        this.clock = clock;
        this.changed = changed;
        this.openingSince = openingSince;
        this.channel = transport.process(Address.unix(endpoint.socket()));
        this.calls = StoreServiceGrpc.newBlockingStub(channel);
    }

    /**
     * Dials the owner of {@code epoch}, without waiting for it.
     *
     * @param process names this process in the owner's log
     * @param openingSince since when an owner of this epoch has been opening the database: for some time that counts as life
     * @param committed told what the owner says that changed
     * @param changed told when {@link #isReady} or {@link #isEnded} changed; it runs on the event loop
     */
    static OwnerLink dial(
            long epoch,
            Endpoint endpoint,
            Transport transport,
            String process,
            NanoClock clock,
            long openingSince,
            Consumer<Set<CommitSignal.Topic>> committed,
            Runnable changed) {
        var link = new OwnerLink(epoch, endpoint, transport, clock, openingSince, changed);
        StoreServiceGrpc.newStub(link.channel)
                .watch(WatchRequest.newBuilder().setProcess(process).build(), link.new Events(committed));
        return link;
    }

    private final class Events implements StreamObserver<WatchEvent> {
        private final Consumer<Set<CommitSignal.Topic>> committed;

        Events(Consumer<Set<CommitSignal.Topic>> committed) {
            this.committed = committed;
        }

        @Override
        public void onNext(WatchEvent event) {
            if (event.getEpoch() != epoch) {
                LOG.debug("The process at {} speaks for epoch {}, not {}", endpoint.socket(), event.getEpoch(), epoch);
                end();
                return;
            }
            if (lastHeard == 0) {
                String who =
                        "Process " + endpoint.pid() + ", which has the database open, at " + endpoint.socket() + ",";
                refusal = ProtocolVersion.refusal(who, event.getProtocol())
                        .map(IncompatibleVersionException::new)
                        .orElse(null);
            }
            long now = clock.nanoTime();
            if (event.getReady() || now - openingSince < OwnerMonitor.LONGEST_OPENING.toNanos()) {
                lastHeard = now;
            }
            if ((event.getReady() || refusal != null) && !ready) {
                ready = true;
                changed.run();
            }
            committed.accept(Topics.fromProto(event.getChangedList()));
        }

        @Override
        public void onError(Throwable failure) {
            LOG.debug("The link to the owner of epoch {} ended: {}", epoch, failure.toString());
            end();
        }

        @Override
        public void onCompleted() {
            end();
        }
    }

    private void end() {
        ended = true;
        changed.run();
    }

    long epoch() {
        return epoch;
    }

    Endpoint endpoint() {
        return endpoint;
    }

    /** When the owner last gave a sign of life; 0 if it never did. */
    long lastHeard() {
        return lastHeard;
    }

    /** Whether the owner takes operations of this process. */
    boolean isReady() {
        return ready && !ended && refusal == null;
    }

    /** Why this process must not ask this owner for anything, and not replace it either; null if it may. */
    @Nullable
    IncompatibleVersionException refusal() {
        return ended ? null : refusal;
    }

    /** Whether the owner is gone, or is no longer the owner. */
    boolean isEnded() {
        return ended;
    }

    @Override
    public StoreResponse execute(StoreRequest request, long timeoutNanos)
            throws NotOwnerException, TimeoutException, InterruptedException {
        try {
            return calls.withDeadlineAfter(timeoutNanos, TimeUnit.NANOSECONDS).execute(request);
        } catch (StatusRuntimeException e) {
            if (Thread.interrupted()) {
                throw new InterruptedException("Interrupted while waiting for the owner");
            }
            switch (e.getStatus().getCode()) {
                case DEADLINE_EXCEEDED -> throw timeout(e);
                case RESOURCE_EXHAUSTED, UNIMPLEMENTED, INVALID_ARGUMENT ->
                    throw new StoreException(
                            "The owner of epoch " + epoch + " refused the operation: " + e.getStatus(), e);
                // The death of a process shows as one of several codes, and so does the end of an owner.
                default -> throw new NotOwnerException(e.getStatus().toString(), e);
            }
        }
    }

    private static TimeoutException timeout(StatusRuntimeException e) {
        var timeout = new TimeoutException(e.getStatus().toString());
        timeout.initCause(e);
        return timeout;
    }

    @Override
    public void close() {
        ended = true;
        channel.shutdownNow();
    }
}
