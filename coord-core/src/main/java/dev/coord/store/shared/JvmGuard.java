package dev.coord.store.shared;

import dev.coord.DirectoryException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one copy of coord in a JVM use a directory. Copies that were loaded twice share the JVM, and so the kernel's locks, but no
 * variable; the JVM's own table of locks, in which two never overlap, is the one that no application can change. For other
 * processes the lock, which is shared, has no meaning.
 */
final class JvmGuard implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JvmGuard.class);

    private final FileChannel channel;

    @SuppressWarnings({"UnusedVariable", "FieldCanBeLocal"}) // Reachable for as long as it is held.
    private final @Nullable FileLock lock;

    private JvmGuard(FileChannel channel, @Nullable FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes {@code root} for the copy of coord that this class belongs to. */
    static JvmGuard take(Path root) throws IOException {
        FileChannel channel = FileChannel.open(root, StandardOpenOption.READ);
        boolean taken = false;
        try {
            var guard = new JvmGuard(channel, lock(root, channel));
            taken = true;
            return guard;
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static @Nullable FileLock lock(Path root, FileChannel channel) {
        try {
            return channel.tryLock(0, 1, true);
        } catch (OverlappingFileLockException e) {
            throw new DirectoryException(
                    root,
                    "is in use by another copy of coord in this JVM. Load coord once, or set another directory.",
                    e);
        } catch (IOException e) {
            LOG.debug("Directories cannot be locked here, so another copy of coord in this JVM is not noticed", e);
            return null;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("Could not close a directory", e);
        }
    }
}
