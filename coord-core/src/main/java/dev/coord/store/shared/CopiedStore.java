package dev.coord.store.shared;

import dev.coord.CorruptStoreException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.journal.DamagedJournalException;
import dev.coord.store.journal.Journal;
import dev.coord.store.journal.JournalFiles;
import dev.coord.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A private copy of a directory's database and journal, opened: whatever is done with it, the directory stays as it is. The copy is
 * in the system's directory for temporary files, and gone when this is closed.
 */
final class CopiedStore extends OutsideStore {
    private static final Logger LOG = LoggerFactory.getLogger(CopiedStore.class);
    private static final String PREFIX = "coord-copy-";
    /** File times move in steps of some milliseconds; a file that was written to more recently than this may be changing. */
    private static final long QUIET_MILLIS = 30;

    private static final Duration LONGEST = Duration.ofSeconds(10);

    private final Path place;
    private final JournaledDatabase database;

    /** What a file was like at some moment. */
    private record Seen(
            long size, FileTime modified, @Nullable Object key) {
        static Seen of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Seen(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        }
    }

    private CopiedStore(SharedDirectory original, Path place, JournaledDatabase database) {
        super(original);
        this.place = place;
        this.database = database;
    }

    /**
     * Copies the database of {@code epoch}, which is complete, and opens the copy.
     *
     * @throws CorruptStoreException if it is damaged, or its journal is, or they do not go together
     * @throws StoreUnavailableException if it is written to faster than it can be copied
     */
    static CopiedStore of(SharedDirectory directory, long epoch) throws IOException, SQLException {
        Path place = Files.createTempDirectory(
                        PREFIX, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")))
                .toRealPath();
        JournaledDatabase opened = null;
        try {
            var copy = new SharedDirectory(place);
            copy(directory, copy, epoch);
            opened = JournaledDatabase.open(copy, epoch, () -> true, changed -> {}, Failpoints.NONE);
            return new CopiedStore(directory, place, opened);
        } catch (CorruptStoreException e) {
            throw ofOriginal(e, directory, place);
        } finally {
            if (opened == null) {
                remove(place);
            }
        }
    }

    /** What is said of the copy, of which nobody knows, is true of the original. */
    private static CorruptStoreException ofOriginal(CorruptStoreException e, SharedDirectory directory, Path place) {
        String name = e.path().getFileName().toString().replaceFirst("\\.corrupt(-\\d+)?$", "");
        Throwable reason = e.getCause() == null ? e : e.getCause();
        String found = String.valueOf(reason.getMessage())
                .replace(place.toString(), directory.root().toString());
        return damaged(directory.root().resolve(name), found, e);
    }

    private static CorruptStoreException damaged(Path file, String found, Exception e) {
        return new CorruptStoreException(file, "Nothing was changed. What was found: " + found, e);
    }

    /** The database first, the journal after it (J9), until neither changed in a way that matters. */
    private static void copy(SharedDirectory from, SharedDirectory to, long epoch) throws IOException {
        Path source = from.database(epoch);
        Path target = to.database(epoch);
        JournalFiles journal = from.journal(epoch);
        Deadline deadline = Deadline.in(LONGEST);
        IOException last = null;
        for (long pause = QUIET_MILLIS; !deadline.isOver(); pause = Math.min(pause * 2, 500)) {
            Files.deleteIfExists(target);
            to.journal(epoch).delete();
            long first = journal.first();
            Seen before = Seen.of(source);
            Files.copy(source, target);
            if (before.equals(Seen.of(source)) && isQuiet(before, to)) {
                try {
                    if (journal.exists()) {
                        Journal.copy(
                                journal,
                                epoch,
                                to.journal(epoch),
                                epoch,
                                to.disk().boot());
                    }
                    if (journal.first() == first) {
                        return;
                    }
                } catch (DamagedJournalException e) {
                    if (journal.first() == first) {
                        // Its owner removed nothing meanwhile.
                        throw damaged(e.file(), String.valueOf(e.getMessage()), e);
                    }
                    last = e;
                }
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pause));
        }
        throw new StoreUnavailableException(
                source
                        + " is written to faster than it can be copied. Try again when less is written, stop the"
                        + " processes of "
                        + from.root() + ", or check a backup",
                last);
    }

    private static boolean isQuiet(Seen seen, SharedDirectory to) throws IOException {
        Path clock = Files.createFile(to.temporary());
        long now = Files.getLastModifiedTime(clock).toMillis();
        Files.delete(clock);
        return Math.abs(now - seen.modified().toMillis()) >= QUIET_MILLIS;
    }

    /** How many operations of the journal the database did not have yet. */
    long replayed() {
        return database.replayed();
    }

    @Override
    synchronized StoreResponse call(StoreRequest request) {
        if (StoreCalls.writes(request)) {
            throw new StoreException(
                    request.getOperationCase() + " cannot be done: nobody has the database in " + directory.root()
                            + " open, and this is a copy of it",
                    null);
        }
        return answer(database.carryOut(0, request));
    }

    @Override
    public synchronized void close() {
        database.close();
        remove(place);
    }

    private static void remove(Path place) {
        try (Stream<Path> files = Files.list(place)) {
            List<Path> all = files.toList();
            for (Path file : all) {
                Files.delete(file);
            }
            Files.delete(place);
        } catch (IOException e) {
            LOG.warn("Could not remove the copy in {}: {}", place, e.toString());
        }
    }
}
