package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private gRPC server of this process on a Unix socket named {@code coord-{pid}.sock}. The participants of the process share it:
 * the authority of a call says which of them is meant.
 */
public final class UnixServer implements AutoCloseable {
    /** What the kernel allows for the path of a Unix socket on Linux, less the terminating zero; macOS allows three less. */
    static final int MAX_PATH_BYTES = 103;

    private static final Logger LOG = LoggerFactory.getLogger(UnixServer.class);
    private static final int MAX_NAMES = 1000;

    private final Server server;
    private final Path socket;
    private final boolean ownDirectory;
    private final AuthorityHandlerRegistry handlers;
    private final Listener listener;
    private @Nullable Object key;
    private boolean closed;

    private UnixServer(Server server, Listener listener, Path socket, boolean ownDirectory, AuthorityHandlerRegistry handlers)
            throws IOException {
        this.server = server;
        this.listener = listener;
        this.socket = socket;
        this.key = key(socket);
        this.ownDirectory = ownDirectory;
        this.handlers = handlers;
    }

    /**
     * Listens in {@code directory}, or, where the path would be too long for a socket, in a new private directory with a short
     * name.
     *
     * @param maxMessageSize the largest message that is accepted, in bytes
     */
    public static UnixServer listen(UnixTransport transport, Path directory, int maxMessageSize) throws IOException {
        StaleSockets.sweep(directory);
        boolean fits = fits(directory);
        return listenIn(transport, fits ? directory : PrivateDirectory.createShort(), !fits, maxMessageSize);
    }

    private static UnixServer listenIn(UnixTransport transport, Path place, boolean ownDirectory, int maxMessageSize)
            throws IOException {
        var handlers = new AuthorityHandlerRegistry();
        UserPrincipal user = Files.getOwner(place);
        for (int i = 1; i <= MAX_NAMES; i++) {
            Path socket = place.resolve(name(i));
            // A name that is taken is never cleared here: it may belong to a process of the same pid in another
            // container.
            if (Files.exists(socket)) {
                continue;
            }
            Listener listener = transport.listener(user);
            Server server = transport
                    .server(socket, listener)
                    .maxInboundMessageSize(maxMessageSize)
                    .fallbackHandlerRegistry(handlers)
                    .callExecutor(new ServerCallExecutorSupplier() {
                        @Override
                        public <Q, A> Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
                            return handlers.executor(call, headers);
                        }
                    })
                    .build();
            try {
                server.start();
            } catch (IOException e) {
                if (Files.exists(socket)) {
                    LOG.debug("{} was taken meanwhile", socket, e);
                    continue;
                }
                throw e;
            }
            PrivateDirectory.restrictFile(socket);
            return new UnixServer(server, listener, socket, ownDirectory, handlers);
        }
        throw new IOException(place + " has " + MAX_NAMES + " sockets of pid "
                + ProcessHandle.current().pid() + ", which nothing uses up: remove the stale ones");
    }

    /** The same in a new private directory with a short name. */
    public static UnixServer listenAnywhere(UnixTransport transport, int maxMessageSize) throws IOException {
        StaleSockets.sweepShortDirectories();
        return listenIn(transport, PrivateDirectory.createShort(), true, maxMessageSize);
    }

    private static boolean fits(Path directory) {
        return PathNames.length(directory.resolve(name(MAX_NAMES))) <= MAX_PATH_BYTES;
    }

    private static String name(int i) {
        long pid = ProcessHandle.current().pid();
        return i == 1 ? "coord-" + pid + ".sock" : "coord-" + pid + "-" + i + ".sock";
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /**
     * Serves {@code service} from now on to whoever calls this process, in place of one with the same name.
     *
     * @param executor runs its handlers; one that runs them on the calling thread is for handlers that never block
     */
    public void add(ServerServiceDefinition service, Executor executor) {
        handlers.add(service, executor);
    }

    /**
     * Serves {@code service} to those who call {@code participant}, one of this process. Callers that name no participant get the
     * one that came first.
     *
     * @param executor as above
     */
    public void add(ParticipantId participant, ServerServiceDefinition service, Executor executor) {
        handlers.add(participant, service, executor);
    }

    /** Nothing is served for {@code participant} from now on: callers are told that it is not here. */
    public void remove(ParticipantId participant) {
        handlers.remove(participant);
    }

    /**
     * Makes the socket again if somebody removed it. Connections that there were went on meanwhile.
     *
     * @return whether that was needed
     * @throws IOException if it cannot be made, and the others cannot call this process: its message says why
     */
    public synchronized boolean restore() throws IOException {
        if (closed) {
            return false;
        }
        try {
            if (Objects.equals(key, key(socket))) {
                return false;
            }
            throw new FileAlreadyExistsException(
                    socket.toString(), null, "is in the place of this process's socket; remove it");
        } catch (NoSuchFileException e) {
            LOG.trace("{} is gone", socket, e);
        }
        Path place = socket.getParent();
        if (ownDirectory && place != null && !Files.exists(place)) {
            PrivateDirectory.create(place);
        }
        listener.listenAgain(socket);
        PrivateDirectory.restrictFile(socket);
        key = key(socket);
        return true;
    }

    /** Makes the socket look used, for those who remove what is old. */
    public void touch() throws IOException {
        PrivateDirectory.restrictFile(socket);
    }

    private static @Nullable Object key(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    /** Ends all connections and removes the socket. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        server.shutdownNow();
        try {
            if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("The server on {} did not end within 1 s", socket);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        listener.close();
        try {
            Files.deleteIfExists(socket);
            if (ownDirectory) {
                Files.deleteIfExists(socket.getParent());
            }
        } catch (IOException e) {
            LOG.warn("Could not remove {}: {}. It is harmless, remove it when you can.", socket, e.toString());
        }
    }
}
