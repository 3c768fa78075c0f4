package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.proto.WatchParticipantInfoRequest;
import dev.coord.time.NanoClock;
import dev.coord.transport.AbsentParticipant;
import dev.coord.transport.Address;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open stream from another participant. The kernel ends it the moment that process dies; when no heartbeat comes through it,
 * the process is frozen.
 */
final class PeerWatch
        implements ClientResponseObserver<WatchParticipantInfoRequest, GetParticipantInfoResponse>, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerWatch.class);

    private final ParticipantId participant;
    private final Address address;
    private final NanoClock clock;
    private final Runnable ended;
    private volatile @Nullable ClientCallStreamObserver<WatchParticipantInfoRequest> call;
    private volatile long heardAt;
    private volatile boolean heard;
    private volatile boolean closed;
    private volatile boolean over;
    private volatile boolean broken;

    private PeerWatch(MeshPeer peer, NanoClock clock, Runnable ended) {
        this.participant = peer.participant();
        this.address = peer.address();
        this.clock = clock;
        this.ended = ended;
        this.heardAt = clock.nanoTime();
    }

    /** @param ended told on the event loop when the stream ended and nobody here closed it */
    static PeerWatch open(MeshPeer peer, NanoClock clock, Runnable ended) {
        var watch = new PeerWatch(peer, clock, ended);
        ParticipantServiceGrpc.newStub(peer.ownChannel())
                .withExecutor(Runnable::run)
                .watchParticipantInfo(WatchParticipantInfoRequest.getDefaultInstance(), watch);
        return watch;
    }

    ParticipantId participant() {
        return participant;
    }

    /** Where it was when this began. */
    Address address() {
        return address;
    }

    /** Whether the stream has ended. */
    boolean isOver() {
        return over;
    }

    /** Whether it is open and something was heard. */
    boolean isHeard() {
        return heard && !over;
    }

    /** Whether something was heard, also if it has ended. */
    boolean wasHeard() {
        return heard;
    }

    /** Whether something was heard, and then the connection ended as the kernel of the other side ends that of a dead process. */
    boolean isBroken() {
        return broken;
    }

    /** How long nothing was heard. */
    Duration silence() {
        return clock.since(heardAt);
    }

    /** Counts the silence from now on: what was said before may not have been heard here. */
    void listenAnew() {
        heardAt = clock.nanoTime();
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<WatchParticipantInfoRequest> started) {
        call = started;
    }

    @Override
    public void onNext(GetParticipantInfoResponse info) {
        heardAt = clock.nanoTime();
        heard = true;
    }

    @Override
    public void onError(Throwable failure) {
        LOG.debug("The stream from {} ended: {}, {}", participant, failure, String.valueOf(failure.getCause()));
        broken = heard && !closed && !isFarewell(failure) && !mayBeTheNetwork(failure);
        end();
    }

    @Override
    public void onCompleted() {
        end();
    }

    /** A server that ends says so, to each stream or in its last frame (GOAWAY); a kernel that cleans up after a process does not. */
    private static boolean isFarewell(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        return AbsentParticipant.of(failure).isPresent() || text.contains("GOAWAY");
    }

    /**
     * A dead process's kernel ends its connections in order. A reset may be a firewall's, which answers in the name of a process that
     * lives and cannot be reached any more; so may be what looks as if the other side broke TLS; and silence is nobody's.
     */
    private boolean mayBeTheNetwork(Throwable failure) {
        if (address.path().isPresent()) {
            return false;
        }
        boolean inOrder = true;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            inOrder &= !(cause instanceof IOException);
        }
        return !inOrder || String.valueOf(failure.getMessage()).contains("Keepalive");
    }

    private void end() {
        over = true;
        if (!closed) {
            ended.run();
        }
    }

    @Override
    public void close() {
        closed = true;
        var open = call;
        if (open != null) {
            open.cancel("no longer watched", null);
        }
    }
}
