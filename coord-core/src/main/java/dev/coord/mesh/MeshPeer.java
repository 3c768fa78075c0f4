package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.PeerUnreachableException;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.time.Deadline;
import dev.coord.transport.AbsentParticipant;
import dev.coord.transport.Address;
import io.grpc.Channel;
import io.grpc.ClientInterceptor;
import io.grpc.ClientInterceptors;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One other participant, and the one connection to it that all calls share. Safe for use by many threads. */
public final class MeshPeer {
    private final ParticipantId participant;
    private final Address address;
    private final Supplier<Optional<String>> problem;
    private final ManagedChannel channel;
    private final Channel intercepted;

    /**
     * @param problem why the last attempt to connect to it failed, as far as is known
     * @param interceptors of the application, which do not see the mesh's own calls
     */
    MeshPeer(
            MeshTarget.Endpoint endpoint,
            ManagedChannel channel,
            Supplier<Optional<String>> problem,
            List<ClientInterceptor> interceptors) {
        this.problem = problem;
        this.participant = endpoint.participant();
        this.address = endpoint.address();
        this.channel = channel;
        this.intercepted = ClientInterceptors.intercept(channel, interceptors);
    }

    /** Who it is. */
    public ParticipantId participant() {
        return participant;
    }

    /** Where it listens. */
    public Address address() {
        return address;
    }

    /** For the stubs of any service that it serves; unary calls without a deadline get the mesh's. */
    public Channel channel() {
        return intercepted;
    }

    /** For the mesh's own calls. */
    Channel ownChannel() {
        return channel;
    }

    /**
     * Asks it who it is.
     *
     * @throws PeerUnreachableException if it is no longer there, or gave no answer in time
     */
    public ParticipantInfo info() {
        try {
            return MeshMessages.fromMessage(ParticipantServiceGrpc.newBlockingStub(channel)
                    .getParticipantInfo(GetParticipantInfoRequest.getDefaultInstance()));
        } catch (StatusRuntimeException e) {
            throw new PeerUnreachableException(
                    participant,
                    AbsentParticipant.of(e).isPresent()
                            ? "it is not, or no longer, at " + address
                            : "it gave no answer at " + address + ": " + e.getStatus(),
                    e);
        }
    }

    /** Dials, if it is not connected. */
    void awaitConnected(Duration timeout) throws InterruptedException {
        Deadline deadline = Deadline.in(timeout);
        ConnectivityState state = channel.getState(true);
        while (state != ConnectivityState.READY) {
            if (state == ConnectivityState.SHUTDOWN
                    || state == ConnectivityState.TRANSIENT_FAILURE
                    || deadline.isOver()) {
                throw new PeerUnreachableException(participant, reason(state, timeout), null);
            }
            var changed = new CountDownLatch(1);
            channel.notifyWhenStateChanged(state, changed::countDown);
            if (!changed.await(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
                continue;
            }
            state = channel.getState(true);
        }
    }

    /** An attempt to connect that has failed is repeated now, however often it has failed. */
    void dialAnew() {
        channel.resetConnectBackoff();
    }

    private String reason(ConnectivityState state, Duration timeout) {
        return switch (state) {
            case CONNECTING, IDLE, READY -> "it did not answer at " + address + " within " + timeout.toMillis() + " ms";
            case SHUTDOWN ->
                "the connection to " + address + " was closed: it is no longer a participant, or this one leaves";
            case TRANSIENT_FAILURE ->
                problem.get()
                        .map(why -> "no connection to " + address + ": " + why)
                        .orElse("nobody listens at " + address);
        };
    }

    boolean isClosed() {
        return channel.isShutdown();
    }

    void close() {
        channel.shutdownNow();
    }

    /** Waits until it is closed; says whether it is. */
    boolean awaitEnd(long time, TimeUnit unit) throws InterruptedException {
        return channel.awaitTermination(time, unit);
    }

    @Override
    public String toString() {
        return participant + " at " + address;
    }
}
