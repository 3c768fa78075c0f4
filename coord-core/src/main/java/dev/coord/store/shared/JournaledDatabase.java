package dev.coord.store.shared;

import dev.coord.StoreException;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.store.CommitSignal;
import dev.coord.store.jdbc.Dialect;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.store.journal.DamagedJournalException;
import dev.coord.store.journal.Disk;
import dev.coord.store.journal.ForceFailedException;
import dev.coord.store.journal.Journal;
import dev.coord.store.journal.JournalFiles;
import dev.coord.store.journal.NoSpaceException;
import dev.coord.time.NanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A database and the journal ahead of it. An operation is in the journal before it is carried out (J1); the row
 * {@code coord_applied} has its number, written in the same transaction (J2). So whatever earlier state of the database is found
 * when it is opened, carrying out the rest of the journal makes it what it was.
 *
 * <p>All of it is for one thread that nobody interrupts, but {@link #forceStored}.
 */
final class JournaledDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JournaledDatabase.class);

    /** What is not stored has to be carried out again by the next owner, for which all wait. */
    private static final int MOST_NOT_STORED = 500;

    private static final long MOST_BYTES_NOT_STORED = 1024 * 1024;
    private static final long STORE_AFTER_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long SEGMENT_BYTES = 1024 * 1024;

    private final long epoch;
    private final Path file;
    private final Database database;
    private final Journal journal;
    /** Closing it frees the lock that H2 has on this file, so it stays open until H2 has closed its own. */
    private final Disk.File databaseFile;

    private final JdbcStore store;
    private final Failpoints failpoints;
    private final NanoClock clock = NanoClock.system();
    /** Which files the names stood for when it was opened. */
    private final Map<Path, Object> inPlace = new HashMap<>();

    private final Consumer<Set<CommitSignal.Topic>> committed;
    private boolean replaying;
    private long replayed;
    private long carriedOut;
    private long timeNanos;
    private long stored;
    private long bytesNotStored;
    private long notStoredSince;

    private JournaledDatabase(
            long epoch,
            Path file,
            Database database,
            Journal journal,
            Disk.File databaseFile,
            Consumer<Set<CommitSignal.Topic>> committed,
            Failpoints failpoints) {
        this.epoch = epoch;
        this.file = file;
        this.database = database;
        this.journal = journal;
        this.databaseFile = databaseFile;
        this.committed = committed;
        this.failpoints = failpoints;
        InstantSource time = () -> Instant.ofEpochSecond(0, timeNanos);
        this.store = new JdbcStore(database.connections(), Dialect.H2, time, this::committed, (connection, changed) -> {
            if (carriedOut > 0) {
                Database.setApplied(connection, carriedOut);
            }
        });
    }

    /**
     * Makes an empty database and its journal. It is on the disk when this returns.
     *
     * @param file in which the database is made, under whatever name
     */
    static void create(SharedDirectory directory, Path file, JournalFiles journal, long epoch)
            throws IOException, SQLException {
        create(directory, file, journal, epoch, empty -> {});
    }

    /** The same with what {@code fill} puts into it. */
    static void create(SharedDirectory directory, Path file, JournalFiles journal, long epoch, Consumer<JdbcStore> fill)
            throws IOException, SQLException {
        journal.delete();
        Journal.create(journal, epoch, 0);
        try (Database empty = Database.open(directory.disk(), file, () -> true)) {
            var store = new JdbcStore(empty.connections(), Dialect.H2, InstantSource.system(), changed -> {});
            store.migrate();
            fill.accept(store);
            empty.sync();
        }
        LOG.debug("Made a database in {}", directory.root());
    }

    /**
     * Opens the complete database of {@code epoch} and its journal, and carries out what the database does not have yet.
     *
     * @throws dev.coord.CorruptStoreException if one of them is damaged, or they do not go together
     */
    static JournaledDatabase open(
            SharedDirectory directory,
            long epoch,
            BooleanSupplier wanted,
            Consumer<Set<CommitSignal.Topic>> committed,
            Failpoints failpoints)
            throws IOException, SQLException {
        return open(
                directory,
                epoch,
                directory.database(epoch),
                () -> Database.openComplete(directory, epoch, wanted),
                committed,
                failpoints);
    }

    /** Opens a database of which nobody else knows, as that of {@code epoch}; see {@link #open}. */
    static JournaledDatabase openTemporary(SharedDirectory directory, Path file, long epoch, BooleanSupplier wanted)
            throws IOException, SQLException {
        return open(
                directory,
                epoch,
                file,
                () -> Database.open(directory.disk(), file, wanted),
                changed -> {},
                Failpoints.NONE);
    }

    private interface Opening {
        Database open() throws IOException, SQLException;
    }

    private static JournaledDatabase open(
            SharedDirectory directory,
            long epoch,
            Path file,
            Opening opening,
            Consumer<Set<CommitSignal.Topic>> committed,
            Failpoints failpoints)
            throws IOException, SQLException {
        JournalFiles files = directory.journal(file);
        Journal found = files.exists() ? openJournal(files, epoch) : null;
        Database database;
        try {
            database = opening.open();
        } catch (IOException | SQLException | RuntimeException e) {
            if (found != null) {
                found.close();
            }
            throw e;
        }
        return open(directory, epoch, file, files, found, database, committed, failpoints);
    }

    private static JournaledDatabase open(
            SharedDirectory directory,
            long epoch,
            Path file,
            JournalFiles files,
            @Nullable Journal found,
            Database database,
            Consumer<Set<CommitSignal.Topic>> committed,
            Failpoints failpoints)
            throws IOException, SQLException {
        Journal journal = found;
        Disk.File databaseFile = null;
        boolean done = false;
        try {
            OptionalLong applied = database.applied();
            if (journal == null) {
                if (applied.isPresent()) {
                    throw Database.corrupt(files.mark(), epoch, "is missing, with all of the journal of " + file, null);
                }
                LOG.info("{} is of a version without a journal, and gets one", file);
                Journal.create(files, epoch, 0);
                journal = openJournal(files, epoch);
            }
            check(file, epoch, applied, journal);
            databaseFile = directory.disk().open(file);
            var opened = new JournaledDatabase(epoch, file, database, journal, databaseFile, committed, failpoints);
            opened.begin(applied);
            opened.note(file);
            opened.note(files.mark());
            done = true;
            return opened;
        } finally {
            if (!done) {
                database.close();
                close(databaseFile);
                if (journal != null) {
                    journal.close();
                }
            }
        }
    }

    private static Journal openJournal(JournalFiles files, long epoch) throws IOException {
        try {
            return Journal.open(files, epoch, files.disk().boot());
        } catch (DamagedJournalException e) {
            throw Database.corrupt(e.file(), epoch, "lacks something: " + e.getMessage(), e);
        }
    }

    /** A database that is older than the journal's oldest operation cannot be made what it was (J5). */
    private static void check(Path file, long epoch, OptionalLong applied, Journal journal) {
        long has = applied.orElse(0);
        boolean neverHadOne = applied.isEmpty() && journal.last() > 0;
        if (neverHadOne || has < journal.first() - 1) {
            throw Database.corrupt(
                    file,
                    epoch,
                    "is older than its journal: it has operations up to " + has + ", and the journal those from "
                            + journal.first() + " to " + journal.last(),
                    null);
        }
    }

    private void begin(OptionalLong applied) throws IOException, SQLException {
        store.migrate();
        if (applied.isEmpty()) {
            database.sync();
        }
        long has = applied.orElse(0);
        if (has > journal.last()) {
            LOG.warn(
                    "After a power cut, {} has operations up to {}, and its journal those up to {}: it is begun anew",
                    file,
                    has,
                    journal.last());
            database.sync();
            ForceFailedException.force(databaseFile, file);
            journal.restart(has);
        }
        stored = has;
        notStoredSince = clock.nanoTime();
        replaying = true;
        journal.<IOException>replay(has, (number, time, payload) -> {
            failpoints.reached(Failpoints.Step.REPLAYING);
            StoreRequest request = StoreRequest.parseFrom(payload);
            if (!StoreCalls.writes(request)) {
                throw new IOException("Operation " + number + " of the journal of " + file
                        + " is not known to this version of coord: use the newer one that made it");
            }
            try {
                var unused = carryOut(number, time, request);
            } catch (StoreException | IllegalArgumentException e) {
                if (!isRepeatable(e)) {
                    throw e;
                }
                LOG.debug("Operation {} failed, as it did before", number, e);
            }
            bytesNotStored += payload.length;
            replayed++;
        });
        replaying = false;
        if (journal.last() > has) {
            LOG.debug("Carried out operations {} to {} of the journal", has + 1, journal.last());
        }
    }

    /** How many operations of the journal the database did not have when it was opened. */
    long replayed() {
        return replayed;
    }

    /** Whether the same failure comes of the same operation whenever it is carried out: the data or the state forbid it. */
    static boolean isRepeatable(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                String state = sql.getSQLState();
                return state == null || state.startsWith("22") || state.startsWith("23") || state.startsWith("42");
            }
            if (cause instanceof IOException || cause instanceof Error) {
                return false;
            }
        }
        return true;
    }

    private void committed(Set<CommitSignal.Topic> changed) {
        if (!replaying) {
            committed.accept(changed);
        }
    }

    private void note(Path path) throws IOException {
        Object key = SharedDirectory.key(path);
        if (key != null) {
            inPlace.put(path, key);
        }
    }

    /**
     * Looks whether the names still stand for the files that are open: what is acknowledged into files without a name is lost with
     * this process.
     *
     * @throws IOException if one was removed, or another file is in its place
     */
    void checkInPlace() throws IOException {
        for (Map.Entry<Path, Object> file : inPlace.entrySet()) {
            if (!SharedDirectory.isInPlace(file.getKey(), file.getValue())) {
                throw removed(file.getKey());
            }
        }
        for (Path segment : journal.files()) {
            if (!Files.exists(segment)) {
                throw removed(segment);
            }
        }
    }

    private static IOException removed(Path path) {
        return new NoSuchFileException(
                path.toString(),
                null,
                "was removed or replaced while it was in use: what was acknowledged since then is lost."
                        + " Stop all processes of the directory, and put a backup of the whole directory in its place");
    }

    /** Adds {@code request} to those that {@link #append} appends; says which number it has. */
    long add(StoreRequest request, Instant now) {
        // Databases keep microseconds.
        timeNanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano() / 1000 * 1000L;
        byte[] payload = request.toByteArray();
        bytesNotStored += payload.length;
        if (journal.last() == stored) {
            notStoredSince = clock.nanoTime();
        }
        return journal.add(timeNanos, payload);
    }

    /**
     * Appends what was added (J1).
     *
     * @throws NoSpaceException if nothing of it is there, for want of space
     */
    void append() throws IOException {
        journal.write();
        failpoints.reached(Failpoints.Step.JOURNALED_NOT_APPLIED);
    }

    /** Carries out operation {@code number}, which was appended at {@code time}. */
    private StoreResponse carryOut(long number, long time, StoreRequest request) {
        timeNanos = time;
        return carryOut(number, request);
    }

    /** Carries out operation {@code number}, which was appended, or one that only reads and has the number 0. */
    StoreResponse carryOut(long number, StoreRequest request) {
        carriedOut = number;
        try {
            return StoreCalls.execute(store, request);
        } finally {
            carriedOut = 0;
        }
    }

    /** Forces what was appended (J3). */
    void force() throws IOException {
        journal.force();
    }

    /** Somebody is about to be told of what was appended (J4). */
    void acknowledge() throws IOException {
        journal.acknowledge();
    }

    /** Whether so much is not stored that the next owner would need long, or it has waited for long. */
    boolean isStoreDue() {
        return journal.last() > stored
                && (journal.last() - stored >= MOST_NOT_STORED
                        || bytesNotStored >= MOST_BYTES_NOT_STORED
                        // One operation may change much; and what is stored at once, leases wait for.
                        || database.notStored() >= MOST_BYTES_NOT_STORED
                        || clock.nanoTime() - notStoredSince >= STORE_AFTER_NANOS);
    }

    /**
     * Has the database stored, between transactions (J6).
     *
     * @return whether a segment of the journal was completed, and {@link #forceStored} is to follow
     */
    boolean store() throws IOException, SQLException {
        database.store();
        stored = journal.last();
        bytesNotStored = 0;
        failpoints.reached(Failpoints.Step.CHECKPOINTED);
        if (journal.size() < SEGMENT_BYTES) {
            return false;
        }
        journal.rotate();
        failpoints.reached(Failpoints.Step.ROTATED);
        return true;
    }

    /** The number of the last operation that was there when it was last stored. */
    long stored() {
        return stored;
    }

    /** Forces what was stored, and the journal up to there. It may run on another thread, as it does nothing with transactions. */
    void forceStored() throws IOException {
        journal.forceEarlier();
        database.awaitStored();
        ForceFailedException.force(databaseFile, file);
    }

    /** {@link #forceStored} has forced what was stored with all operations up to {@code number}: older segments may go (J7). */
    void forced(long number) throws IOException {
        journal.stored(number);
    }

    /** Closes both without writing anything. */
    @Override
    public void close() {
        journal.close();
        database.close();
        close(databaseFile);
        LOG.debug("Closed the database of epoch {}", epoch);
    }

    private static void close(Disk.@Nullable File opened) {
        if (opened != null) {
            try {
                opened.close();
            } catch (IOException e) {
                LOG.debug("Could not close a file", e);
            }
        }
    }
}
