package dev.coord.mesh;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;

/**
 * Refuses calls once the participant has left. Its socket may stay, because the process does; callers then learn what they would
 * learn of a socket that is gone.
 */
final class Departure implements ServerInterceptor {
    private volatile boolean left;

    void leave() {
        left = true;
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (left) {
            call.close(Status.UNAVAILABLE.withDescription("the participant has left"), new Metadata());
            return new ServerCall.Listener<>() {};
        }
        return next.startCall(call, headers);
    }
}
