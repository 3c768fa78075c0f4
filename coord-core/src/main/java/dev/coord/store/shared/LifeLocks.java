package dev.coord.store.shared;

import dev.coord.transport.unix.PrivateDirectory;
import dev.coord.transport.unix.StaleFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
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

    private final SharedDirectory directory;
    private final Path own;
    private Held held;
    private boolean closed;

    private final StaleFiles staleFiles = new StaleFiles();
    /** Those that were told of: the same question comes many times a second. */
    private final Set<String> unreadable = ConcurrentHashMap.newKeySet();

    /** A file that has the name, or had it. The lock is reachable for as long as the process lives. */
    private record Held(
            FileChannel channel, FileLock lock, @Nullable Object key) {}

    private LifeLocks(SharedDirectory directory, Path own, Held held) {
        this.directory = directory;
        this.own = own;
        this.held = held;
    }

    /** Makes and locks this process's file. */
    static LifeLocks create(SharedDirectory directory) throws IOException {
        Path own = directory.root().resolve(PREFIX + UUID.randomUUID() + SUFFIX);
        return new LifeLocks(directory, own, make(directory, own));
    }

    private static Held make(SharedDirectory directory, Path own) throws IOException {
        Path temporary = PrivateDirectory.createFile(directory.temporary());
        FileChannel channel = FileChannel.open(temporary, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean named = false;
        try {
            FileLock lock = channel.lock();
            Object key = SharedDirectory.key(temporary);
            // Only a locked file gets the name under which others look.
            Files.move(temporary, own, StandardCopyOption.ATOMIC_MOVE);
            named = true;
            return new Held(channel, lock, key);
        } finally {
            if (!named) {
                channel.close();
            }
        }
    }

    /** Makes the file again if somebody removed it; says whether that was needed. */
    synchronized boolean restore() throws IOException {
        if (closed || SharedDirectory.isInPlace(own, held.key())) {
            return false;
        }
        Held before = held;
        held = make(directory, own);
        // Whoever has opened it still looks at the name before it believes that this process is dead.
        before.channel().close();
        return true;
    }

    /** Makes the file look used, for those who remove what is old. */
    synchronized void touch() throws IOException {
        if (!closed) {
            held.channel().write(ByteBuffer.wrap(new byte[1]), 0);
            held.channel().read(ByteBuffer.allocate(1), 0);
        }
    }

    /** This process's token for {@link #isProvenDead}. */
    String token() {
        return own.getFileName().toString();
    }

    /** Whether the process of {@code token} had a lock here that is free now. Any doubt is false. */
    boolean isProvenDead(String token) {
        if (token.equals(token())) {
            return false;
        }
        try {
            return isProvenDead(directory, token);
        } catch (IOException e) {
            if (unreadable.add(token)) {
                LOG.warn("Could not look at {} in {}: {}", token, directory.root(), e.toString());
            }
            return false;
        }
    }

    /** The same for a process that has no lock in {@code directory}: it would free its own by looking at it. */
    static boolean isProvenDead(SharedDirectory directory, String token) throws IOException {
        if (!isName(token)) {
            return false;
        }
        Path file = directory.root().resolve(token);
        try {
            Object before = SharedDirectory.key(file);
            try (FileChannel probe = FileChannel.open(file, StandardOpenOption.WRITE);
                    FileLock free = probe.tryLock()) {
                // A living process whose file was removed makes another one, and then lets go of the first.
                return free != null && SharedDirectory.isInPlace(file, before);
            }
        } catch (OverlappingFileLockException e) {
            LOG.trace("Another thread is looking at {}", token, e);
            return false;
        } catch (NoSuchFileException e) {
            LOG.trace("{} is gone: no proof", token, e);
            return false;
        }
    }

    /** Whether any process holds a lock in {@code directory}. Only for a process that has none there. */
    static boolean isAnyHeld(SharedDirectory directory) throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.list(directory.root())) {
            all = files.toList();
        }
        for (Path file : all) {
            String name = file.getFileName().toString();
            if (isName(name) && Files.exists(file) && !isProvenDead(directory, name)) {
                return true;
            }
        }
        return false;
    }

    /** Removes the lock files of dead processes. */
    void sweep() {
        try (Stream<Path> files = Files.list(directory.root())) {
            staleFiles.removeEach(
                    files.filter(f -> isName(f.getFileName().toString()) && !f.equals(own))
                            .toList(),
                    LifeLocks::sweep);
        } catch (IOException e) {
            LOG.warn("Could not clean {}: {}", directory.root(), e.toString());
        }
    }

    private static void sweep(Path file) throws IOException {
        Object before;
        try {
            before = SharedDirectory.key(file);
        } catch (NoSuchFileException e) {
            LOG.trace("{} is gone", file, e);
            return;
        }
        try (FileChannel probe = FileChannel.open(file, StandardOpenOption.WRITE);
                FileLock free = probe.tryLock()) {
            // The name may be gone since the file was opened: then another process has cleaned up.
            if (free == null || !SharedDirectory.isInPlace(file, before)) {
                return;
            }
            Files.deleteIfExists(file);
            LOG.debug("Removed {} of a dead process", file);
        } catch (OverlappingFileLockException | NoSuchFileException e) {
            LOG.trace("Somebody else is cleaning up {}", file, e);
        }
    }

    static boolean isName(String name) {
        return name.startsWith(PREFIX)
                && name.endsWith(SUFFIX)
                && PrivateDirectory.isUuid(
                        name.substring(PREFIX.length(), Math.max(PREFIX.length(), name.length() - SUFFIX.length())));
    }

    /** Removes this process's file and frees its lock. */
    @Override
    public synchronized void close() {
        closed = true;
        try {
            Files.deleteIfExists(own);
            held.channel().close();
        } catch (IOException e) {
            LOG.warn("Could not remove {}: {}", own, e.toString());
        }
    }
}
