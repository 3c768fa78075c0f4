package dev.coord.store.shared;

import com.google.common.util.concurrent.MoreExecutors;
import dev.coord.CoordException;
import dev.coord.DirectoryException;
import dev.coord.InvalidSettingsException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.CommitSignal;
import dev.coord.store.LeaseStore;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.time.NanoClock;
import dev.coord.transport.PrivateDirectory;
import dev.coord.transport.UnixServer;
import dev.coord.transport.UnixTransport;
import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One embedded H2 file in a directory, used by many processes at once, with no server to install. The kernel elects the process
 * that has the file open, the <em>host</em>, by handing it a file lock; the others send it typed operations over its Unix
 * socket. When the host dies the kernel hands the lock to another process at once; when it is frozen, another goes on with a
 * copy under the next <em>epoch</em>, and the frozen one can no longer acknowledge anything.
 *
 * <p>All users of a directory in one JVM share one store, which is closed when the last of them closes it.
 *
 * <p>Do not open the files of the directory from inside a process that uses it, not even for reading: closing any file frees the
 * locks that the process has on it. Another process, a backup tool for instance, may read them at any time.
 */
public final class SharedStore {
    private static final Logger LOG = LoggerFactory.getLogger(SharedStore.class);
    private static final Duration JOIN = Duration.ofSeconds(5);

    /** By real path. Static, so that locks and their channels stay reachable for as long as the process uses them. */
    private static final Map<Path, SharedStore> OPEN = new HashMap<>();

    private final SharedStoreSettings settings;
    private final SharedDirectory directory;
    private final SignalBoard board = new SignalBoard();
    private final Routes routes = new Routes();
    private final EpochFile epochs;
    private final LifeLocks lifeLocks;
    private final UnixTransport transport;
    private final UnixServer server;
    private final HostService service;
    private final HostCandidate candidate;
    private final HostMonitor monitor;
    private final ScheduledExecutorService heartbeat;
    private final List<Thread> threads;
    private final LeaseStore leases = new StoreCalls.Leases(this::call);
    private final ParticipantStore participants = new StoreCalls.Participants(this::call);
    private final AtomicBoolean serverLent = new AtomicBoolean();
    private int users;

    /**
     * Opens the store of {@code path}, which is made if it is not there.
     *
     * @throws DirectoryException if the directory is not usable; the message says why and what to do
     * @throws InvalidSettingsException if it is open in this JVM with other settings
     */
    public static Store open(Path path, SharedStoreSettings settings) {
        return open(path, settings, Hooks.NONE);
    }

    static Store open(Path path, SharedStoreSettings settings, Hooks hooks) {
        Path root = PrivateDirectory.open(path, SharedDirectory.EPOCH_FILE);
        Database.checkPath(root);
        synchronized (OPEN) {
            SharedStore store = OPEN.get(root);
            if (store == null) {
                store = create(root, settings, hooks);
                OPEN.put(root, store);
            } else if (!store.settings.equals(settings)) {
                throw new InvalidSettingsException(root + " is open in this process with other settings: "
                        + store.settings + ", not " + settings + ". Use the same for all groups of a directory.");
            }
            store.users++;
            return new User(store);
        }
    }

    private static SharedStore create(Path root, SharedStoreSettings settings, Hooks hooks) {
        try {
            return new SharedStore(root, settings, hooks);
        } catch (OverlappingFileLockException e) {
            throw new DirectoryException(
                    root,
                    "is in use by another copy of coord in this JVM. Load coord once, or set another directory.",
                    e);
        } catch (IOException e) {
            throw new DirectoryException(root, "cannot be used: " + e + ". Repair it, or set another directory.", e);
        }
    }

    private SharedStore(Path root, SharedStoreSettings settings, Hooks hooks) throws IOException {
        this.settings = settings;
        this.directory = new SharedDirectory(root);
        this.epochs = EpochFile.open(directory);
        // Before the socket, so that the kernel frees the lock of a dying process before its peers see the socket
        // close.
        this.lifeLocks = LifeLocks.create(root);
        this.lifeLocks.sweep();
        this.transport = new UnixTransport("coord-transport");
        this.service = new HostService(() -> committed(Topics.ALL));
        this.server = listen(root);
        var endpoint = new Endpoint(ProcessHandle.current().pid(), lifeLocks.token(), server.socket());
        this.candidate = new HostCandidate(
                directory, epochs, lifeLocks, endpoint, service, routes, this::committed, settings.sync(), hooks);
        this.monitor = new HostMonitor(
                directory,
                epochs,
                candidate,
                routes,
                transport,
                lifeLocks,
                board::publish,
                settings,
                NanoClock.system());
        this.heartbeat = Executors.newSingleThreadScheduledExecutor(work -> thread("coord-store-heartbeat", work));
        this.threads = List.of(
                thread("coord-store-host", candidate),
                thread("coord-store-monitor", monitor),
                thread(
                        "coord-store-warmup",
                        new Warmup(directory, epochs, () -> candidate.hosting() == 0 && !routes.isClosed())));
        long interval = settings.heartbeatInterval().toNanos();
        var unused = heartbeat.scheduleAtFixedRate(service::heartbeat, interval, interval, TimeUnit.NANOSECONDS);
        threads.forEach(Thread::start);
    }

    private UnixServer listen(Path root) throws IOException {
        try {
            UnixServer listening = UnixServer.listen(transport, root, settings.maxMessageSize());
            // Its handlers never block: they hand over to the host's threads.
            listening.add(service.bindService(), MoreExecutors.directExecutor());
            return listening;
        } catch (IOException | RuntimeException e) {
            lifeLocks.close();
            transport.close();
            throw e;
        }
    }

    private static Thread thread(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        return thread;
    }

    private void committed(Set<CommitSignal.Topic> topics) {
        board.publish(topics);
        service.push(topics);
    }

    /** Carries out {@code request} on whoever is host, and on the next one if that changes on the way. */
    private StoreResponse call(StoreRequest request) {
        long deadline = System.nanoTime() + settings.callTimeout().toNanos();
        Throwable last = null;
        try {
            while (true) {
                Route route = routes.await(deadline);
                if (route == null) {
                    throw unavailable(request, last);
                }
                try {
                    long left = Math.max(1, deadline - System.nanoTime());
                    return checked(route.execute(request, left));
                } catch (NotHostException e) {
                    last = e;
                    routes.awaitOther(route);
                } catch (TimeoutException e) {
                    throw unavailable(request, e);
                }
                if (System.nanoTime() >= deadline) {
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

    private static StoreResponse checked(StoreResponse response) {
        if (!response.getError().isEmpty()) {
            throw new StoreException(response.getError(), null);
        }
        return response;
    }

    private CoordException unavailable(StoreRequest request, @Nullable Throwable last) {
        if (routes.isClosed()) {
            return new StoreUnavailableException("The store of " + directory.root() + " is closed", last);
        }
        CoordException problem = routes.problem();
        if (problem != null) {
            return problem;
        }
        return new StoreUnavailableException(
                request.getOperationCase() + " on " + directory.root() + " got no answer within "
                        + settings.callTimeout().toMillis() + " ms; its outcome is unknown, ask again",
                last);
    }

    private void release() {
        synchronized (OPEN) {
            users--;
            if (users > 0) {
                return;
            }
            try {
                shutdown();
            } finally {
                OPEN.remove(directory.root());
            }
        }
    }

    private void shutdown() {
        routes.close();
        heartbeat.shutdownNow();
        monitor.close();
        candidate.close();
        for (Thread thread : threads) {
            try {
                thread.join(JOIN.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                LOG.warn("{} did not end", thread.getName());
            }
        }
        server.close();
        transport.close();
        lifeLocks.close();
    }

    /** One of the users of a directory in this JVM. */
    private static final class User implements Store {
        private final SharedStore store;
        private boolean borrows;
        private boolean closed;

        User(SharedStore store) {
            this.store = store;
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
        public CommitSignal signal() {
            return store.board;
        }

        @Override
        public synchronized Optional<UnixServer> lendServer() {
            borrows = borrows || store.serverLent.compareAndSet(false, true);
            return borrows ? Optional.of(store.server) : Optional.empty();
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
        public synchronized void close() {
            if (!closed) {
                closed = true;
                if (borrows) {
                    store.serverLent.set(false);
                }
                store.release();
            }
        }
    }
}
