package dev.coord.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.coord.ParticipantId;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DepartureInterceptorTest {
    private final DepartureInterceptor departure = new DepartureInterceptor(ParticipantId.random());
    private final Call call = new Call();

    private static final class Call extends ServerCall<GetParticipantInfoRequest, GetParticipantInfoResponse> {
        final List<Status> ends = new ArrayList<>();

        @Override
        public void request(int messages) {}

        @Override
        public void sendHeaders(Metadata headers) {}

        @Override
        public void sendMessage(GetParticipantInfoResponse message) {}

        @Override
        public void close(Status status, Metadata trailers) {
            ends.add(status);
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public MethodDescriptor<GetParticipantInfoRequest, GetParticipantInfoResponse> getMethodDescriptor() {
            return ParticipantServiceGrpc.getGetParticipantInfoMethod();
        }
    }

    private ServerCall.Listener<GetParticipantInfoRequest> begin(
            ServerCallHandler<GetParticipantInfoRequest, GetParticipantInfoResponse> handler) {
        return departure.interceptCall(call, new Metadata(), handler);
    }

    @Test
    void anOpenCallIsEndedOnce() {
        var unused = begin((opened, headers) -> new ServerCall.Listener<>() {});
        departure.leave();
        departure.leave();
        assertThat(call.ends).extracting(Status::getCode).containsExactly(Status.Code.UNAVAILABLE);
    }

    @Test
    void aCallThatHasEndedIsForgotten() {
        begin((opened, headers) -> new ServerCall.Listener<>() {}).onCancel();
        departure.leave();
        assertThat(call.ends).isEmpty();
    }

    @Test
    void aCallThatWasNeverTakenIsForgotten() {
        assertThatIllegalStateException()
                .isThrownBy(() -> begin((opened, headers) -> {
                    throw new IllegalStateException("refused by an interceptor");
                }));
        departure.leave();
        assertThat(call.ends).isEmpty();
    }
}
