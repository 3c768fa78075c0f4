package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.InvalidSettingsException;
import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.election.Election;
import dev.coord.election.RenewalListener;
import dev.coord.election.RenewalListeners;
import dev.coord.mesh.Mesh;
import dev.coord.mesh.MeshSettings;
import dev.coord.mesh.ParticipantInfo;
import dev.coord.registry.ParticipantWatcher;
import dev.coord.registry.Registry;
import dev.coord.store.DatabaseState;
import dev.coord.store.OwnedDatabase;
import dev.coord.store.Store;
import dev.coord.store.StoreOwner;
import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.store.jdbc.DatabaseStore;
import dev.coord.store.maintenance.Backup;
import dev.coord.store.shared.SharedStore;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.time.NanoClock;
import dev.coord.transport.Transport;
import dev.coord.transport.unix.UnixTransport;
import dev.coord.work.Listeners;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes this process, or a part of it, a participant of a group: it registers, stands for election, leads or follows, tells the
 * role handler, and at the end stops it, releases the lease and deregisters.
 *
 * <p>Between {@link #start()} and {@link #close()} nothing ends it: when the store does not answer it steps down, and comes back.
 * One JVM can hold several coordinators, of one group or of several. All methods may be called from any thread.
 */
public final class Coordinator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);
    private static final int MAX_GROUP_LENGTH = 100;

    private final String group;
    private final ParticipantId id = ParticipantId.random();
    private final List<String> capabilities;
    private final Attributes attributes;
    private final CoordinatorSettings settings;
    private final Supplier<Store> storeSupplier;
    private final boolean ownsStore;
    private final boolean shutdownHook;
    private final RoleState state = new RoleState();
    private final RoleHistory history = new RoleHistory(NanoClock.system(), InstantSource.system());
    private final RenewalListeners renewals = new RenewalListeners();
    private final Listeners<Runnable> closedListeners;
    private final GroupDirectory others = new GroupDirectory(state);
    private final Mesh mesh;
    private final ClaimPause pause;
    private final EventDispatcher events;
    private final HandlerRunner handler;
    private final RoleTransitions roles;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable Store store;
    private volatile @Nullable Participation participation;
    private @Nullable Thread hook;
    private volatile boolean closing;
    private boolean closingBegun;
    private boolean startBegun;

    private Coordinator(Builder builder, Supplier<Store> storeSupplier, boolean ownsStore) {
        this.group = builder.group;
        this.capabilities = List.copyOf(builder.capabilities);
        this.attributes = new Attributes(builder.attributes, lateAttributes(builder.lateAttributes, builder.handler));
        this.settings = builder.settings();
        this.storeSupplier = storeSupplier;
        this.ownsStore = ownsStore;
        this.shutdownHook = builder.shutdownHook;
        this.closedListeners = new Listeners<>(LOG, "the end of the coordinator of group " + group);
        this.pause = new ClaimPause(settings.lease().staleThreshold());
        this.events = new EventDispatcher(group);
        this.handler = new HandlerRunner(builder.handler, group, this::handlerFailed);
        this.roles = new RoleTransitions(new RoleTransitions.Told(
                history,
                state,
                handler,
                role -> participation().registry().setRole(role),
                new RoleChangeLog(group, id),
                events::publish));
        this.mesh = new Mesh(
                group,
                id,
                others,
                this::info,
                builder.meshSettings,
                this::leaderLost,
                builder.newTransport(),
                NanoClock.system());
    }

    private static Supplier<Map<String, String>> lateAttributes(
            Supplier<? extends Map<String, String>> own, RoleChangeHandler handler) {
        return () -> {
            Map<String, String> all = new HashMap<>(handler.attributes());
            all.putAll(own.get());
            return all;
        };
    }

    /** A builder; a directory, a database or a store is needed, all else has a default. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Opens the store and follows the group without taking part: what it shares can be read, and the leader and the others be
     * called; but this participant is not registered, so that others do not know of it, and does not stand for election. An
     * application does this first of all, and {@link #start() starts} when it is ready to do a leader's work.
     *
     * <p>If it has something for the leader to do, nobody leads and nobody else stands, it may lead nevertheless.
     *
     * @throws CoordException if the store cannot be opened, or gave no answer within the start timeout; nothing is left behind,
     *     the mesh is closed too
     * @throws IllegalStateException if it was opened before: a coordinator is used once
     */
    public synchronized void open() {
        if (participation != null || closing) {
            throw new IllegalStateException(
                    "This coordinator of group '" + group + "' was started or closed before; build another one");
        }
        Participation started = null;
        try {
            Store opened = storeSupplier.get();
            store = opened;
            started = new Participation(
                    new Self(group, id, capabilities, attributes),
                    settings,
                    mesh,
                    opened,
                    roles,
                    new Participation.Callbacks(handler, events, renewals),
                    pause);
            others.follow(started.watcher());
            // Before its threads run: they may call back.
            participation = started;
            started.open(() -> !closing);
        } catch (RuntimeException | Error e) {
            participation = null;
            closing = true;
            if (started != null) {
                started.leave();
            }
            mesh.close();
            closeStore();
            throw e;
        }
        if (shutdownHook) {
            hook = new Thread(this::close, "coord-shutdown-" + group);
            Runtime.getRuntime().addShutdownHook(hook);
        }
        LOG.debug("Group {}: {} follows, and does not take part yet", group, id);
    }

    /**
     * Takes part: {@linkplain #open() opens} the store if that was not done before, registers, and stands for election. Returns
     * when it is registered; the role may not be known yet.
     *
     * @throws CoordException if the store cannot be opened, or gave no answer within the start timeout; nothing is left behind
     * @throws InvalidSettingsException if the {@linkplain Builder#attributes(Supplier) attributes} that it asks for are too many or
     *     too long; nothing is left behind
     * @throws IllegalStateException if it was started before: a coordinator is used once
     */
    public synchronized void start() {
        if (startBegun) {
            throw new IllegalStateException(
                    "This coordinator of group '" + group + "' was started or closed before; build another one");
        }
        startBegun = true;
        if (participation == null || closing) {
            open();
        }
        try {
            participation().start(() -> !closing);
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
        LOG.info("Group {}: {} takes part, capabilities {}", group, id, capabilities);
    }

    /**
     * Leaves the place to others, the first step of an orderly end: the work in the present role ends, leadership is given up, and
     * another participant leads, if there is one. This one goes on as a follower until {@link #close()}: the world can be read and
     * written, and the others called, by what is still to be done here. It does not stand for election again; only when it has
     * something for the leader to do, and nobody else stands, it may lead once more.
     *
     * <p>Returns when the role handler's work has ended, or its grace is over, and the lease is released. Before a start, and after
     * the end, nothing happens.
     */
    public void handOver() {
        pause.retire();
        Participation now = participation;
        if (now == null || closing) {
            return;
        }
        Registration waiting = EndingThreads.enter();
        try {
            now.handOver();
        } finally {
            waiting.close();
        }
    }

    /** Starts, and returns when it is closed by another thread, or this thread is interrupted, which closes it. */
    public void run() {
        start();
        try {
            closed.await();
        } catch (InterruptedException e) {
            close();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops the role handler, releases the lease, deregisters, and closes the store if it was opened here; in this order, and
     * within the close timeout. A second call waits for the first.
     *
     * <p>Callbacks may call it, and may call {@link System#exit}: it does not wait for the callback that does so.
     */
    @Override
    public void close() {
        Registration waiting = EndingThreads.enter();
        try {
            end();
        } finally {
            waiting.close();
        }
    }

    private void end() {
        Participation ending = beginClosing();
        if (ending == null) {
            awaitClosed();
            tellClosed();
            return;
        }
        try {
            ending.close(this::closeStore);
        } finally {
            roles.closed();
            closed.countDown();
            removeHook();
            tellClosed();
        }
        LOG.info("Group {}: {} no longer takes part", group, id);
    }

    /** What is to be closed by this caller; null if another one does so, or there is nothing. */
    private @Nullable Participation beginClosing() {
        // Before waiting for a start that is under way, which ends when it sees this.
        closing = true;
        synchronized (this) {
            Participation ending = closingBegun ? null : participation;
            closingBegun = true;
            if (participation == null) {
                mesh.close();
                closed.countDown();
            }
            return ending;
        }
    }

    private void awaitClosed() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void closeStore() {
        Store opened = store;
        if (ownsStore && opened != null) {
            opened.close();
        }
    }

    private void removeHook() {
        Thread installed = hook;
        if (installed != null && installed != Thread.currentThread()) {
            try {
                Runtime.getRuntime().removeShutdownHook(installed);
            } catch (IllegalStateException e) {
                LOG.trace("The JVM is shutting down", e);
            }
        }
    }

    /**
     * Writes a backup of the store, with all of its groups, to {@code file}, which only this user can read. It has that name when
     * all of it is on the disk. Nobody who uses the store waits for more than a page.
     *
     * @return what is in it
     * @throws java.nio.file.FileAlreadyExistsException if there is such a file; it stays as it is
     * @throws java.io.IOException if the file cannot be written; there is none then
     * @throws CoordException if the store gave no answer; there is no file then
     * @throws IllegalStateException if it is not started, or closed
     */
    public List<Backup.Group> backup(Path file) throws IOException {
        Store opened = store;
        if (opened == null || closing) {
            throw new IllegalStateException("The coordinator of group '" + group + "' is not started, or closed");
        }
        return Backup.write(opened, file);
    }

    /** The group. */
    public String group() {
        return group;
    }

    /** This participant. */
    public ParticipantId id() {
        return id;
    }

    /** What this participant is now. */
    public Role role() {
        Participation now = participation;
        return now == null ? Role.UNKNOWN : now.role(state);
    }

    /** Waits until the role is known, at most for {@code max}; {@link Role#UNKNOWN} if it is not known by then. */
    public Role awaitRole(Duration max) throws InterruptedException {
        return state.awaitKnown(max);
    }

    /** How many participants of the group are alive, this one included, as of the last look at the registry. */
    public int countParticipants() {
        return participation().countOthers() + 1;
    }

    /**
     * The leadership that this participant holds now, by its own account. A lease that was won is one from when the {@link #role()} is
     * leader: one that is lost before is never told of, here neither.
     */
    public Optional<Leadership> leadership() {
        return role() == Role.LEADER
                ? Optional.ofNullable(participation)
                        .flatMap(now -> now.election().leadership())
                : Optional.empty();
    }

    /** Who leads as far as this participant knows, itself included; does not ask the store. */
    public Optional<LeaderInfo> leader() {
        return state.leader();
    }

    /**
     * Gives up leadership, if held, and does not stand for election for {@code pause}, unless the lease stays free because nobody
     * else wants it. Does not wait for the role handler to stop.
     */
    public void stepDown(Duration pauseTime) {
        participation().stepDown(pauseTime);
    }

    private void handlerFailed(Leadership leadership, Throwable why) {
        participation().loop().handlerFailed(leadership, why);
    }

    /** Everything at once, for health and metrics. */
    public CoordinatorStatus status() {
        Participation now = participation;
        return new CoordinatorStatus(
                group,
                id,
                role(),
                leader(),
                now == null ? 0 : now.countOthers() + 1,
                now == null ? Optional.empty() : now.election().sinceRenewal(),
                now == null ? settings.lease().staleThreshold() : now.election().staleThreshold(),
                now != null && now.election().isStretched(),
                history.withoutLeader(),
                state.storeFailure(),
                handler.failure(),
                now == null || closing ? List.of() : now.problems());
    }

    /** The last 50 role changes of this participant, the latest at the end. */
    public List<RoleChange> roleChanges() {
        return history.changes();
    }

    /** Tells {@code listener} of role changes from now on. */
    public Registration addListener(CoordinatorListener listener) {
        return events.addListener(listener);
    }

    /** Tells {@code listener} of each attempt of this participant to renew its lease. May be called before the start. */
    public Registration addRenewalListener(RenewalListener listener) {
        return renewals.add(listener);
    }

    /**
     * Runs {@code listener} once when this coordinator has been closed, on a thread that closes it; at once if it is closed
     * already. What it throws is logged.
     */
    public Registration onClosed(Runnable listener) {
        Registration registration = closedListeners.add(listener);
        tellClosed();
        return registration;
    }

    private void tellClosed() {
        if (closed.getCount() > 0) {
            // Not yet: who waited for it was interrupted.
            return;
        }
        // A second call of close() comes here too, and finds nothing.
        closedListeners.tellOnce(Runnable::run);
    }

    /** The process that has the shared database open, as far as this one knows; empty before the start, and for other stores. */
    public Optional<StoreOwner> storeOwner() {
        return Optional.ofNullable(participation)
                .flatMap(now -> now.store().ownedDatabase())
                .flatMap(OwnedDatabase::owner);
    }

    /** How often this process has become the one that has the shared database open, for all its groups. */
    public long storeTakeovers() {
        return Optional.ofNullable(participation)
                .flatMap(now -> now.store().ownedDatabase())
                .map(OwnedDatabase::takeovers)
                .orElse(0L);
    }

    /** What is known of the external database, as of its last answer; empty before the start, and where there is none. */
    public Optional<DatabaseState> database() {
        return Optional.ofNullable(participation).flatMap(now -> now.store().database());
    }

    /** This participant's part in the election. */
    public Election election() {
        return participation().election();
    }

    /** This participant's entry in the registry. */
    public Registry registry() {
        return participation().registry();
    }

    /** The participants of the group. */
    public ParticipantWatcher watcher() {
        return participation().watcher();
    }

    /**
     * The connections to the other participants, and what this one serves to them. Services and interceptors can be added, and
     * channels made, before {@link #start()}: it listens and serves, and knows the others, between that and {@link #close()}.
     */
    public Mesh mesh() {
        return mesh;
    }

    private ParticipantInfo info() {
        Participation now = participation;
        return now == null
                ? new ParticipantInfo(
                        group,
                        id,
                        ProcessHandle.current().pid(),
                        Role.UNKNOWN,
                        Term.NONE,
                        capabilities,
                        attributes.now())
                : now.info(state);
    }

    private void leaderLost() {
        Participation now = participation;
        if (now != null) {
            now.leaderLost();
        }
    }

    private Participation participation() {
        Participation now = participation;
        if (now == null) {
            throw new IllegalStateException("This coordinator of group '" + group + "' is not started: call start()");
        }
        return now;
    }

    /** Builds a coordinator. */
    public static final class Builder {
        private @Nullable Path directory;
        private @Nullable DatabaseSettings database;
        private @Nullable Store store;
        private SharedStoreSettings storeSettings = SharedStoreSettings.defaults();
        private MeshSettings meshSettings = MeshSettings.defaults();
        private Supplier<? extends Transport> transport = UnixTransport::new;
        private String group = "default";
        private List<String> capabilities = List.of();
        private Map<String, String> attributes = Map.of();
        private Supplier<? extends Map<String, String>> lateAttributes = Map::of;
        private @Nullable CoordinatorSettings settings;
        private RoleChangeHandler handler = new RoleChangeHandler() {
            @Override
            public void onBecomeLeader(Leadership leadership) {}

            @Override
            public void onBecomeFollower(LeaderInfo leader) {}
        };
        private boolean shutdownHook = true;

        private Builder() {}

        /** The directory that the processes share, in place of a {@link #store}. */
        public Builder directory(Path value) {
            directory = value;
            database = null;
            store = null;
            return this;
        }

        /** A store of one's own, which the coordinator does not close, in place of a {@link #directory}. */
        public Builder store(Store value) {
            store = value;
            database = null;
            directory = null;
            return this;
        }

        /** The external database that the processes share, in place of a {@link #directory}. */
        public Builder database(DatabaseSettings value) {
            database = value;
            directory = null;
            store = null;
            return this;
        }

        /** How the database in the {@link #directory} behaves. */
        public Builder storeSettings(SharedStoreSettings value) {
            storeSettings = value;
            return this;
        }

        /** The limits of the mesh. */
        public Builder meshSettings(MeshSettings value) {
            meshSettings = value;
            return this;
        }

        /**
         * How the participants reach each other, the same for all of a group: by Unix sockets by default, and between machines by a
         * {@link dev.coord.transport.tls.NetworkEndpoint}. Each coordinator that is built gets one, and closes it.
         */
        public Builder transport(Supplier<? extends Transport> value) {
            transport = value;
            return this;
        }

        /** The group: its participants elect one leader among them. 1 to 100 characters, "default" by default. */
        public Builder group(String value) {
            group = value;
            return this;
        }

        /** What this participant can do, for others to choose by. */
        public Builder capabilities(String... values) {
            capabilities = List.of(values);
            return this;
        }

        /**
         * What else this participant tells the others of itself, a URL, a zone, a version: at most 32 attributes, with keys of 1
         * to 100 bytes and values of up to 500, in UTF-8.
         */
        public Builder attributes(Map<String, String> values) {
            attributes = Map.copyOf(values);
            return this;
        }

        /**
         * Attributes that are known only when this participant begins to take part, the port of a server for instance: asked once, in
         * {@link Coordinator#start()} and on its thread, before others know of this participant. Of two attributes with the same key
         * the one of {@link #attributes(Map)} counts. The limits are the same; what is beyond them, or thrown, ends the start.
         */
        public Builder attributes(Supplier<? extends Map<String, String>> values) {
            lateAttributes = values;
            return this;
        }

        /**
         * The times; by default {@link CoordinatorSettings#defaults()}, and {@link CoordinatorSettings#databaseDefaults()} with a
         * {@link #database}.
         */
        public Builder settings(CoordinatorSettings value) {
            settings = value;
            return this;
        }

        /** What to do when the role changes. */
        public Builder handler(RoleChangeHandler value) {
            handler = value;
            return this;
        }

        /** Whether the JVM's shutdown closes the coordinator; it does by default. */
        public Builder shutdownHook(boolean value) {
            shutdownHook = value;
            return this;
        }

        /** Whether a {@link #directory}, a {@link #database} or a {@link #store} is set. */
        public boolean hasPlace() {
            return directory != null || database != null || store != null;
        }

        /** The group, as it is set so far. */
        public String group() {
            return group;
        }

        /** The times, as they are set so far. */
        public CoordinatorSettings settings() {
            CoordinatorSettings own = settings;
            if (own != null) {
                return own;
            }
            return database == null ? CoordinatorSettings.defaults() : CoordinatorSettings.databaseDefaults();
        }

        /** What is done when the role changes, as it is set so far. */
        public RoleChangeHandler handler() {
            return handler;
        }

        /**
         * The coordinator, not started. Close it, started or not: its mesh holds resources of the operating system.
         *
         * @throws InvalidSettingsException if something is missing or makes no sense
         */
        public Coordinator build() {
            if (group.isBlank() || group.length() > MAX_GROUP_LENGTH) {
                throw new InvalidSettingsException(
                        "The group must have 1 to " + MAX_GROUP_LENGTH + " characters, not '" + group + "'", "group");
            }
            for (String capability : capabilities) {
                if (!capability.matches("[A-Za-z0-9._/-]{1,64}")) {
                    throw new InvalidSettingsException(
                            "A capability has 1 to 64 letters, digits, dots, slashes, dashes or underscores, not '"
                                    + capability + "'",
                            "capabilities");
                }
            }
            Path dir = directory;
            DatabaseSettings external = database;
            Store own = store;
            if (own != null) {
                return new Coordinator(this, () -> own, false);
            }
            if (external != null) {
                return new Coordinator(this, () -> DatabaseStore.shared(external), true);
            }
            if (dir != null) {
                return new Coordinator(this, () -> SharedStore.open(dir, withServer(storeSettings)), true);
            }
            throw new InvalidSettingsException("A coordinator needs a directory, a database or a store");
        }

        private Transport newTransport() {
            Transport made = transport.get();
            DatabaseSettings external = database;
            if (external != null) {
                made.towards(external.hosts());
            }
            return made;
        }

        /** The store's private server is the mesh's, too. */
        private SharedStoreSettings withServer(SharedStoreSettings shared) {
            return shared.withMaxMessageSize(Math.max(shared.maxMessageSize(), meshSettings.maxMessageSize()));
        }
    }
}
