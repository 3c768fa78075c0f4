package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The typed refusal of a process that the participant which a caller asks for is not in, or no longer: a status that callers know
 * from sockets that are gone, and a trailer.
 */
public final class AbsentParticipant {
    /** The trailer that names the participant; empty if the caller named none. */
    static final Metadata.Key<String> TRAILER =
            Metadata.Key.of("coord-absent-participant", Metadata.ASCII_STRING_MARSHALLER);

    private AbsentParticipant() {}

    /** What is answered when {@code participant} is not here. */
    public static StatusRuntimeException refusal(ParticipantId participant) {
        return refusal(participant.value());
    }

    /** The participant that was asked for where {@code failure} says that it is not there; empty for all other failures. */
    public static Optional<String> of(Throwable failure) {
        return Optional.ofNullable(Status.trailersFromThrowable(failure)).map(trailers -> trailers.get(TRAILER));
    }

    private static StatusRuntimeException refusal(String participant) {
        var trailers = new Metadata();
        trailers.put(TRAILER, participant);
        String who = participant.isEmpty() ? "no participant is" : "participant " + participant + " is not";
        return Status.UNAVAILABLE
                .withDescription(who + " in process " + ProcessHandle.current().pid() + ": it left, or never was there")
                .asRuntimeException(trailers);
    }

    /** Refuses calls of {@code method}, whatever it is. */
    static ServerMethodDefinition<?, ?> method(String method, @Nullable String authority) {
        String participant = ParticipantAddress.isAuthority(authority) ? ParticipantAddress.participant(authority) : "";
        MethodDescriptor<InputStream, InputStream> any = MethodDescriptor.<InputStream, InputStream>newBuilder()
                .setType(MethodDescriptor.MethodType.UNKNOWN)
                .setFullMethodName(method)
                .setRequestMarshaller(Unread.INSTANCE)
                .setResponseMarshaller(Unread.INSTANCE)
                .build();
        return ServerMethodDefinition.create(any, (call, headers) -> {
            StatusRuntimeException refusal = refusal(participant);
            Metadata trailers = refusal.getTrailers();
            call.close(refusal.getStatus(), trailers == null ? new Metadata() : trailers);
            return new ServerCall.Listener<InputStream>() {};
        });
    }

    /** Messages that nobody reads or writes. */
    private enum Unread implements MethodDescriptor.Marshaller<InputStream> {
        INSTANCE;

        @Override
        public InputStream stream(InputStream value) {
            return value;
        }

        @Override
        public InputStream parse(InputStream stream) {
            return new ByteArrayInputStream(new byte[0]);
        }
    }
}
