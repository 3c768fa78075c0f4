package dev.coord.mesh;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/** Gives unary calls a deadline if they have none: no call waits for ever. Streams may stay open. It counts all of them. */
final class DefaultDeadline implements ClientInterceptor {
    private final Duration timeout;
    private final LongAdder calls = new LongAdder();

    DefaultDeadline(Duration timeout) {
        this.timeout = timeout;
    }

    long calls() {
        return calls.sum();
    }

    @Override
    public <Q, A> ClientCall<Q, A> interceptCall(MethodDescriptor<Q, A> method, CallOptions options, Channel next) {
        calls.increment();
        boolean wanted = method.getType() == MethodDescriptor.MethodType.UNARY && options.getDeadline() == null;
        return next.newCall(
                method, wanted ? options.withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS) : options);
    }
}
