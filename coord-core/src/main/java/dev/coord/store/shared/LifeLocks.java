package dev.coord.store.shared;

import dev.coord.transport.Leftovers;
import dev.coord.transport.PrivateDirectory;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock file that each process holds for life. A free lock proves that its process is dead: also where pids are reused, where
 * two containers both have a pid 1, and where another user's processes cannot be seen.
 */
final class LifeLocks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LifeLocks.class);
    private static final String PREFIX = "process-";
    private static final String SUFFIX = ".lock";

    private final Path directory;
    private final Path own;
    private final FileChannel channel;

    @SuppressWarnings({"UnusedVariable", "FieldCanBeLocal"}) // Reachable for as long as the process lives.
    private final FileLock lock;

    private final Leftovers leftovers = new Leftovers();

    private LifeLocks(Path directory, Path own, FileChannel channel, FileLock lock) {
        this.directory = directory;
        this.own = own;
        this.channel = channel;
        this.lock = lock;
    }

    /** Makes and locks this process's file. */
    static LifeLocks create(Path directory) throws IOException {
        String id = UUID.randomUUID().toString();
        Path temporary = PrivateDirectory.createFile(directory.resolve("tmp-" + id));
        FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE);
        FileLock lock = channel.lock();
        // Only a locked file gets the name under which others look.
        Path own = Files.move(temporary, directory.resolve(PREFIX + id + SUFFIX), StandardCopyOption.ATOMIC_MOVE);
        return new LifeLocks(directory, own, channel, lock);
    }

    /** This process's token for {@link #isProvenDead}. */
    String token() {
        return own.getFileName().toString();
    }

    /** Whether the process of {@code token} had a lock here that is free now. Any doubt is false. */
    boolean isProvenDead(String token) {
        if (!isName(token) || token.equals(token())) {
            return false;
        }
        try (FileChannel probe = FileChannel.open(directory.resolve(token), StandardOpenOption.WRITE);
                FileLock free = probe.tryLock()) {
            return free != null;
        } catch (OverlappingFileLockException e) {
            LOG.trace("Another thread is looking at {}", token, e);
            return false;
        } catch (NoSuchFileException e) {
            LOG.trace("{} is gone: no proof", token, e);
            return false;
        } catch (IOException e) {
            LOG.warn("Could not look at {}: {}", directory.resolve(token), e.toString());
            return false;
        }
    }

    /** Removes the lock files of dead processes. */
    void sweep() {
        try (Stream<Path> files = Files.list(directory)) {
            leftovers.removeEach(
                    files.filter(f -> isName(f.getFileName().toString()) && !f.equals(own))
                            .toList(),
                    LifeLocks::sweep);
        } catch (IOException e) {
            LOG.warn("Could not clean {}: {}", directory, e.toString());
        }
    }

    private static void sweep(Path file) throws IOException {
        try (FileChannel probe = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock free = probe.tryLock()) {
            // The name may be gone since the file was opened: then another process has cleaned up.
            if (free == null || !Files.exists(file)) {
                return;
            }
            Files.deleteIfExists(file);
            LOG.debug("Removed {} of a dead process", file);
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            LOG.trace("Somebody else is cleaning up {}", file, e);
        }
    }

    private static boolean isName(String name) {
        return name.matches("process-[0-9a-f-]{36}\\.lock");
    }

    /** Removes this process's file and frees its lock. */
    @Override
    public void close() {
        try {
            Files.deleteIfExists(own);
            channel.close();
        } catch (IOException e) {
            LOG.warn("Could not remove {}: {}", own, e.toString());
        }
    }
}
