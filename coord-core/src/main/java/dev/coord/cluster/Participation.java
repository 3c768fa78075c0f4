package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Role;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.election.Candidate;
import dev.coord.election.Election;
import dev.coord.election.RenewalListener;
import dev.coord.election.RenewalListeners;
import dev.coord.mesh.Mesh;
import dev.coord.mesh.ParticipantInfo;
import dev.coord.registry.Liveness;
import dev.coord.registry.ParticipantWatcher;
import dev.coord.registry.Registry;
import dev.coord.store.CommitSignal;
import dev.coord.store.OwnedDatabase;
import dev.coord.store.Participant;
import dev.coord.store.Store;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.time.Uninterrupted;
import dev.coord.transport.Address;
import dev.coord.work.Trouble;
import dev.coord.work.Workers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One participant while it takes part: its election, its registry entry, its watcher, and the threads that drive them. */
final class Participation {
    private static final Logger LOG = LoggerFactory.getLogger(Participation.class);
    /** How often it is looked at whether a thread that is waited for waits for the end itself. */
    private static final Duration LOOK = Duration.ofMillis(20);
    /** What a leader may need besides the end of its handler: the store's answer, and the next leader's claim. */
    private static final Duration RELEASE = Duration.ofSeconds(1);

    private final Self self;
    private final String group;
    private final ParticipantId id;
    private final CoordinatorSettings settings;
    private final Store store;
    private final RoleTransitions roles;
    private final HandlerRunner handler;
    private final EventDispatcher events;
    private final Liveness liveness;
    private final ParticipantWatcher watcher;
    private final LivingParticipants living;
    private final Registry registry;
    private final Mesh mesh;
    private final Election election;
    private final Registration sessions;
    private final ElectionLoop loop;
    private final ClaimPause pause;
    private final NanoClock clock = NanoClock.system();
    private final Workers workers = new Workers(NanoClock.system());
    private final Thread electionThread;
    private final Thread heartbeatThread;
    private final List<Thread> otherThreads;
    private final Thread eventsThread;
    private volatile boolean registered;
    /** Its entry was written. */
    private volatile boolean listed;

    private volatile boolean joined;

    /** Those who are told of something on threads that the election does not need. */
    record Callbacks(HandlerRunner handler, EventDispatcher events, RenewalListeners renewals) {}

    Participation(
            Self self,
            CoordinatorSettings settings,
            Mesh mesh,
            Store store,
            RoleTransitions roles,
            Callbacks callbacks,
            ClaimPause pause) {
        this.self = self;
        this.group = self.group();
        this.id = self.id();
        this.settings = settings;
        this.mesh = mesh;
        this.store = store;
        this.roles = roles;
        this.handler = callbacks.handler();
        this.events = callbacks.events();
        this.pause = pause;
        this.liveness = settings.remoteDeath() == RemoteDeath.CONNECTIONS
                ? Liveness.of(store, mesh::isGone)
                : Liveness.of(store);
        var process = liveness.self();
        this.watcher = new ParticipantWatcher(store.participants(), store.signal(), group);
        this.living = new LivingParticipants(id, watcher, liveness::isKnownDead, events);
        store.ownedDatabase()
                .map(OwnedDatabase::server)
                .filter(mesh::canListen)
                .ifPresentOrElse(mesh::listen, mesh::listen);
        Optional<Address> address = Address.find(mesh.address());
        this.registry = new Registry(
                store.participants(),
                Participant.builder(group, id)
                        .pid(process.pid())
                        .host(process.host())
                        .address(address.orElse(null))
                        .capabilities(self.capabilities())
                        .attributes(self.attributes().now())
                        .build(),
                this::process,
                liveness::isKnownDead,
                settings.participantExpiry(),
                clock,
                InstantSource.system());
        this.election = new Election(
                store.leases(),
                new Candidate(group, id, process.pid(), address, this::process),
                settings.lease(),
                clock,
                liveness::isKnownDead,
                () -> countOthers() == 0);
        var unused = election.addRenewalListener(new Renewals(callbacks.renewals()));
        this.sessions = store.onSessionEnded(this::sessionEnded);
        this.loop = new ElectionLoop(
                group,
                new ElectionLoop.Ground(election, registry, store.signal()),
                roles,
                handler,
                pause,
                settings,
                clock);
        this.electionThread = loop("election", loop::run);
        this.heartbeatThread = loop("heartbeat", () -> registry.runHeartbeat(settings.heartbeatInterval()));
        this.otherThreads =
                List.of(loop("renewal", loop::renew), loop("watcher", watcher::run), loop("handler", handler::run));
        this.eventsThread = loop("events", events::run);
    }

    private String process() {
        return liveness.self().toString();
    }

    /** Others may take this process for dead from now on: it leads no longer, and only then has another session. */
    private void sessionEnded() {
        election.leadership().ifPresent(lease -> lease.lose(LossReason.SESSION_ENDED));
    }

    private Thread loop(String name, Workers.Work work) {
        return workers.loop("coord-" + name + "-" + group, work);
    }

    /** Hands on what is told on the thread that renews: it must not wait for listeners, nor for the log. */
    private final class Renewals implements RenewalListener {
        private final RenewalListeners listeners;
        private volatile boolean failing;
        private final Trouble trouble = new Trouble(LOG, "Group " + group + ": renewing the lease", clock);

        Renewals(RenewalListeners listeners) {
            this.listeners = listeners;
        }

        @Override
        public void renewalEnded(Duration took, boolean successful) {
            if (listeners.isEmpty() && !failing) {
                return;
            }
            events.run(() -> {
                if (successful) {
                    trouble.worked();
                    failing = trouble.isGoingOn();
                }
                listeners.renewalEnded(took, successful);
            });
        }

        @Override
        public void renewalFailed(Term term, Duration since, CoordException why) {
            failing = true;
            events.run(() -> {
                trouble.failed(why);
                listeners.renewalFailed(term, since, why);
            });
        }
    }

    /** What this participant tells the others. */
    ParticipantInfo info(RoleState state) {
        return new ParticipantInfo(
                group,
                id,
                liveness.self().pid(),
                role(state),
                state.leader().map(LeaderInfo::term).orElse(Term.NONE),
                self.capabilities(),
                self.attributes().now());
    }

    /** The connection to the leader broke: is it dead? */
    void leaderLost() {
        store.signal().wake(CommitSignal.Topic.PARTICIPANTS);
    }

    /** What this participant is by its own account, which ends with the renew deadline. */
    Role role(RoleState state) {
        Role role = state.role();
        return role == Role.LEADER && !election.isLeader() ? Role.UNKNOWN : role;
    }

    /**
     * Waits for the store, and starts the threads: from now on it follows, but does not stand for election, and others do not know
     * of it.
     *
     * @param wanted asked while the store gives no answer
     */
    void open(BooleanSupplier wanted) {
        await(wanted, watcher::refresh);
        roles.started();
        handler.join(new ParticipantContext(
                group,
                id,
                store,
                mesh,
                () -> listed,
                settings.participantExpiry(),
                this::handlerFailed,
                this::leaderNeeded,
                this::stepDown,
                handler::failed));
        joined = true;
        mesh.serve();
        electionThread.start();
        otherThreads.forEach(Thread::start);
        events.startWith(eventsThread::start);
    }

    /**
     * Asks for the attributes that are known only now, registers, which waits for the store, and stands for election.
     *
     * @param wanted asked while the store gives no answer
     */
    void start(BooleanSupplier wanted) {
        registry.setAttributes(self.attributes().complete());
        registered = true;
        await(wanted, registry::register);
        listed = true;
        watcher.refresh();
        var unused = watcher.addListener(changed -> living.look());
        living.look();
        heartbeatThread.start();
        roles.started();
        pause.stand();
        store.signal().wake(CommitSignal.Topic.LEASE);
    }

    /** Gives a leadership up, and does not stand for {@code pauseTime}, unless nobody else does. */
    void stepDown(Duration pauseTime) {
        pause.steppedDown(pauseTime, clock.nanoTime());
        election.leadership().ifPresent(lease -> lease.lose(LossReason.STEPPED_DOWN));
    }

    private void leaderNeeded(Duration within) {
        if (pause.needed(within, clock.nanoTime())) {
            store.signal().wake(CommitSignal.Topic.LEASE);
        }
    }

    private void handlerFailed(Leadership leadership, Throwable why) {
        handler.failed(why);
        loop.handlerFailed(leadership, why);
    }

    private void await(BooleanSupplier wanted, Runnable call) {
        Deadline deadline = Deadline.in(settings.startTimeout(), clock);
        while (true) {
            try {
                call.run();
                return;
            } catch (StoreUnavailableException e) {
                boolean interrupted = Thread.currentThread().isInterrupted();
                if (interrupted || !wanted.getAsBoolean() || deadline.isOver()) {
                    throw e;
                }
                LOG.info("Group {}: waiting for the store", group);
            }
        }
    }

    /**
     * Ends the work in its role, gives a leadership up, and waits for both, and for the next leader for a moment; goes on as a
     * follower.
     */
    void handOver() {
        loop.handOver();
        handler.handOver();
        Deadline deadline = Deadline.in(settings.handlerGrace().plus(RELEASE), clock);
        boolean interrupted = false;
        // Also on a thread that is interrupted: what follows may end what the work under the leadership needs.
        while (!deadline.isOver()) {
            try {
                if (roles.awaitRest(deadline) && handler.awaitHandedOver(deadline.left())) {
                    break;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Handler stopped, lease released, record removed, threads ended. {@code closeStore} runs as soon as nobody needs it. */
    void close(Runnable closeStore) {
        workers.close();
        sessions.close();
        Deadline deadline = Deadline.in(settings.closeTimeout(), clock);
        // Whatever hangs, there is time left for the steps after it.
        Duration share = settings.closeTimeout().dividedBy(5);
        loop.close();
        registry.endHeartbeat();
        watcher.close();
        // The election thread stops the handler and releases the lease.
        join(electionThread, deadline.earlier(share.multipliedBy(2)));
        handler.close();
        events.end();
        join(started("leaving", this::leave), deadline.earlier(share.multipliedBy(2)));
        if (registered) {
            join(started("deregistration", this::deregister), deadline.earlier(share));
        }
        mesh.close();
        join(started("store", closeStore::run), deadline);
        join(heartbeatThread, deadline);
        otherThreads.forEach(thread -> join(thread, deadline));
        join(eventsThread, deadline);
    }

    /** Tells the handler, if it was told of the beginning. */
    void leave() {
        if (joined) {
            joined = false;
            handler.leave();
        }
    }

    private Thread started(String name, Workers.Work work) {
        Thread thread = workers.once("coord-" + name + "-" + group, work);
        thread.start();
        return thread;
    }

    /** Removes the record, if there is one. */
    void deregister() {
        try {
            registry.deregister();
        } catch (CoordException e) {
            LOG.warn("Group {}: could not remove the record of {}; the others will: {}", group, id, e.getMessage());
        }
    }

    Election election() {
        return election;
    }

    Registry registry() {
        return registry;
    }

    ParticipantWatcher watcher() {
        return watcher;
    }

    Store store() {
        return store;
    }

    ElectionLoop loop() {
        return loop;
    }

    /** What does not work in this process, or cannot be reached from it, in words. */
    List<String> problems() {
        var all = new ArrayList<>(workers.problems());
        all.addAll(mesh.problems());
        all.addAll(store.problems());
        registry.problem().ifPresent(all::add);
        election.overdue()
                .map(age -> "the lease was not renewed for " + age.toMillis() + " ms, and nobody has claimed it")
                .ifPresent(all::add);
        return all;
    }

    /** How many other participants live, as of the last look. */
    int countOthers() {
        return (int) watcher.participants().stream()
                .filter(other -> !other.id().equals(id))
                .filter(other -> !liveness.isKnownDead(other.process()))
                .count();
    }

    private void join(Thread thread, Deadline deadline) {
        // Not for user code that closes this: it goes on when that returns.
        while (thread.isAlive() && !EndingThreads.isEnding(thread)) {
            if (deadline.isOver()) {
                LOG.warn(
                        "Group {}: {} did not end within the close timeout, going on without it",
                        group,
                        thread.getName());
                thread.interrupt();
                return;
            }
            // Also on a thread that is interrupted: a lease that is not released costs the others time.
            Uninterrupted.join(thread, Math.max(1_000_000, Math.min(deadline.leftNanos(), LOOK.toNanos())));
        }
    }
}
