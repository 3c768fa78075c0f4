package dev.coord.transport.unix;

import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Removes sockets that dead processes left: those that nobody listens on. */
public final class StaleSockets {
    private static final Logger LOG = LoggerFactory.getLogger(StaleSockets.class);
    /** A socket exists for a moment before somebody listens on it. */
    private static final long LEAST_AGE_MILLIS = Duration.ofSeconds(10).toMillis();

    private static final Pattern SOCKET = Pattern.compile("coord-[1-9]\\d*(?:-[1-9]\\d*)?\\.sock");
    private static final Pattern SHORT_DIRECTORY = Pattern.compile(PrivateDirectory.SHORT_PREFIX + "\\d+");
    private static final Pattern ANY = Pattern.compile(".*", Pattern.DOTALL);
    private static final StaleFiles STALE_FILES = new StaleFiles();

    private StaleSockets() {}

    /** Cleans {@code directory}, and the directories with short names that stand in for directories with long ones. */
    public static void sweep(Path directory) {
        try {
            sweepOne(directory);
        } catch (IOException e) {
            LOG.warn("Could not look for stale sockets in {}: {}", directory, e.toString());
        }
        sweepShortDirectories();
    }

    /** Cleans the directories with short names alone. */
    static void sweepShortDirectories() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        try {
            STALE_FILES.removeEach(list(temporary, SHORT_DIRECTORY), shortDirectory -> {
                if (PrivateDirectory.isOwn(shortDirectory)) {
                    sweepShort(shortDirectory);
                }
            });
        } catch (IOException e) {
            LOG.warn("Could not look for stale sockets in {}: {}", temporary, e.toString());
        }
    }

    private static void sweepOne(Path directory) throws IOException {
        List<Path> sockets = list(directory, SOCKET);
        if (sockets.isEmpty()) {
            return;
        }
        // A file that is made now tells the time of the file system.
        Path probe = PrivateDirectory.createTemporary(directory);
        long now = Files.getLastModifiedTime(probe).toMillis();
        Files.delete(probe);
        STALE_FILES.removeEach(sockets, socket -> {
            if (isSocket(socket) && now - modified(socket, now) >= LEAST_AGE_MILLIS && !isListening(socket)) {
                LOG.debug("Removing {}, on which nobody listens", socket);
                Files.deleteIfExists(socket);
            }
        });
    }

    private static void sweepShort(Path directory) throws IOException {
        try {
            if (!list(directory, SOCKET).isEmpty()) {
                sweepOne(directory);
                if (list(directory, ANY).isEmpty()) {
                    Files.deleteIfExists(directory);
                }
            }
        } catch (NoSuchFileException | AccessDeniedException e) {
            LOG.trace("{} is gone, or not ours", directory, e);
        }
    }

    private static long modified(Path file, long otherwise) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (NoSuchFileException e) {
            return otherwise;
        }
    }

    private static boolean isListening(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            // A frozen process may have a full queue of connections, for which a blocking call would wait.
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket));
            return true;
        } catch (ConnectException e) {
            return false;
        } catch (IOException e) {
            LOG.debug("Cannot tell whether anybody listens on {}", socket, e);
            return true;
        }
    }

    /** Of the files that there are, Java knows a socket by being none of the usual kinds. */
    private static boolean isSocket(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static List<Path> list(Path directory, Pattern name) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(
                            file -> name.matcher(file.getFileName().toString()).matches())
                    .toList();
        }
    }
}
