package dev.coord.sample.cluster;

import dev.coord.ParticipantId;
import dev.coord.PeerUnreachableException;
import dev.coord.Registration;
import dev.coord.cluster.Coordinator;
import dev.coord.mesh.MeshPeer;
import dev.coord.sample.proto.PeerStatus;
import dev.coord.sample.proto.PeersGrpc;
import dev.coord.sample.proto.WatchRequest;
import dev.coord.store.Participant;
import dev.coord.world.World;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Listens to all other instances, each over one stream, and tells them how this one is. A stream ends at the moment when its
 * process does.
 */
@Component
class Peers implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Peers.class);
    private static final long TICK_MILLIS = 500;
    /** However many commits there are, the others hear of them no more often. */
    private static final long SPACING_MILLIS = 50;

    private static final Duration KEPT = Duration.ofMinutes(1);

    private final Coordinator coordinator;
    private final World world;
    private final PeerServer server;
    private final Map<ParticipantId, Peer> peers = new ConcurrentHashMap<>();
    private final Set<ParticipantId> watched = ConcurrentHashMap.newKeySet();
    private final Object news = new Object();
    private boolean isNews;
    private volatile boolean running;
    private @Nullable ExecutorService dialing;
    private @Nullable Registration directory;
    private @Nullable Registration commits;

    Peers(Coordinator coordinator, World world, PeerServer server) {
        this.coordinator = coordinator;
        this.world = world;
        this.server = server;
    }

    @Override
    public void start() {
        running = true;
        dialing = Executors.newCachedThreadPool(task -> daemon(task, "sample-dial"));
        directory = coordinator.mesh().directory().onChange(this::wake);
        commits = world.watch("", event -> wake());
        daemon(this::run, "sample-peers").start();
    }

    private static Thread daemon(Runnable task, String name) {
        var thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void wake() {
        synchronized (news) {
            isNews = true;
            news.notifyAll();
        }
    }

    private void run() {
        while (running) {
            try {
                watchAll();
                server.push();
                TimeUnit.MILLISECONDS.sleep(SPACING_MILLIS);
                awaitNews();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (IllegalStateException e) {
                // It does not take part yet, or no longer.
                LOG.trace("Nothing to tell the peers", e);
                pause();
            } catch (RuntimeException e) {
                LOG.warn("Could not talk to the peers, and will try again", e);
                pause();
            }
        }
    }

    private void awaitNews() throws InterruptedException {
        synchronized (news) {
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS);
            while (!isNews && running) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                TimeUnit.NANOSECONDS.timedWait(news, Math.max(left, 1_000_000));
            }
            isNews = false;
        }
    }

    private void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(SPACING_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void watchAll() {
        ExecutorService executor = dialing;
        for (Participant participant : coordinator.mesh().directory().participants()) {
            ParticipantId id = participant.id();
            if (executor != null && !id.equals(coordinator.id()) && watched.add(id)) {
                try {
                    executor.execute(() -> watch(id));
                } catch (RejectedExecutionException e) {
                    LOG.trace("Stopped", e);
                }
            }
        }
        long now = System.nanoTime();
        peers.values().removeIf(peer -> peer.ended() && now - peer.heardAt() > KEPT.toNanos());
    }

    private void watch(ParticipantId id) {
        try {
            MeshPeer peer = coordinator.mesh().client(id);
            PeersGrpc.newStub(peer.channel()).watch(WatchRequest.getDefaultInstance(), new Listener(id));
        } catch (PeerUnreachableException | IllegalStateException e) {
            LOG.debug("Cannot watch {}: {}", id, e.getMessage());
            watched.remove(id);
        }
    }

    /** Hears what one of them says. */
    private final class Listener implements StreamObserver<PeerStatus> {
        private final ParticipantId id;

        Listener(ParticipantId id) {
            this.id = id;
        }

        @Override
        public void onNext(PeerStatus status) {
            peers.put(id, new Peer(status, System.nanoTime(), false));
        }

        @Override
        public void onError(Throwable failure) {
            LOG.debug("{} is heard no longer: {}", id, Status.fromThrowable(failure));
            peers.computeIfPresent(id, (unused, known) -> known.fellSilent());
            watched.remove(id);
        }

        @Override
        public void onCompleted() {
            onError(Status.UNAVAILABLE.asRuntimeException());
        }
    }

    /** What is known of {@code id}. */
    Optional<Peer> find(ParticipantId id) {
        return Optional.ofNullable(peers.get(id));
    }

    @Override
    public void stop() {
        running = false;
        wake();
        Optional.ofNullable(directory).ifPresent(Registration::close);
        Optional.ofNullable(commits).ifPresent(Registration::close);
        Optional.ofNullable(dialing).ifPresent(ExecutorService::shutdownNow);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Before the coordinator, and after it at the end. */
    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE - 1;
    }
}
