package dev.coord.mesh;

import dev.coord.ParticipantId;
import dev.coord.PeerUnreachableException;
import dev.coord.Registration;
import dev.coord.store.Participant;
import dev.coord.time.NanoClock;
import dev.coord.transport.Address;
import dev.coord.transport.PrivateServer;
import dev.coord.transport.Refusal;
import dev.coord.transport.Transport;
import dev.coord.work.SharedTimer;
import dev.coord.work.Trouble;
import dev.coord.work.Workers;
import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One participant's place in the mesh: a private gRPC server that the others of its group can call, and the connections to
 * theirs. Participants of one process may share a server; a call reaches the one that it is for. It also watches the leader: the kernel ends the connection to a process that dies, which is how a follower learns of
 * it within milliseconds.
 *
 * <p>Each peer has one connection, which all calls share; a peer that is slow or does not answer delays nobody but those who
 * call it. All methods may be called from any thread.
 */
public final class Mesh implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Mesh.class);
    private static final Duration END = Duration.ofMillis(300);
    /** More than a connection and its handshake may take: on a busy machine a handshake that is begun anew only makes more work. */
    private static final Duration CONNECTING = Duration.ofSeconds(12);

    private final String group;
    private final ParticipantId self;
    private final MeshDirectory directory;
    private final MeshSettings settings;
    private final Runnable leaderLost;
    private final NanoClock clock;
    private final Transport transport;
    private final ExecutorService work;
    private final SharedTimer timer = new SharedTimer();
    private final Workers workers;
    private final Runnable ticking;
    private final Runnable looking;
    private final DepartureInterceptor departure;
    private final MeshServices services;
    private final ParticipantServer participantServer;
    private final DefaultDeadline deadlines;
    private final Map<ParticipantId, MeshPeer> peers = new ConcurrentHashMap<>();
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final List<ClientInterceptor> interceptors = new ArrayList<>();
    private @Nullable PrivateServer server;
    private boolean ownsServer;
    private final PauseDetector pauseDetector;
    private volatile @Nullable PeerWatch leaderWatch;
    /** The leader whose connection broke without a farewell, as long as there was no other one to it since. */
    private volatile @Nullable ParticipantId brokenLeader;

    /** Of whom it was told. */
    private @Nullable ParticipantId unresponsive;

    private final Trouble socketTrouble;
    private volatile @Nullable String socketProblem;
    private long unheardSince;
    private long dialledAnewAt;
    private volatile @Nullable String leaderProblem;
    private @Nullable Registration registration;
    private boolean closed;

    /**
     * @param info what this participant is, asked for each answer; must not block
     * @param leaderLost told when the connection to the leader broke: its process may be dead
     * @param transport reaches the others, and is closed with the mesh
     */
    public Mesh(
            String group,
            ParticipantId self,
            MeshDirectory directory,
            Supplier<ParticipantInfo> info,
            MeshSettings settings,
            Runnable leaderLost,
            Transport transport,
            NanoClock clock) {
        this.group = group;
        this.self = self;
        this.directory = directory;
        this.settings = settings;
        this.leaderLost = leaderLost;
        this.clock = clock;
        this.pauseDetector = new PauseDetector(
                clock,
                settings.heartbeatInterval().plus(settings.unresponsiveAfter().dividedBy(2)));
        this.workers = new Workers(clock);
        this.socketTrouble = new Trouble(LOG, "Keeping the socket of " + self, clock);
        this.departure = new DepartureInterceptor(self);
        this.transport = transport;
        var number = new AtomicInteger();
        this.work = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                60,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> Workers.daemon("coord-mesh-call-" + group + "-" + number.incrementAndGet(), task),
                // After the end: whoever waits for a call is still told that it ended.
                (task, ended) -> task.run());
        this.ticking = workers.task("coord-mesh-timer-" + group, unlessClosed(this::tick));
        this.looking = workers.task("coord-mesh-timer-" + group, unlessClosed(this::changed));
        this.services = new MeshServices(self, work, departure);
        this.participantServer = new ParticipantServer(self, info);
        services.addPlain(participantServer);
        this.deadlines = new DefaultDeadline(settings.callTimeout());
    }

    /**
     * Listens on a server of its own, where its transport says.
     *
     * @throws UncheckedIOException if it cannot listen there
     */
    public void listen() {
        try {
            listenOn(transport.listen(settings.maxMessageSize()), true);
        } catch (IOException e) {
            throw new UncheckedIOException("The mesh of " + self + " cannot listen: " + e.getMessage(), e);
        }
    }

    /** Whether the others of this mesh could reach {@code lent}, which is of the kind of its transport. */
    public boolean canListen(PrivateServer lent) {
        return transport.reaches(lent.address());
    }

    /** The same on a server that is there already, which other participants may share, and stays when the mesh is closed. */
    public void listen(PrivateServer lent) {
        listenOn(lent, false);
    }

    private synchronized void listenOn(PrivateServer on, boolean owned) {
        if (server != null) {
            throw new IllegalStateException("The mesh of " + self + " listens already, at " + address());
        }
        server = on;
        ownsServer = owned;
    }

    /** Answers from now on, and watches the leader. */
    public synchronized void serve() {
        PrivateServer on = server;
        if (on == null) {
            throw new IllegalStateException("The mesh of " + self + " does not listen: call listen() first");
        }
        services.serve(on);
        registration = directory.onChange(this::look);
        unheardSince = clock.nanoTime();
        dialledAnewAt = unheardSince;
        timer.every(settings.heartbeatInterval(), ticking);
        timer.execute(looking);
    }

    private void look() {
        try {
            timer.execute(looking);
        } catch (RejectedExecutionException e) {
            LOG.trace("Group {}: the mesh of {} is closed", group, self, e);
        }
    }

    private Runnable unlessClosed(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                if (!isClosed()) {
                    throw e;
                }
                LOG.debug("Group {}: the mesh of {} was closed while it was at work", group, self, e);
            }
        };
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /**
     * Where this participant listens: {@code host:port}, or the path of a Unix socket as this process sees it, by which another
     * process may not find it; the others know it from the registry. Empty before {@link #listen()}.
     */
    public synchronized String address() {
        PrivateServer on = server;
        return on == null ? "" : on.address().toString();
    }

    /** Who there is, and who leads, as far as this participant knows. */
    public MeshDirectory directory() {
        return directory;
    }

    /** What this participant serves to the others. */
    public MeshServices services() {
        return services;
    }

    /** Wraps the calls on channels that are made after this; the mesh's own calls, to watch the leader for instance, it does not. */
    public synchronized void intercept(ClientInterceptor interceptor) {
        interceptors.add(interceptor);
    }

    /**
     * A channel to {@code coord:///leader}, {@code coord:///participant/<id>} or {@code coord:///capability/<name>}. It follows
     * what the target means: calls that wait for ready go on when there is a new leader. Unary calls without a deadline get the
     * mesh's. The mesh closes it.
     *
     * @throws IllegalArgumentException if the target is none of these
     */
    public ManagedChannel channel(String target) {
        return channelBuilder(target).build();
    }

    /** A channel like {@link #channel} that no interceptor sees, for coord's own calls: some of them never end. */
    public ManagedChannel plainChannel(String target) {
        return kept(following(target).build());
    }

    /**
     * With a provider of its own: gRPC's registry is the JVM's, and knows one copy of coord only, which may not be this one where
     * class loaders come and go.
     */
    @SuppressWarnings("deprecation")
    private ManagedChannelBuilder<?> following(String target) {
        return configured(transport.target(target))
                .nameResolverFactory(new CoordNameResolverProvider(directory, transport))
                .defaultLoadBalancingPolicy("round_robin");
    }

    /**
     * For a channel like {@link #channel}, with more interceptors for instance. The mesh closes it too.
     *
     * @throws IllegalStateException if the mesh is closed; also when the channel is built
     */
    public MeshChannelBuilder channelBuilder(String target) {
        List<ClientInterceptor> present = interceptors();
        ManagedChannelBuilder<?> builder = following(target).intercept(present);
        return new MeshChannelBuilder(builder, present, this::kept);
    }

    private synchronized ManagedChannel kept(ManagedChannel channel) {
        if (closed) {
            channel.shutdownNow();
            throw closedAlready();
        }
        channels.add(channel);
        return channel;
    }

    private IllegalStateException closedAlready() {
        return new IllegalStateException("The mesh of " + self + " is closed");
    }

    private synchronized List<ClientInterceptor> interceptors() {
        if (closed) {
            throw closedAlready();
        }
        return List.copyOf(interceptors);
    }

    private ManagedChannelBuilder<?> configured(ManagedChannelBuilder<?> builder) {
        return builder.executor(work).intercept(deadlines).maxInboundMessageSize(settings.maxMessageSize());
    }

    /**
     * Connects to {@code participant}, if there is no connection yet. Callers who ask at the same time wait for the same dial;
     * other peers are not affected.
     *
     * @throws PeerUnreachableException if it did not answer within the connect timeout
     */
    public MeshPeer connect(Participant participant) {
        MeshPeer peer = peer(MeshTarget.Endpoint.of(participant)
                .orElseThrow(() -> new PeerUnreachableException(participant.id(), "it has no address", null)));
        try {
            peer.awaitConnected(settings.connectTimeout());
            return peer;
        } catch (PeerUnreachableException e) {
            drop(peer);
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PeerUnreachableException(participant.id(), "connecting was interrupted", e);
        }
    }

    /** The one connection to the participant at {@code endpoint}, which dials when it is first used. */
    private MeshPeer peer(MeshTarget.Endpoint endpoint) {
        return peers.compute(endpoint.participant(), (id, known) -> {
            if (known != null && !known.isClosed() && known.address().equals(endpoint.address())) {
                return known;
            }
            if (known != null) {
                known.close();
            }
            List<ClientInterceptor> present = interceptors();
            ManagedChannel channel =
                    configured(transport.participant(endpoint.address(), id)).build();
            return new MeshPeer(endpoint, channel, () -> transport.problem(endpoint.address()), present);
        });
    }

    private void drop(MeshPeer peer) {
        peers.remove(peer.participant(), peer);
        peer.close();
    }

    /**
     * The connection to {@code participant}, made if there is none.
     *
     * @throws PeerUnreachableException if it is not in the registry, or did not answer within the connect timeout
     */
    public MeshPeer client(ParticipantId participant) {
        return connect(directory.participants().stream()
                .filter(p -> p.id().equals(participant))
                .findFirst()
                .orElseThrow(() ->
                        new PeerUnreachableException(participant, "it is not a participant of group " + group, null)));
    }

    /** Ends the connection to {@code participant}, and the calls on it. */
    public void disconnect(ParticipantId participant) {
        MeshPeer peer = peers.get(participant);
        if (peer != null) {
            drop(peer);
        }
    }

    /** Roles or participants changed: tell the watchers, watch the right leader, forget those who left. */
    private void changed() {
        participantServer.push();
        watchLeader();
        var there = directory.participants().stream().map(Participant::id).toList();
        for (ParticipantId peer : peers.keySet()) {
            if (!there.contains(peer)) {
                disconnect(peer);
            }
        }
        ParticipantId broken = brokenLeader;
        if (broken != null && !there.contains(broken)) {
            brokenLeader = null;
        }
    }

    private void tick() {
        participantServer.push();
        watchLeader();
        keepSocket();
        PeerWatch watch = leaderWatch;
        noteUnheard(watch);
        // Before it looks: a pause in between is not the leader's silence.
        Duration silence = watch == null ? Duration.ZERO : watch.silence();
        if (pauseDetector.look() && watch != null) {
            LOG.debug("Group {}: {} stood still for a time, and listens to the leader anew", group, self);
            watch.listenAnew();
            silence = Duration.ZERO;
        }
        boolean silent = silence.compareTo(settings.unresponsiveAfter()) > 0;
        dialAnew(watch, silence);
        if (watch == null || (watch.isHeard() && !silent)) {
            unresponsive = null;
        } else if (silent && !watch.participant().equals(unresponsive)) {
            unresponsive = watch.participant();
            LOG.warn(
                    "Group {}: the leader {} gives no sign of life for {} ms over the mesh",
                    group,
                    watch.participant(),
                    silence.toMillis());
            leaderLost.run();
        }
    }

    /**
     * A network that swallows packets ends no connection, and when it is well again the kernel waits before it repeats what was
     * lost, as gRPC does before it dials again, for as long as the trouble took: here another connection takes its place.
     */
    private void dialAnew(@Nullable PeerWatch watch, Duration silence) {
        if (watch == null) {
            return;
        }
        Duration patience = watch.isHeard() ? settings.unresponsiveAfter().multipliedBy(2) : CONNECTING;
        boolean network = watch.address().path().isEmpty();
        if (network && !watch.isOver() && silence.compareTo(patience) > 0) {
            LOG.debug("Group {}: {} gives up the connections to {}, which are silent", group, self, watch.address());
            watch.close();
            leaderWatch = null;
            transport.abandon(watch.address());
        } else if (!watch.isHeard() && clock.since(dialledAnewAt).compareTo(settings.unresponsiveAfter()) > 0) {
            dialledAnewAt = clock.nanoTime();
            peers.values().forEach(MeshPeer::dialAnew);
            synchronized (this) {
                channels.forEach(ManagedChannel::resetConnectBackoff);
            }
        }
    }

    /** Whoever lent a server keeps its socket. */
    private void keepSocket() {
        PrivateServer own = ownServer();
        if (own == null) {
            return;
        }
        try {
            if (own.restore()) {
                LOG.warn("Group {}: the socket {} was removed while in use, and is made again", group, own.address());
            }
            socketProblem = null;
            socketTrouble.worked();
        } catch (IOException e) {
            socketProblem = "the socket " + own.address() + " was removed, and cannot be made again: " + e;
            socketTrouble.failed(e);
        }
    }

    private synchronized @Nullable PrivateServer ownServer() {
        return ownsServer && !closed ? server : null;
    }

    /** A leader that dies is not heard, either, until there is another one. */
    private void noteUnheard(@Nullable PeerWatch watch) {
        long now = clock.nanoTime();
        if (watch == null || watch.isHeard()) {
            unheardSince = now;
            leaderProblem = null;
        } else if (now - unheardSince > 2 * settings.unresponsiveAfter().toNanos()) {
            leaderProblem = "the leader " + watch.participant() + " could not be reached over the mesh for "
                    + TimeUnit.NANOSECONDS.toMillis(now - unheardSince) + " ms"
                    + leaderAddress()
                            .flatMap(transport::problem)
                            .map(why -> ": " + why)
                            .orElse("");
        }
    }

    private Optional<Address> leaderAddress() {
        return directory.leader().flatMap(MeshTarget.Endpoint::of).map(MeshTarget.Endpoint::address);
    }

    /** For threads that serve this participant: what goes wrong in them is among the {@link #problems}. */
    public Workers workers() {
        return workers;
    }

    /** What does not work, or cannot be reached, in words. */
    public List<String> problems() {
        var all = new ArrayList<>(workers.problems());
        Stream.of(Optional.ofNullable(socketProblem), Optional.ofNullable(leaderProblem))
                .flatMap(Optional::stream)
                .forEach(all::add);
        return all;
    }

    /** On the timer's thread only. */
    private void watchLeader() {
        Optional<MeshTarget.Endpoint> leader =
                directory.leader().filter(l -> !l.participant().equals(self)).flatMap(MeshTarget.Endpoint::of);
        PeerWatch watch = leaderWatch;
        boolean right = watch != null
                && !watch.isOver()
                && leader.filter(l -> l.participant().equals(watch.participant()))
                        .isPresent();
        if (watch != null) {
            noteSign(watch);
        }
        if (right) {
            return;
        }
        if (watch != null) {
            watch.close();
            leaderWatch = null;
        }
        leader.ifPresent(l -> leaderWatch = PeerWatch.open(peer(l), clock, leaderLost));
    }

    private void noteSign(PeerWatch watch) {
        if (watch.isBroken()) {
            brokenLeader = watch.participant();
        } else if (watch.wasHeard() && watch.participant().equals(brokenLeader)) {
            // It was there again; how it ends this time is another matter.
            brokenLeader = null;
        }
    }

    /**
     * Whether this participant was connected to the leader in the process with this identity, the connection broke without a
     * farewell, there is no other one since, and the kernel of its machine refuses one now. May take 300 ms. A farewell says that
     * the process is alive, and so does a kernel that does not refuse; a network that fails says nothing.
     */
    public boolean isGone(String process) {
        PeerWatch watch = leaderWatch;
        if (watch != null) {
            noteSign(watch);
        }
        ParticipantId broken = brokenLeader;
        if (broken == null || isWatching(broken)) {
            return false;
        }
        return directory.participants().stream()
                .filter(participant ->
                        participant.id().equals(broken) && participant.process().equals(process))
                .findFirst()
                .flatMap(Participant::address)
                .filter(Refusal::isRefused)
                .isPresent();
    }

    /** How many calls this participant has begun, coord's own included; a stream is one. */
    public long callsSent() {
        return deadlines.calls();
    }

    /** How many calls of the others this participant has taken, coord's own included; a stream is one. */
    public long callsReceived() {
        return departure.calls();
    }

    /** Whether the stream from {@code participant} is open, and was heard of lately. */
    boolean isWatching(ParticipantId participant) {
        PeerWatch watch = leaderWatch;
        return watch != null && watch.participant().equals(participant) && watch.isHeard();
    }

    /** Ends all connections, and gives up the socket. */
    @Override
    public void close() {
        List<ManagedChannel> open;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            workers.close();
            open = List.copyOf(channels);
        }
        Registration told = registration;
        if (told != null) {
            told.close();
        }
        timer.close();
        participantServer.end();
        // Before the executor ends: no call needs one of its threads after this.
        departure.leave();
        services.end();
        PeerWatch watch = leaderWatch;
        if (watch != null) {
            watch.close();
        }
        List<End> ends = new ArrayList<>();
        for (MeshPeer peer : peers.values()) {
            peer.close();
            ends.add(peer::awaitEnd);
        }
        for (ManagedChannel channel : open) {
            channel.shutdownNow();
            ends.add(channel::awaitTermination);
        }
        awaitEnds(ends);
        PrivateServer on = server;
        if (on != null && ownsServer) {
            on.close();
        }
        work.shutdown();
        transport.close();
    }

    private interface End {
        boolean await(long time, TimeUnit unit) throws InterruptedException;
    }

    /**
     * Waits for a moment until what was told to end has ended: what it does just now may need the threads of the transport, and
     * gRPC would complain at length if they were gone.
     */
    private void awaitEnds(List<End> ends) {
        long began = clock.nanoTime();
        try {
            for (End end : ends) {
                long left = END.minus(clock.since(began)).toNanos();
                if (!end.await(Math.max(0, left), TimeUnit.NANOSECONDS)) {
                    LOG.debug("Group {}: the mesh of {} closes while a part of it is at work", group, self);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
