package dev.coord.store.shared;

import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.proto.StoreServiceGrpc;
import dev.coord.proto.WatchEvent;
import dev.coord.proto.WatchRequest;
import dev.coord.store.CommitSignal;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the host of this process, if it is the host, to the other processes. */
final class HostService extends StoreServiceGrpc.StoreServiceImplBase {
    private static final Logger LOG = LoggerFactory.getLogger(HostService.class);
    private static final Set<CommitSignal.Topic> NOTHING = EnumSet.noneOf(CommitSignal.Topic.class);

    private final CopyOnWriteArrayList<Watcher> watchers = new CopyOnWriteArrayList<>();
    private final Runnable processLost;
    private volatile long epoch;
    private volatile @Nullable Host host;

    /** @param processLost told when the stream of a watching process ended: it may be dead */
    HostService(Runnable processLost) {
        this.processLost = processLost;
    }

    /** This process opens the database of {@code epoch}; watchers may come. */
    void opening(long opened) {
        epoch = opened;
    }

    /** {@code serving} is open. */
    void serving(Host serving) {
        host = serving;
        heartbeat();
    }

    /** This process is no longer the host; the watchers learn it. */
    void ended() {
        host = null;
        epoch = 0;
        watchers.forEach(Watcher::end);
    }

    /** A sign of life for all watchers. */
    void heartbeat() {
        push(NOTHING);
    }

    /** Tells all watchers what changed. */
    void push(Set<CommitSignal.Topic> changed) {
        for (Watcher watcher : watchers) {
            watcher.push(changed);
        }
    }

    @Override
    public void execute(StoreRequest request, StreamObserver<StoreResponse> answer) {
        Host serving = host;
        if (serving == null) {
            answer.onError(notHost("this process is not the host"));
            return;
        }
        var unused = serving.submit(request).whenComplete((response, failure) -> {
            if (failure != null) {
                answer.onError(notHost(String.valueOf(failure.getMessage())));
            } else {
                answer.onNext(response);
                answer.onCompleted();
            }
        });
    }

    @Override
    public void watch(WatchRequest request, StreamObserver<WatchEvent> events) {
        if (epoch == 0) {
            events.onError(notHost("this process is not the host"));
            return;
        }
        var watcher = new Watcher(request.getProcess(), (ServerCallStreamObserver<WatchEvent>) events);
        watchers.add(watcher);
        watcher.push(NOTHING);
        if (epoch == 0) {
            watcher.end();
        }
    }

    private static RuntimeException notHost(String why) {
        return Status.UNAVAILABLE.withDescription(why).asRuntimeException();
    }

    /**
     * One watching process. A process that is frozen reads nothing; what is waiting for it is a set of topics, which does not
     * grow with the time it sleeps.
     */
    private final class Watcher {
        private final String process;
        private final ServerCallStreamObserver<WatchEvent> stream;
        private final Set<CommitSignal.Topic> pending = EnumSet.noneOf(CommitSignal.Topic.class);
        private boolean ended;

        Watcher(String process, ServerCallStreamObserver<WatchEvent> stream) {
            this.process = process;
            this.stream = stream;
            stream.setOnCancelHandler(this::lost);
            stream.setOnReadyHandler(this::ready);
        }

        private void lost() {
            synchronized (this) {
                ended = true;
            }
            if (watchers.remove(this)) {
                LOG.debug("{} no longer watches", process);
                processLost.run();
            }
        }

        private void ready() {
            push(NOTHING);
        }

        synchronized void push(Set<CommitSignal.Topic> changed) {
            pending.addAll(changed);
            if (ended || !stream.isReady()) {
                return;
            }
            var event = WatchEvent.newBuilder().setEpoch(epoch).setReady(host != null);
            pending.forEach(topic -> event.addChanged(Topics.toProto(topic)));
            pending.clear();
            stream.onNext(event.build());
        }

        void end() {
            watchers.remove(this);
            synchronized (this) {
                if (!ended) {
                    ended = true;
                    stream.onError(notHost("this process is no longer the host"));
                }
            }
        }
    }
}
