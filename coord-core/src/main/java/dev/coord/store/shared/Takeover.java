package dev.coord.store.shared;

import dev.coord.CorruptStoreException;
import dev.coord.store.journal.DamagedJournalException;
import dev.coord.store.journal.Disk;
import dev.coord.store.journal.ForceFailedException;
import dev.coord.store.journal.Journal;
import dev.coord.store.journal.JournalFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the database of an epoch: a copy of the highest complete one below it, or an empty one in a directory that never had
 * any. It is complete, for everyone, from the moment it has its name.
 */
final class Takeover {
    private static final Logger LOG = LoggerFactory.getLogger(Takeover.class);
    /** File times move in steps of some milliseconds; a file that was written to more recently than this may be changing. */
    private static final long QUIET_MILLIS = 30;

    private static final int COPIED_AT_ONCE = 1024 * 1024;

    /** The owner that it was taken from may still be appending to it. */
    private static final int JOURNAL_ATTEMPTS = 5;

    private final SharedDirectory directory;
    private final EpochFile epochs;
    private final Failpoints failpoints;

    Takeover(SharedDirectory directory, EpochFile epochs, Failpoints failpoints) {
        this.directory = directory;
        this.epochs = epochs;
        this.failpoints = failpoints;
    }

    /** Whether no epoch has a database. */
    boolean isVirgin() throws IOException {
        return directory.highestComplete(Long.MAX_VALUE).isEmpty();
    }

    /**
     * Makes the database of {@code epoch}, whose owner this process is (E2).
     *
     * @return false if the epoch moved on meanwhile
     * @throws CorruptStoreException if the only database there was is damaged, or was removed
     */
    boolean make(long epoch) throws IOException, SQLException {
        checkNotBlocked(directory);
        OptionalLong source = directory.highestComplete(epoch);
        failpoints.reached(Failpoints.Step.SOURCE_CHOSEN);
        Path made = directory.temporaryDatabase();
        try {
            if (source.isEmpty()) {
                directory.disk().create(made).close();
                JournaledDatabase.create(directory, made, directory.journal(epoch), epoch);
            } else if (!copy(source.getAsLong(), made, epoch)) {
                return false;
            }
            failpoints.reached(Failpoints.Step.COPIED);
            // A link, not a rename: a complete database is never replaced.
            directory.disk().link(directory.database(epoch), made);
            // What is acknowledged in it may be forced, which counts for nothing without its name.
            directory.force();
            failpoints.reached(Failpoints.Step.COMPLETE);
            return true;
        } catch (FileAlreadyExistsException e) {
            LOG.debug("{} is complete already", directory.database(epoch), e);
            return directory.isComplete(epoch);
        } finally {
            directory.disk().delete(made);
        }
    }

    /** Refuses to go on with what is older than a damaged database: that would use terms twice, and lose what was acknowledged (E7). */
    static void checkNotBlocked(SharedDirectory directory) throws IOException {
        Optional<Path> damaged = directory.blocking();
        if (damaged.isPresent()) {
            throw Database.corrupt(damaged.get(), null);
        }
        OptionalLong orphan = directory.orphan();
        if (orphan.isPresent()) {
            long epoch = orphan.getAsLong();
            throw Database.corrupt(directory.database(epoch), epoch, "is missing, though its journal is there", null);
        }
    }

    /**
     * Copies the database of {@code source}, and after it the journal (J9): what the database lacks is in the journal that is read
     * later, unless the owner removed that part of it meanwhile.
     */
    private boolean copy(long source, Path copy, long epoch) throws IOException {
        JournalFiles from = directory.journal(source);
        JournalFiles to = directory.journal(epoch);
        DamagedJournalException last = null;
        for (int attempt = 1; attempt <= JOURNAL_ATTEMPTS; attempt++) {
            long first = from.first();
            if (!copy(directory.database(source), copy, epoch)) {
                return false;
            }
            failpoints.reached(Failpoints.Step.DATABASE_COPIED);
            try {
                to.delete();
                if (from.exists()) {
                    Journal.copy(from, source, to, epoch, to.disk().boot());
                }
                if (from.first() == first) {
                    return true;
                }
            } catch (DamagedJournalException e) {
                LOG.debug("The journal of epoch {} cannot be copied, attempt {}", source, attempt, e);
                last = e;
            }
        }
        if (last == null) {
            throw new IOException("The journal of epoch " + source + " changes as fast as it is copied");
        }
        throw Database.corrupt(last.file(), source, "lacks something: " + last.getMessage(), last);
    }

    /** Copies until the source stayed as it was: an owner that wakes up may go on writing until it finds itself deposed. */
    private boolean copy(Path source, Path copy, long epoch) throws IOException {
        for (int attempt = 1; epochs.get() == epoch; attempt++) {
            directory.disk().delete(copy);
            // Made first: its time of birth is the clock of the file system, which the source's times are compared to.
            directory.disk().create(copy).close();
            long now = Files.getLastModifiedTime(copy).toMillis();
            State before = State.of(source);
            long copied = transfer(source, copy);
            State after = State.of(source);
            if (before.equals(after)
                    && copied == before.size()
                    && Math.abs(now - before.modifiedMillis()) >= QUIET_MILLIS) {
                LOG.debug("Copied {} ({} bytes), attempt {}", source, before.size(), attempt);
                return true;
            }
        }
        return false;
    }

    private long transfer(Path source, Path copy) throws IOException {
        try (Disk.File in = directory.disk().open(source);
                Disk.File out = directory.disk().open(copy)) {
            long size = in.size();
            long half = size / 2;
            long position = 0;
            ByteBuffer buffer = ByteBuffer.allocateDirect((int) Math.min(size, COPIED_AT_ONCE));
            while (position < size) {
                long end = position < half ? half : size;
                in.read(buffer.clear().limit((int) Math.min(buffer.capacity(), end - position)), position);
                if (buffer.flip().limit() == 0) {
                    break;
                }
                int read = buffer.limit();
                out.write(buffer, position);
                position += read;
                if (position == half) {
                    failpoints.reached(Failpoints.Step.COPYING);
                }
            }
            // Always: a database with a name and without content, after a power cut, would pass for an empty one.
            ForceFailedException.force(out, copy);
            return position;
        }
    }

    private record State(
            long size, FileTime modified, @Nullable Object key) {
        static State of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new State(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }

        long modifiedMillis() {
            return modified.toMillis();
        }
    }
}
