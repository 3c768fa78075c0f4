package dev.coord.transport;

import dev.coord.ParticipantId;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
    private final Handlers handlers;

    private UnixServer(Server server, Path socket, boolean ownDirectory, Handlers handlers) {
        this.server = server;
        this.socket = socket;
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
        var handlers = new Handlers();
        UserPrincipal user = Files.getOwner(place);
        for (int i = 1; i <= MAX_NAMES; i++) {
            Path socket = place.resolve(name(i));
            // A name that is taken is never cleared here: it may belong to a process of the same pid in another
            // container.
            if (Files.exists(socket)) {
                continue;
            }
            Server server = transport
                    .server(socket, user)
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
            return new UnixServer(server, socket, ownDirectory, handlers);
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

    /** Ends all connections and removes the socket. */
    @Override
    public void close() {
        server.shutdownNow();
        try {
            if (!server.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("The server on {} did not end within 1 s", socket);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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
