package dev.coord.transport.unix;

import dev.coord.transport.Address;
import dev.coord.transport.AuthorityHandlerRegistry;
import dev.coord.transport.PrivateServer;
import io.grpc.Server;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserPrincipal;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private gRPC server of this process on a Unix socket named {@code coord-{pid}.sock}, or another free name if the process has that
 * one already. Only processes of the same user are let in.
 */
public final class UnixServer extends PrivateServer {
    /** What the kernel allows for the path of a Unix socket on Linux, less the terminating zero; macOS allows three less. */
    static final int MAX_PATH_BYTES = 103;

    private static final Logger LOG = LoggerFactory.getLogger(UnixServer.class);
    private static final int MAX_NAMES = 1000;

    private final Path socket;
    private final boolean ownDirectory;
    private final Listener listener;
    private @Nullable Object key;
    private boolean closed;

    private UnixServer(
            Server server, AuthorityHandlerRegistry handlers, Listener listener, Path socket, boolean ownDirectory)
            throws IOException {
        super(server, handlers);
        this.listener = listener;
        this.socket = socket;
        this.key = key(socket);
        this.ownDirectory = ownDirectory;
    }

    /**
     * Listens in {@code directory}, or, where the path would be too long for a socket, in a new private directory with a short
     * name.
     */
    static UnixServer listen(UnixTransport transport, Path directory, int maxMessageSize) throws IOException {
        StaleSockets.sweep(directory);
        boolean fits = fits(directory);
        return listenIn(transport, fits ? directory : PrivateDirectory.createShort(), !fits, maxMessageSize);
    }

    /** The same in a new private directory with a short name. */
    static UnixServer listen(UnixTransport transport, int maxMessageSize) throws IOException {
        StaleSockets.sweepShortDirectories();
        return listenIn(transport, PrivateDirectory.createShort(), true, maxMessageSize);
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
            Server server =
                    transport.server(socket, listener, handlers, maxMessageSize).build();
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
            return new UnixServer(server, handlers, listener, socket, ownDirectory);
        }
        throw new IOException(place + " has " + MAX_NAMES + " sockets of pid "
                + ProcessHandle.current().pid() + ", which nothing uses up: remove the stale ones");
    }

    private static boolean fits(Path directory) {
        return length(directory.resolve(name(MAX_NAMES))) <= MAX_PATH_BYTES;
    }

    /** How many bytes {@code path} has for the operating system, whatever the encoding of file names is here. */
    private static int length(Path path) {
        // Its form as a URI is made from these bytes, of which it writes some as three characters.
        String uri = path.toAbsolutePath().toUri().getRawPath();
        int length = uri.length();
        for (int at = uri.indexOf('%'); at >= 0; at = uri.indexOf('%', at + 1)) {
            length -= 2;
        }
        return length;
    }

    private static String name(int i) {
        long pid = ProcessHandle.current().pid();
        return i == 1 ? "coord-" + pid + ".sock" : "coord-" + pid + "-" + i + ".sock";
    }

    @Override
    public Address address() {
        return Address.unix(socket);
    }

    /** Where it listens. */
    public Path socket() {
        return socket;
    }

    /** Makes the socket again if somebody removed it. */
    @Override
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

    @Override
    public void touch() throws IOException {
        PrivateDirectory.restrictFile(socket);
        // A socket is never read or written as a file, so that its times would stay what they were.
        FileTime now = FileTime.from(InstantSource.system().instant());
        Files.getFileAttributeView(socket, BasicFileAttributeView.class).setTimes(now, now, null);
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
        super.close();
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
