package dev.coord.world;

import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.cluster.ParticipantContext;
import dev.coord.store.CommitSignal;
import dev.coord.store.WorldStore;
import dev.coord.work.Workers;
import io.grpc.ManagedChannel;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;

/** The world of one participant while it takes part: its copy, what keeps that up to date, and its way to the leader. */
final class WorldParticipation implements AutoCloseable {
    private final ParticipantContext context;
    private final Replica replica;
    private final FollowerEngine follower;
    private final CoordinatorServer server;
    private final Forwarder forwarder;
    private final ScheduledExecutorService timer;
    private final SeqnoWatch seqnoWatch;
    private final EndedParticipants ended;
    private final WorldLoader loader;
    private final Watchers watchers;
    private final Registration advances;
    private final Thread followerThread;
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
        this.replica = new Replica(loader, new Blocks(store, group, settings.blockCacheBytes()), watchers);
        this.follower =
                new FollowerEngine(group, signal, () -> store.head(group).seqno(), replica);
        this.server = new CoordinatorServer(group, engine, context.mesh().directory()::leader);
        ManagedChannel leader = context.mesh().plainChannel("coord:///leader");
        this.forwarder = new Forwarder(
                group,
                context.participant(),
                engine,
                context.mesh().directory(),
                leader,
                settings,
                monitor,
                context.leaderNeeded(),
                workers);
        this.ended = EndedParticipants.of(context);
        this.timer = new WorldTimer("coord-world-timer-" + group, workers);
        this.seqnoWatch = new SeqnoWatch(
                leader, context.mesh().directory(), timer, () -> engine.get().isEmpty(), seqno -> {
                    if (seqno > replica.seqno()) {
                        signal.wake(CommitSignal.Topic.HEAD);
                    }
                });
        this.advances = replica.onAdvance(seqno -> server.advanced());
        this.followerThread = workers.loop("coord-world-follower-" + group, follower::run);
        this.watcherThread = workers.loop("coord-world-watcher-" + group, watchers::run);
    }

    void start() {
        context.mesh().services().addPlain(server);
        followerThread.start();
        watcherThread.start();
        timer.execute(seqnoWatch::watch);
    }

    /** Which of some participants have ended for good. */
    Function<Set<ParticipantId>, Set<ParticipantId>> ended() {
        return ended;
    }

    ParticipantContext context() {
        return context;
    }

    Replica replica() {
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

    /** The engine answers from now on. */
    void served() {
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
        timer.shutdownNow();
        forwarder.close();
        advances.close();
        server.leadingEnded();
        follower.close();
        watchers.close();
        for (Thread thread : List.of(followerThread, watcherThread)) {
            try {
                // A call of the application's, or of the store's, may take its time.
                thread.join(500);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
