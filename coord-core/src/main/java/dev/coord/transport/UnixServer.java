package dev.coord.transport;

import io.grpc.BindableService;
import io.grpc.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A private gRPC server of this process on a Unix socket named {@code coord-{pid}.sock}. */
public final class UnixServer implements AutoCloseable {
    /** What the kernel allows for the path of a Unix socket on Linux, less the terminating zero; macOS allows three less. */
    static final int MAX_PATH_BYTES = 103;

    private static final Logger LOG = LoggerFactory.getLogger(UnixServer.class);
    private static final int MAX_NAMES = 1000;

    private final Server server;
    private final Path socket;

    private UnixServer(Server server, Path socket) {
        this.server = server;
        this.socket = socket;
    }

    /**
     * Listens in {@code directory}, or, where the path would be too long for a socket, in a new private directory with a short
     * name.
     *
     * @param announce told the path before the socket is there, so that it can be noted where a later process finds it for
     *     cleaning up
     */
    public static UnixServer listen(
            UnixTransport transport, Path directory, List<BindableService> services, Consumer<Path> announce)
            throws IOException {
        Path place = fits(directory) ? directory : PrivateDirectory.createShort();
        UserPrincipal user = Files.getOwner(place);
        for (int i = 1; i <= MAX_NAMES; i++) {
            Path socket = place.resolve(name(i));
            // A name that is taken is never cleared here: it may belong to a process of the same pid in another
            // container.
            if (Files.exists(socket)) {
                continue;
            }
            announce.accept(socket);
            var builder = transport.server(socket, user);
            services.forEach(builder::addService);
            Server server = builder.build();
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
            return new UnixServer(server, socket);
        }
        throw new IOException(place + " has " + MAX_NAMES + " sockets of pid "
                + ProcessHandle.current().pid() + ", which nothing uses up: remove the stale ones");
    }

    private static boolean fits(Path directory) {
        return directory.resolve(name(MAX_NAMES)).toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH_BYTES;
    }

    private static String name(int i) {
        long pid = ProcessHandle.current().pid();
        return i == 1 ? "coord-" + pid + ".sock" : "coord-" + pid + "-" + i + ".sock";
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
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
        remove(socket);
    }

    /** Removes a socket that nothing listens on, and its directory if it was made for it. */
    public static void remove(Path socket) {
        try {
            Files.deleteIfExists(socket);
            Path parent = socket.getParent();
            Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
            if (parent != null
                    && temporary.equals(parent.getParent())
                    && parent.getFileName().toString().startsWith("coord")) {
                Files.deleteIfExists(parent);
            }
        } catch (IOException e) {
            LOG.warn("Could not remove {}: {}. It is harmless, remove it when you can.", socket, e.toString());
        }
    }
}
