package dev.coord.sample.cluster;

import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.sample.proto.PeersGrpc;
import dev.coord.sample.proto.StepDownRequest;
import dev.coord.sample.proto.StepDownResponse;
import dev.coord.spring.MeshService;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;

/** What the other instances may ask of this one. It is served on the mesh alone. */
@MeshService
class PeerServer implements PeersGrpc.AsyncService {
    private final ObjectProvider<Coordinator> coordinator;

    PeerServer(ObjectProvider<Coordinator> coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public void stepDown(StepDownRequest request, StreamObserver<StepDownResponse> answer) {
        Coordinator self = coordinator.getObject();
        Optional<Leadership> leadership = self.leadership();
        if (leadership.isEmpty()) {
            answer.onError(Status.FAILED_PRECONDITION
                    .withDescription(self.id() + " does not lead")
                    .asRuntimeException());
            return;
        }
        self.stepDown(Duration.ofMillis(request.getPauseMillis()));
        answer.onNext(StepDownResponse.newBuilder()
                .setTerm(leadership.get().term().value())
                .build());
        answer.onCompleted();
    }
}
