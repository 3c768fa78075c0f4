package dev.coord.sample.cluster;

import dev.coord.cluster.Coordinator;
import dev.coord.sample.proto.PeerStatus;
import dev.coord.sample.proto.PeersGrpc;
import dev.coord.sample.proto.StepDownRequest;
import dev.coord.sample.proto.StepDownResponse;
import dev.coord.sample.proto.WatchRequest;
import dev.coord.spring.MeshService;
import dev.coord.world.World;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.beans.factory.ObjectProvider;

/** Tells the other instances how this one is. */
@MeshService
class PeerServer implements PeersGrpc.AsyncService {
    private final ObjectProvider<Coordinator> coordinator;
    private final ObjectProvider<World> world;
    private final OwnAddress address;
    private final Set<ServerCallStreamObserver<PeerStatus>> watchers = ConcurrentHashMap.newKeySet();

    PeerServer(ObjectProvider<Coordinator> coordinator, ObjectProvider<World> world, OwnAddress address) {
        this.coordinator = coordinator;
        this.world = world;
        this.address = address;
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<PeerStatus> observer) {
        var watcher = (ServerCallStreamObserver<PeerStatus>) observer;
        watcher.setOnCancelHandler(() -> watchers.remove(watcher));
        tell(watcher, status());
        watchers.add(watcher);
    }

    /** Tells everybody; whoever does not read hears of a later state. */
    void push() {
        if (!watchers.isEmpty()) {
            PeerStatus now = status();
            watchers.forEach(watcher -> tell(watcher, now));
        }
    }

    private void tell(ServerCallStreamObserver<PeerStatus> watcher, PeerStatus now) {
        synchronized (watcher) {
            if (watcher.isCancelled()) {
                watchers.remove(watcher);
            } else if (watcher.isReady()) {
                watcher.onNext(now);
            }
        }
    }

    PeerStatus status() {
        return PeerStatus.newBuilder()
                .setUrl(address.url())
                .setSeqno(world.getObject().seqno())
                .build();
    }

    @Override
    public void stepDown(StepDownRequest request, StreamObserver<StepDownResponse> answer) {
        Coordinator self = coordinator.getObject();
        var leadership = self.leadership();
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
