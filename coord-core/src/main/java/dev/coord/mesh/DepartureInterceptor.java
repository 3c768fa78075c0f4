package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.transport.AbsentParticipant;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Ends calls, and refuses further ones, once the participant has left. Its socket may stay, because the process does; callers then
 * learn what they would learn of a socket that is gone. Counts the others.
 */
final class DepartureInterceptor implements ServerInterceptor {
    private final ParticipantId participant;
    private final Set<OpenCall<?, ?>> open = ConcurrentHashMap.newKeySet();
    private final LongAdder calls = new LongAdder();
    private volatile boolean left;

    DepartureInterceptor(ParticipantId participant) {
        this.participant = participant;
    }

    void leave() {
        left = true;
        open.forEach(this::refuse);
    }

    long calls() {
        return calls.sum();
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (left) {
            refuse(call);
            return new ServerCall.Listener<Q>() {};
        }
        calls.increment();
        var kept = new OpenCall<>(call);
        open.add(kept);
        if (left) {
            // Perhaps after the others were ended.
            refuse(kept);
        }
        return new SimpleForwardingServerCallListener<Q>(started(kept, headers, next)) {
            @Override
            public void onComplete() {
                open.remove(kept);
                super.onComplete();
            }

            @Override
            public void onCancel() {
                open.remove(kept);
                super.onCancel();
            }
        };
    }

    private <Q, A> ServerCall.Listener<Q> started(OpenCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        boolean started = false;
        try {
            ServerCall.Listener<Q> listener = next.startCall(call, headers);
            started = true;
            return listener;
        } finally {
            if (!started) {
                // An interceptor of the application's threw: gRPC ends the call, and tells nobody.
                open.remove(call);
            }
        }
    }

    private void refuse(ServerCall<?, ?> call) {
        StatusRuntimeException refusal = AbsentParticipant.refusal(participant);
        Metadata trailers = refusal.getTrailers();
        call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
    }

    /** A call that can be ended under its handler, which may go on talking for a while. */
    private static final class OpenCall<Q, A> extends SimpleForwardingServerCall<Q, A> {
        private boolean ended;

        OpenCall(ServerCall<Q, A> call) {
            super(call);
        }

        @Override
        public synchronized void sendHeaders(Metadata headers) {
            if (!ended) {
                super.sendHeaders(headers);
            }
        }

        @Override
        public synchronized void sendMessage(A message) {
            if (!ended) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            if (end()) {
                // Without the lock: others are told of it on this thread.
                super.close(status, trailers);
            }
        }

        /** Whether this is the first time. */
        private synchronized boolean end() {
            boolean first = !ended;
            ended = true;
            return first;
        }
    }
}
