package dev.coord.store.shared;

import dev.coord.transport.PrivateDirectory;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that the kernel frees the moment its process dies. The channel must stay reachable, and no second channel to the same
 * file may be opened in the process: closing any of them would free the lock.
 */
final class HostLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(HostLock.class);

    private final long epoch;
    private final FileChannel channel;

    @SuppressWarnings({"UnusedVariable", "FieldCanBeLocal"}) // Reachable for as long as it is held.
    private @Nullable FileLock lock;

    private HostLock(long epoch, FileChannel channel) {
        this.epoch = epoch;
        this.channel = channel;
    }

    /** The lock of {@code epoch}, not taken yet. */
    static HostLock of(Path file, long epoch) throws IOException {
        if (!Files.exists(file)) {
            try {
                PrivateDirectory.createFile(file);
            } catch (FileAlreadyExistsException e) {
                LOG.trace("{} was made meanwhile", file, e);
            }
        }
        return new HostLock(epoch, FileChannel.open(file, StandardOpenOption.WRITE));
    }

    /** Waits for the lock; false if {@link #close()} ended the wait. */
    boolean await() throws IOException {
        try {
            lock = channel.lock();
            return true;
        } catch (ClosedChannelException e) {
            LOG.trace("Given up", e);
            return false;
        }
    }

    long epoch() {
        return epoch;
    }

    /** Takes the lock if it is free; false if it is not, or {@link #close()} was called. */
    boolean tryTake() throws IOException {
        try {
            lock = channel.tryLock();
            return lock != null;
        } catch (ClosedChannelException e) {
            LOG.trace("Given up", e);
            return false;
        }
    }

    /** Frees the lock, or ends the wait for it. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("Could not close a lock file: {}", e.toString());
        }
    }
}
