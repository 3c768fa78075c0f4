package dev.coord.store.shared;

import dev.coord.transport.unix.PrivateDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A lock that the kernel frees the moment its process dies. The channel must stay reachable, and no second channel to the same
 * file may be opened in the process: closing any of them would free the lock.
 *
 * <p>What is locked is a file, not its name: if somebody removes it, another process can make and lock one of the same name.
 * Whoever has the lock has to ask {@link #isInPlace} before it means anything, and its holder makes the file again, see
 * {@link #restore}. Two who hold locks of one name do not both become owner: the database file itself is locked, and is
 * asked for before.
 */
final class OwnerLock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OwnerLock.class);
    private static final int ATTEMPTS = 10;
    /** Adds little to what the death of a process takes. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private final SharedDirectory directory;
    private final Path file;
    private final long epoch;
    private volatile Opened opened;
    /** Of files that were removed; held, too, for those who wait for them. */
    private final List<Opened> removed = new ArrayList<>();

    private static final class Opened {
        private final FileChannel channel;
        private final @Nullable Object key;

        @SuppressWarnings({"UnusedVariable", "FieldCanBeLocal"}) // Reachable for as long as it is held.
        private @Nullable FileLock lock;

        Opened(FileChannel channel, @Nullable Object key) {
            this.channel = channel;
            this.key = key;
        }
    }

    private OwnerLock(SharedDirectory directory, long epoch, Opened opened) {
        this.directory = directory;
        this.file = directory.ownerLock(epoch);
        this.epoch = epoch;
        this.opened = opened;
    }

    /** The lock of {@code epoch}, not taken yet. */
    static OwnerLock of(SharedDirectory directory, long epoch) throws IOException {
        Path file = directory.ownerLock(epoch);
        for (int attempt = 1; true; attempt++) {
            try {
                PrivateDirectory.createFile(file);
            } catch (FileAlreadyExistsException e) {
                LOG.trace("{} is there", file, e);
            }
            try {
                return new OwnerLock(directory, epoch, open(file));
            } catch (NoSuchFileException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** Opens {@code file}, and knows which one that was. */
    private static Opened open(Path file) throws IOException {
        Object before = SharedDirectory.key(file);
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        boolean known = false;
        try {
            known = Objects.equals(before, SharedDirectory.key(file));
            if (!known) {
                throw new NoSuchFileException(file.toString());
            }
            return new Opened(channel, before);
        } finally {
            if (!known) {
                channel.close();
            }
        }
    }

    /** Waits for the lock; false if {@link #close()} ended the wait. */
    boolean await() throws IOException {
        try {
            opened.lock = opened.channel.lock();
            return true;
        } catch (ClosedChannelException e) {
            LOG.trace("Given up", e);
            return false;
        } catch (IOException e) {
            // Two processes that each own one directory, and wait for the other's, are a deadlock to the kernel, which
            // it
            // refuses to one of them. Another reason will show again.
            LOG.debug("Cannot wait for {} in the kernel; asking for it time and again", file, e);
            return poll();
        }
    }

    private boolean poll() throws IOException {
        while (!tryTake()) {
            if (!opened.channel.isOpen()) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }

    long epoch() {
        return epoch;
    }

    /** Takes the lock if it is free; false if it is not, or {@link #close()} was called. */
    boolean tryTake() throws IOException {
        try {
            opened.lock = opened.channel.tryLock();
            return opened.lock != null;
        } catch (ClosedChannelException e) {
            LOG.trace("Given up", e);
            return false;
        }
    }

    /** Whether the name still leads to the file of this lock. */
    boolean isInPlace() throws IOException {
        return SharedDirectory.isInPlace(file, opened.key);
    }

    /**
     * For its holder: makes the file again if it was removed, locked before it has its name. If another process was quicker, it
     * takes that one's file when it is free, which it is at once: who finds the database in use gives its lock back.
     *
     * @return whether it was made again, or taken
     */
    boolean restore() throws IOException {
        if (isInPlace()) {
            return false;
        }
        return Files.exists(file) ? takeTheirs() : makeOurs();
    }

    private boolean makeOurs() throws IOException {
        Path made = PrivateDirectory.createFile(directory.temporary());
        Opened own = open(made);
        boolean named = false;
        try {
            own.lock = own.channel.lock();
            Files.createLink(file, made);
            named = true;
            replace(own);
        } catch (FileAlreadyExistsException e) {
            LOG.debug("{} was made by another process meanwhile", file, e);
        } finally {
            if (!named) {
                own.channel.close();
            }
            Files.deleteIfExists(made);
        }
        return named;
    }

    private boolean takeTheirs() throws IOException {
        Opened theirs = open(file);
        theirs.lock = theirs.channel.tryLock();
        if (theirs.lock == null) {
            LOG.debug("{} is another process's for the moment", file);
            theirs.channel.close();
            return false;
        }
        replace(theirs);
        return true;
    }

    private synchronized void replace(Opened by) {
        removed.add(opened);
        opened = by;
    }

    /** For its holder: makes the file look used, for those who remove what is old. */
    void touch() throws IOException {
        opened.channel.write(ByteBuffer.wrap(new byte[1]), 0);
        opened.channel.read(ByteBuffer.allocate(1), 0);
    }

    /**
     * Whether no process has {@code database} open, as H2 locks it. Only for a process that has not: this would free its lock.
     */
    static boolean isFree(Path database) throws IOException {
        try (FileChannel probe = FileChannel.open(database, StandardOpenOption.WRITE);
                FileLock free = probe.tryLock()) {
            return free != null;
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is being closed by this process", database, e);
            return false;
        }
    }

    /** Frees the lock, or ends the wait for it. */
    @Override
    public synchronized void close() {
        close(opened);
        removed.forEach(OwnerLock::close);
    }

    private static void close(Opened which) {
        try {
            which.channel.close();
        } catch (IOException e) {
            LOG.warn("Could not close a lock file: {}", e.toString());
        }
    }
}
