package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.cluster.ParticipantContext;
import dev.coord.store.CommitSignal;
import dev.coord.store.WorldStore;
import dev.coord.time.NanoClock;
import dev.coord.work.SharedTimer;
import dev.coord.work.Workers;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The world of one participant while it takes part: its copy, what keeps that up to date, and its way to the leader. */
final class WorldParticipation implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WorldParticipation.class);
    private static final long LEAVE_MILLIS = 500;

    private final ParticipantContext context;
    private final Replica replica;
    private volatile boolean left;
    private final FollowerEngine follower;
    private final CoordinatorServer server;
    private final Forwarder forwarder;
    private final SharedTimer timer = new SharedTimer();
    private final SeqnoWatch seqnoWatch;
    private final EndedParticipants ended;
    private final Registration listings;
    private final Lag lag = new Lag(NanoClock.system());
    /** The last commit that could be read here. */
    private final AtomicLong read = new AtomicLong();

    private final WorldLoader loader;
    private final Watchers watchers;
    private final Registration advances;
    private final ExecutorService following;
    private final Runnable follow;
    private final Thread watcherThread;

    WorldParticipation(
            ParticipantContext context,
            WorldSettings settings,
            Watchers watchers,
            WorldMonitor monitor,
            Supplier<Optional<WorldEngine>> engine) {
        this.context = context;
        Workers workers = context.mesh().workers();
        this.watchers = watchers;
        String group = context.group();
        WorldStore store = context.store().world();
        CommitSignal signal = context.store().signal();
        this.loader = new WorldLoader(store, group);
        this.replica = new Replica(
                loader, new Blocks(store, group, settings.blockCacheBytes()), watchers, settings.resultCacheBytes());
        this.follower = new FollowerEngine(group, signal, () -> store.head(group), replica);
        this.server = new CoordinatorServer(group, engine, context.mesh().directory()::leader, timer);
        ManagedChannel leader = context.mesh().plainChannel("coord:///leader");
        this.forwarder = new Forwarder(
                group,
                context.participant(),
                engine,
                replica::readSeqno,
                context.mesh().directory(),
                leader,
                settings,
                monitor,
                context.leaderNeeded(),
                workers);
        this.ended = EndedParticipants.of(context);
        this.listings = context.mesh().directory().onChange(ended::look);
        ended.look();
        this.seqnoWatch = new SeqnoWatch(
                leader,
                context.mesh().directory(),
                timer,
                workers,
                () -> engine.get().isEmpty(),
                (seqno, first) -> {
                    if (first) {
                        lag.knownAnew(seqno);
                    } else {
                        lag.known(seqno);
                    }
                    if (seqno > replica.seqno()) {
                        signal.wake(CommitSignal.Topic.HEAD);
                    }
                });
        watchers.readLogWith(loader::entriesAfter);
        this.advances = replica.onAdvance(seqno -> {
            if (seqno < read.getAndSet(seqno)) {
                seqnoWatch.wentBack(seqno);
            }
            lag.read(seqno);
            server.advanced();
        });
        String thread = "coord-world-follower-" + group;
        this.following = Workers.onDemand(work -> Workers.daemon(thread, work));
        this.follow = workers.repeated(thread, follower::run);
        this.watcherThread = workers.loop("coord-world-watcher-" + group, watchers::run);
    }

    void start() {
        context.mesh().services().addPlain(server);
        follower.whenToFollow(this::follow);
        follow();
        watchers.startWith(watcherThread::start);
        seqnoWatch.start();
    }

    private void follow() {
        try {
            following.execute(follow);
        } catch (RejectedExecutionException e) {
            LOG.trace("Group {}: this participant leaves", context.group(), e);
        }
    }

    /** Which of some participants have ended for good. */
    Function<Set<ParticipantId>, Set<ParticipantId>> ended() {
        return ended;
    }

    /**
     * Whoever is not in the list of participants may be taken for one that has ended, and its objects deleted.
     *
     * @throws OperationRejectedException if {@code write} gives an object to this participant, which is not registered yet
     */
    void checkOwner(WorldWrite write) {
        if (!context.registered().getAsBoolean() && write.givesTo(context.participant())) {
            throw new OperationRejectedException(
                    "not registered",
                    "'" + WorldKeys.shortened(write.type()) + "' makes an object that ends with this participant, "
                            + context.participant() + ", which takes part only when the coordinator of group "
                            + context.group() + " has started: create it then. Nothing was submitted");
        }
    }

    ParticipantContext context() {
        return context;
    }

    Replica replica() {
        return replica;
    }

    /**
     * The same, for the application's reads.
     *
     * @throws WorldUnavailableException if this participant has left: what it has gets old, and nobody would notice
     */
    Replica readable() {
        if (left) {
            throw new WorldUnavailableException(
                    "",
                    "Reads here may be old: this participant has left group " + context.group()
                            + ", so nothing is read here any more. Views that are held stay as they are; read on another participant.",
                    null);
        }
        return replica;
    }

    FollowerEngine follower() {
        return follower;
    }

    Forwarder forwarder() {
        return forwarder;
    }

    WorldLoader loader() {
        return loader;
    }

    /** The last commit that this participant knows to exist. */
    long knownSeqno() {
        return Math.max(seqnoWatch.last(), replica.seqno());
    }

    /** For how long a commit has been known to exist that cannot be read here. */
    Duration behind() {
        return lag.age();
    }

    /** The engine answers from now on. */
    void served() {
        // What an earlier leader told of later commits is lost, if it is not here.
        long here = replica.seqno();
        seqnoWatch.wentBack(here);
        lag.knownAnew(here);
        server.advanced();
    }

    /** The engine has ended: its watchers go to the next leader, and this copy goes on by the log. */
    void servedNoMore() {
        server.leadingEnded();
        context.store().signal().wake(CommitSignal.Topic.HEAD);
    }

    @Override
    public void close() {
        seqnoWatch.close();
        timer.close();
        forwarder.close();
        advances.close();
        listings.close();
        server.leadingEnded();
        follower.close();
        watchers.close();
        following.shutdown();
        try {
            // A call of the application's, or of the store's, may take its time.
            if (!following.awaitTermination(LEAVE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.debug("Group {}: following the world ends later: the store is busy", context.group());
            }
            // A listener that was just told of a commit reads here.
            watcherThread.join(LEAVE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            left = true;
        }
    }
}
