package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.proto.GetParticipantInfoRequest;
import dev.coord.proto.GetParticipantInfoResponse;
import dev.coord.proto.ParticipantServiceGrpc;
import dev.coord.proto.WatchParticipantInfoRequest;
import dev.coord.transport.AbsentParticipant;
import dev.coord.transport.Subscribers;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.function.Supplier;

/** Answers who this participant is, and tells those who watch it. Never blocks. */
final class ParticipantServer extends ParticipantServiceGrpc.ParticipantServiceImplBase {
    private final ParticipantId self;
    private final Supplier<ParticipantInfo> info;
    private final Subscribers<Boolean, GetParticipantInfoResponse> watchers;

    ParticipantServer(ParticipantId self, Supplier<ParticipantInfo> info) {
        this.self = self;
        this.info = info;
        this.watchers = new Subscribers<>(nothing -> Optional.of(MeshMessages.toMessage(info.get())), gone -> {});
    }

    @Override
    public void getParticipantInfo(
            GetParticipantInfoRequest request, StreamObserver<GetParticipantInfoResponse> answer) {
        answer.onNext(MeshMessages.toMessage(info.get()));
        answer.onCompleted();
    }

    @Override
    public void watchParticipantInfo(
            WatchParticipantInfoRequest request, StreamObserver<GetParticipantInfoResponse> answers) {
        watchers.add(Boolean.TRUE, (ServerCallStreamObserver<GetParticipantInfoResponse>) answers);
    }

    /** Tells all watchers how things are: a heartbeat, or a change. */
    void push() {
        watchers.update(nothing -> {});
    }

    /** Ends all streams with a farewell: this participant leaves, and its process goes on. */
    void end() {
        watchers.end(AbsentParticipant.refusal(self));
    }
}
