package dev.coord.store.shared;

import dev.coord.CoordException;
import dev.coord.CorruptStoreException;
import dev.coord.DirectoryException;
import dev.coord.InvalidSettingsException;
import dev.coord.StoreException;
import dev.coord.StoreFullException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.CommitSignal;
import dev.coord.store.LeaseStore;
import dev.coord.store.OwnedDatabase;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.StoreOwner;
import dev.coord.store.WorldStore;
import dev.coord.store.journal.Disk;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.time.Uninterrupted;
import dev.coord.transport.PrivateServer;
import dev.coord.transport.unix.PrivateDirectory;
import dev.coord.transport.unix.UnixServer;
import dev.coord.transport.unix.UnixTransport;
import dev.coord.work.Workers;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One embedded H2 file in a directory, used by many processes at once, with no server to install. The kernel elects the process
 * that has the file open, the <em>owner</em>, by handing it a file lock; the others send it typed operations over its Unix
 * socket. When the owner dies the kernel hands the lock to another process at once; when it is frozen, another goes on with a
 * copy under the next <em>epoch</em>, and the frozen one can no longer acknowledge anything.
 *
 * <p>All users of a directory in one JVM share one store, which is closed when the last of them closes it.
 *
 * <p>Do not open the files of the directory from inside a process that uses it, not even for reading: closing any file frees the
 * locks that the process has on it. Another process, a backup tool for instance, may read them at any time.
 */
public final class SharedStore {
    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);
    /** How long closing waits for threads that are in the middle of something. */
    private static final Duration SHUTDOWN = Duration.ofSeconds(2);

    /** By real path. Static, so that locks and their channels stay reachable for as long as the process uses them. */
    private static final Map<Path, SharedStore> OPEN = new HashMap<>();

    private final SharedStoreSettings settings;
    private final JvmGuard guard;
    private final SharedDirectory directory;
    private final SignalBoard board = new SignalBoard();
    private final Routes routes = new Routes();
    private final EpochFile epochs;
    private final LifeLocks lifeLocks;
    private final UnixTransport transport;
    private final UnixServer server;
    private final OwnerService service;
    private final OwnerCandidate candidate;
    private final OwnerMonitor monitor;
    private final Workers workers = new Workers(NanoClock.system());
    private final Upkeep upkeep;
    private final ScheduledExecutorService heartbeat;
    private final ScheduledExecutorService upkeepTimer;
    private final List<Thread> threads;
    private final LeaseStore leases = new StoreCalls.Leases(this::call);
    private final ParticipantStore participants = new StoreCalls.Participants(this::call);
    private final WorldStore world = new WorldCalls(this::call);
    private final CountDownLatch forgotten = new CountDownLatch(1);
    private int users;

    /**
     * Opens the store of {@code path}, which is made if it is not there.
     *
     * @throws DirectoryException if the directory is not usable; the message says why and what to do
     * @throws InvalidSettingsException if it is open in this JVM with other settings
     */
    public static Store open(Path path, SharedStoreSettings settings) {
        return open(path, settings, Failpoints.NONE);
    }

    static Store open(Path path, SharedStoreSettings settings, Failpoints failpoints) {
        return open(path, settings, failpoints, Disk.SYSTEM);
    }

    static Store open(Path path, SharedStoreSettings settings, Failpoints failpoints, Disk disk) {
        Path root = PrivateDirectory.open(path, SharedDirectory.EPOCH_FILE);
        while (true) {
            SharedStore closing;
            synchronized (OPEN) {
                SharedStore store = OPEN.get(root);
                if (store == null || store.users > 0) {
                    return new User(store == null ? create(root, settings, failpoints, disk) : store.checked(settings));
                }
                closing = store;
            }
            closing.awaitShutdown();
        }
    }

    private SharedStore checked(SharedStoreSettings wanted) {
        if (!settings.equals(wanted)) {
            throw new InvalidSettingsException(
                    directory.root() + " is open in this process with other settings: " + settings + ", not " + wanted
                            + ". Use the same for all groups of a directory.",
                    settings.differences(wanted));
        }
        return this;
    }

    private static SharedStore create(Path root, SharedStoreSettings settings, Failpoints failpoints, Disk disk) {
        JvmGuard guard = null;
        boolean created = false;
        try {
            guard = JvmGuard.take(root);
            var store = new SharedStore(root, settings, failpoints, disk, guard);
            OPEN.put(root, store);
            created = true;
            return store;
        } catch (IOException e) {
            throw new DirectoryException(root, "cannot be used: " + e + ". Repair it, or set another directory.", e);
        } finally {
            if (!created && guard != null) {
                guard.close();
            }
        }
    }

    private SharedStore(Path root, SharedStoreSettings settings, Failpoints failpoints, Disk disk, JvmGuard guard)
            throws IOException {
        this.settings = settings;
        this.guard = guard;
        this.directory = new SharedDirectory(root, disk);
        this.epochs = EpochFile.open(directory);
        // Before the socket, so that the kernel frees the lock of a dying process before its peers see the socket
        // close.
        this.lifeLocks = LifeLocks.create(directory);
        this.transport = new UnixTransport(root);
        this.service = new OwnerService(epochs, () -> committed(Topics.ALL));
        this.server = listen();
        var endpoint = new Endpoint(ProcessHandle.current().pid(), lifeLocks.token(), server.socket());
        this.candidate = new OwnerCandidate(
                directory, epochs, lifeLocks, endpoint, service, routes, this::committed, failpoints);
        this.monitor = new OwnerMonitor(
                directory,
                epochs,
                candidate,
                routes,
                transport,
                lifeLocks,
                board::publish,
                settings,
                NanoClock.system());
        this.upkeep = new Upkeep(directory, epochs, lifeLocks, server, NanoClock.system());
        this.heartbeat = Workers.timer("coord-store-heartbeat");
        // Its own, because file systems can be slow, and a heartbeat must not be.
        this.upkeepTimer = Workers.timer("coord-store-upkeep");
        this.threads = List.of(
                workers.loop("coord-store-owner", candidate::run),
                workers.loop("coord-store-monitor", monitor::run),
                workers.once(
                        "coord-store-warmup",
                        new Warmup(
                                directory,
                                epochs,
                                routes,
                                leases,
                                () -> candidate.owning() == 0 && !routes.isClosed())));
        every(heartbeat, settings.heartbeatInterval(), workers.task("coord-store-heartbeat", service::heartbeat));
        every(upkeepTimer, Upkeep.INTERVAL, workers.task("coord-store-upkeep", upkeep));
        threads.forEach(Thread::start);
    }

    private static void every(ScheduledExecutorService timer, Duration interval, Runnable task) {
        var unused = timer.scheduleWithFixedDelay(task, interval.toNanos(), interval.toNanos(), TimeUnit.NANOSECONDS);
    }

    private UnixServer listen() throws IOException {
        boolean listening = false;
        try {
            lifeLocks.sweep();
            UnixServer made = transport.listen(settings.maxMessageSize());
            // Its handlers never block: they hand over to the owner's threads.
            made.add(service.bindService(), Runnable::run);
            listening = true;
            return made;
        } finally {
            if (!listening) {
                lifeLocks.close();
                transport.close();
            }
        }
    }

    private void committed(Set<CommitSignal.Topic> topics) {
        board.publish(topics);
        service.push(topics);
    }

    /** Carries out {@code request} on whoever is owner, and on the next one if that changes on the way. */
    private StoreResponse call(StoreRequest asked) {
        StoreRequest named = directory.names().shared(asked);
        // Whoever owns the database may have been set up otherwise.
        StoreRequest request = settings.sync() && StoreCalls.writes(named)
                ? named.toBuilder().setSync(true).build()
                : named;
        return directory.names().local(carryOut(request));
    }

    private StoreResponse carryOut(StoreRequest request) {
        Deadline deadline = Deadline.in(settings.callTimeout());
        Throwable last = null;
        try {
            while (true) {
                Route route = routes.await(deadline);
                if (route == null) {
                    throw unavailable(request, last);
                }
                try {
                    return checked(request, route.execute(request, Math.max(1, deadline.leftNanos())), last);
                } catch (NotOwnerException e) {
                    last = e;
                    routes.awaitOther(route);
                } catch (TimeoutException e) {
                    throw unavailable(request, e);
                }
                if (deadline.isOver()) {
                    throw unavailable(request, last);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException(
                    request.getOperationCase() + " on " + directory.root() + " was interrupted; its outcome is unknown",
                    e);
        }
    }

    private StoreResponse checked(StoreRequest request, StoreResponse response, @Nullable Throwable before) {
        if (response.getFull() && before == null) {
            throw new StoreFullException(
                    request.getOperationCase() + " on " + directory.root() + " was refused: " + response.getError(),
                    null);
        }
        if (response.getFull()) {
            // This time it did not happen, but another owner that gave no answer may have done it.
            throw new StoreUnavailableException(
                    request.getOperationCase() + " on " + directory.root() + " got no answer, and then "
                            + response.getError() + ". The outcome of the first time is unknown",
                    before);
        }
        if (!response.getError().isEmpty()) {
            throw new StoreException("The store of " + directory.root() + ": " + response.getError(), null);
        }
        return response;
    }

    private CoordException unavailable(StoreRequest request, @Nullable Throwable last) {
        if (routes.isClosed()) {
            return new StoreUnavailableException("The store of " + directory.root() + " is closed", last);
        }
        CoordException problem = routes.problem();
        boolean hopeless = problem instanceof CorruptStoreException || (routes.isHopeless() && last == null);
        if (problem != null && hopeless) {
            return problem;
        }
        // A problem that there is now says nothing of what became of the operation before.
        Optional<String> why = problem == null ? monitor.unreachable() : Optional.ofNullable(problem.getMessage());
        return new StoreUnavailableException(
                request.getOperationCase() + " on " + directory.root() + " got no answer within "
                        + settings.callTimeout().toMillis() + " ms; its outcome is unknown, ask again"
                        + why.map(reason -> ". The reason: " + reason).orElse(""),
                last == null ? problem : last);
    }

    private Optional<StoreOwner> owner() {
        Route route = routes.current();
        if (route instanceof OwnerLink link) {
            Endpoint there = link.endpoint();
            return Optional.of(
                    new StoreOwner(link.epoch(), there.pid(), there.socket().toString(), false));
        }
        if (route instanceof Owner own) {
            return Optional.of(new StoreOwner(
                    own.epoch(), ProcessHandle.current().pid(), server.socket().toString(), true));
        }
        return Optional.empty();
    }

    private List<String> problems() {
        var all = new ArrayList<>(workers.problems());
        all.addAll(upkeep.problems());
        monitor.unreachable().ifPresent(all::add);
        return all;
    }

    private void release() {
        synchronized (OPEN) {
            users--;
            if (users > 0) {
                return;
            }
        }
        shutdown();
    }

    private void shutdown() {
        routes.close();
        workers.close();
        heartbeat.shutdownNow();
        // Not interrupted: that would close the channels of its locks.
        upkeepTimer.shutdown();
        monitor.close();
        candidate.close();
        Deadline deadline = Deadline.in(SHUTDOWN);
        // Also on a thread that is interrupted: what is not closed properly costs the others time.
        threads.forEach(thread -> Uninterrupted.join(thread, deadline.leftNanos()));
        server.close();
        transport.close();
        lifeLocks.close();
        if (threads.stream().noneMatch(Thread::isAlive)) {
            forget();
        } else {
            LOG.warn("Closing {} goes on in the background: its database is busy", directory.root());
            Workers.daemon("coord-store-closing", this::forgetLater).start();
        }
    }

    private void forgetLater() {
        threads.forEach(thread -> Uninterrupted.join(thread, Long.MAX_VALUE / 2));
        forget();
    }

    /** Only now may this JVM open the directory again: a second owner lock here would free the first. */
    private void forget() {
        synchronized (OPEN) {
            OPEN.remove(directory.root());
            guard.close();
        }
        forgotten.countDown();
    }

    private void awaitShutdown() {
        if (!Uninterrupted.await(forgotten, SHUTDOWN.multipliedBy(2))) {
            throw new DirectoryException(
                    directory.root(), "is still being closed by this process. Try again in a moment.", null);
        }
    }

    /** One of the users of a directory in this JVM. */
    private static final class User implements Store, OwnedDatabase {
        private final SharedStore store;
        private boolean closed;

        User(SharedStore store) {
            this.store = store;
            store.users++;
        }

        @Override
        public LeaseStore leases() {
            return store.leases;
        }

        @Override
        public ParticipantStore participants() {
            return store.participants;
        }

        @Override
        public WorldStore world() {
            return store.world;
        }

        @Override
        public CommitSignal signal() {
            return store.board;
        }

        @Override
        public Optional<OwnedDatabase> ownedDatabase() {
            return Optional.of(this);
        }

        @Override
        public PrivateServer server() {
            return store.server;
        }

        @Override
        public String lifeToken() {
            return store.lifeLocks.token();
        }

        @Override
        public boolean isProvenDead(String lifeToken) {
            return store.lifeLocks.isProvenDead(lifeToken);
        }

        @Override
        public Optional<StoreOwner> owner() {
            return store.owner();
        }

        @Override
        public List<String> problems() {
            return store.problems();
        }

        @Override
        public long takeovers() {
            return store.candidate.takeovers();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                store.release();
            }
        }
    }
}
