package dev.coord.world;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.StoreUnavailableException;
import dev.coord.cluster.ParticipantContext;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.registry.Liveness;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Gives a coordinator's group a {@link World}: as leader an engine that writes, otherwise one that follows. Hand it to one
 * coordinator as its handler, before the application's own: {@code handler(world.andThen(mine))}.
 *
 * <p>If the engine cannot be made, or fails later, this participant steps down. All methods may be called from any thread.
 */
public final class WorldRoleHandler implements RoleChangeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(WorldRoleHandler.class);

    private final StuckOperations operations;
    private final EngineFactory factory;
    private final WorldSettings settings;
    private final Watchers watchers;
    private final WorldMonitors monitors = new WorldMonitors();
    private final World world;
    private @Nullable WorldParticipation participation;
    private @Nullable OtherVersions versions;
    private @Nullable WorldEngine engine;
    private volatile @Nullable LeaderEngine writing;

    private WorldRoleHandler(Builder builder) {
        this.operations = new StuckOperations(builder.operations);
        this.factory = builder.factory;
        this.settings = builder.settings;
        this.watchers = new Watchers(settings.maxQueueBytes());
        this.world = new World(this::joined, watchers, settings);
    }

    /** A builder; everything has a default. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder with what this handler was built with, for one more coordinator. */
    public Builder toBuilder() {
        return builder().operations(operations.all()).engineFactory(factory).settings(settings);
    }

    @Override
    public Map<String, String> attributes() {
        return PublishedOperations.attributes(operations.types());
    }

    @Override
    public void onJoin(ParticipantContext participant) {
        var joined = new WorldParticipation(participant, settings, watchers, monitors, this::engine);
        synchronized (this) {
            if (participation != null) {
                joined.close();
                throw new IllegalStateException("This handler is in use by another coordinator: build one for each");
            }
            participation = joined;
        }
        joined.start();
        monitors.joined(participant.group());
    }

    @Override
    public void onLeave() {
        WorldParticipation left;
        WorldEngine ended;
        synchronized (this) {
            left = participation;
            ended = engine;
            engine = null;
            notifyAll();
        }
        if (ended != null) {
            ended.close();
        }
        if (left != null) {
            monitors.left(left.context().group());
            left.close();
        }
    }

    @Override
    public void onBecomeLeader(Leadership leadership) throws Exception {
        WorldEngine made = factory.create(leadership, this::defaultEngine);
        synchronized (this) {
            engine = made;
            notifyAll();
        }
        joined().served();
        var unused = leadership.onLost(() -> end(made));
    }

    /** Of this process, whatever it leads: it remembers to whom it handed over. */
    private synchronized OtherVersions versions(ParticipantContext context) {
        OtherVersions now = versions;
        if (now == null) {
            now = new OtherVersions(
                    context.participant(),
                    operations.types(),
                    context.mesh().directory()::participants,
                    Liveness.of(context.store())::isKnownDead,
                    context.stepDown(),
                    NanoClock.system());
            versions = now;
        }
        return now;
    }

    private WorldEngine defaultEngine(Leadership leadership) throws InterruptedException {
        ParticipantContext context = joined().context();
        var made = new LeaderEngine(
                leadership,
                joined().replica(),
                context.store().world(),
                operations,
                settings,
                monitors,
                versions(context),
                joined().ended(),
                why -> engineFailed(leadership, why));
        for (int tries = 1; ; tries++) {
            try {
                made.start();
                // Also if a factory that wraps it fails.
                var unused = leadership.onLost(made::close);
                writing = made;
                return made;
            } catch (CoordException e) {
                if (Thread.currentThread().isInterrupted() || !leadership.isHeld()) {
                    made.close();
                    // Nothing is wrong with the handler, nor with the store: the role ended before the world was open.
                    LOG.debug("Group {}: the world is not opened for term {}", context.group(), leadership.term(), e);
                    throw new InterruptedException("the leadership of term " + leadership.term() + " has ended");
                }
                if (!(e instanceof StoreUnavailableException)) {
                    made.close();
                    throw e;
                }
                // Who takes the place of leader and owner at once may have to wait for the database longer than a call
                // does.
                LOG.atLevel(tries == 1 ? Level.INFO : Level.WARN)
                        .log("Group {}: cannot open the world yet: {}", context.group(), e.getMessage());
                if (leadership.awaitLost(Duration.ofMillis(20))) {
                    made.close();
                    throw e;
                }
            }
        }
    }

    private void engineFailed(Leadership leadership, Throwable why) {
        if (leadership.isHeld()) {
            joined().context().failed().accept(leadership, why);
        }
    }

    private void end(WorldEngine ended) {
        synchronized (this) {
            if (engine == ended) {
                engine = null;
            }
        }
        ended.close();
        joined().servedNoMore();
    }

    /** The engine follows by itself; there is nothing to do. */
    @Override
    public synchronized void onBecomeFollower(LeaderInfo leader) {
        if (versions != null) {
            versions.leads(leader.participant());
        }
    }

    private synchronized WorldParticipation joined() {
        WorldParticipation now = participation;
        if (now == null) {
            throw new IllegalStateException("The world is there when its coordinator has started");
        }
        return now;
    }

    /** The engine that writes, as long as this participant leads and the engine is ready. */
    public synchronized Optional<WorldEngine> engine() {
        return Optional.ofNullable(engine);
    }

    /** Waits until this participant leads and its engine is ready, at most for {@code timeout}; empty if it is not by then. */
    public synchronized Optional<WorldEngine> awaitEngine(Duration timeout) throws InterruptedException {
        var unused = Deadline.in(timeout).await(this, () -> engine != null);
        return Optional.ofNullable(engine);
    }

    /**
     * The engine that reads, whatever the role.
     *
     * @throws IllegalStateException before the coordinator has started
     */
    public FollowerEngine followerEngine() {
        return joined().follower();
    }

    /** The group whose world it is; empty before the coordinator has started. */
    public synchronized Optional<String> group() {
        return Optional.ofNullable(participation).map(now -> now.context().group());
    }

    /** How far this participant is; empty before the coordinator has started. Does not ask the store. */
    public Optional<WorldStatus> status() {
        WorldParticipation now;
        synchronized (this) {
            now = participation;
        }
        if (now == null) {
            return Optional.empty();
        }
        // In this order, so that nobody is seen to lag behind what came in between.
        long known = now.knownSeqno();
        LeaderEngine leading = writing;
        return Optional.of(new WorldStatus(
                now.replica().seqno(),
                known,
                leading == null ? 0 : leading.queue(),
                now.behind(),
                operations.stuckTypes(),
                now.replica().resets(),
                Optional.ofNullable(now.replica().lastReset()),
                now.replica().results().window()));
    }

    /** Tells {@code monitor} of what is done from now on. May be called before the coordinator has started. */
    public Registration addMonitor(WorldMonitor monitor) {
        return monitors.add(monitor);
    }

    /** The world, for the application. */
    public World world() {
        return world;
    }

    /** This participant, as which its submissions go to the leader. */
    public ParticipantId participant() {
        return joined().context().participant();
    }

    /** Builds a handler. */
    public static final class Builder {
        private OperationLookup operations = OperationLookup.none();
        private EngineFactory factory = EngineFactory.defaults();
        private WorldSettings settings = WorldSettings.defaults();

        private Builder() {}

        /** The operations that this process can apply as leader; none by default. */
        public Builder operations(OperationLookup value) {
            operations = value;
            return this;
        }

        /** What makes the leader's engine. */
        public Builder engineFactory(EngineFactory value) {
            factory = value;
            return this;
        }

        /** The limits. */
        public Builder settings(WorldSettings value) {
            settings = value;
            return this;
        }

        /** The handler. */
        public WorldRoleHandler build() {
            return new WorldRoleHandler(this);
        }
    }
}
