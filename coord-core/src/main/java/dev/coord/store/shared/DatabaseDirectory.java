package dev.coord.store.shared;

import dev.coord.CorruptStoreException;
import dev.coord.DirectoryException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.store.Store;
import dev.coord.store.StoreOwner;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.store.journal.DamagedJournalException;
import dev.coord.store.journal.Journal;
import dev.coord.transport.unix.PrivateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory with a shared database, seen from outside: by a tool, not by one of the processes that use it. Looking changes nothing
 * in it, and makes nobody the owner.
 *
 * <p>Only for a process that does not itself use the directory: looking at the locks of one's own process would free them.
 */
public final class DatabaseDirectory {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseDirectory.class);
    /** A living owner removes segments of the journal, and so does a takeover with whole epochs. */
    private static final int ATTEMPTS = 20;

    private final SharedDirectory directory;

    /**
     * A file of the directory.
     *
     * @param name without the directory
     */
    public record FileSize(String name, long bytes) {}

    /**
     * What can be told of a directory without asking anybody.
     *
     * @param path its real path
     * @param inUse whether any process uses it
     * @param epoch how often the database was taken over from an owner that was frozen, and one more; empty if it was never used
     * @param database the file that is the database now; empty if there is none
     * @param owner who has the database open, as it told the others
     * @param journal what the journal has; empty if there is none, or it is damaged
     * @param files those of the database and of the processes that use it
     * @param problems what keeps processes from using it, in words
     */
    public record Status(
            Path path,
            boolean inUse,
            OptionalLong epoch,
            Optional<String> database,
            Optional<StoreOwner> owner,
            Optional<Journal.State> journal,
            List<FileSize> files,
            List<String> problems) {}

    /**
     * What was checked, and what was found.
     *
     * @param problems what is wrong, in words; empty if all is well
     * @param journal what the journal has
     * @param replayed how many operations of the journal the database did not have yet, which is no damage
     */
    public record Verification(List<String> problems, Optional<Journal.State> journal, long replayed) {}

    private DatabaseDirectory(SharedDirectory directory) {
        this.directory = directory;
    }

    /**
     * The directory at {@code path}, whatever is in it.
     *
     * @throws DirectoryException if there is no directory, or it cannot be read
     */
    public static DatabaseDirectory of(Path path) {
        try {
            Path root = path.toRealPath();
            if (!Files.isDirectory(root)) {
                throw new DirectoryException(root, "is not a directory. Name the one that coord.dir names.", null);
            }
            return new DatabaseDirectory(new SharedDirectory(root));
        } catch (NoSuchFileException e) {
            throw new DirectoryException(path, "does not exist. Name the directory that coord.dir names.", e);
        } catch (IOException e) {
            throw new DirectoryException(path, "cannot be read: " + e, e);
        }
    }

    /**
     * Makes the database of a directory that has none, and is made if it is not there. Nobody sees any of it before all of it is on
     * the disk: a failure leaves no database.
     *
     * @param fill puts into the empty database what is to be in it
     * @throws DirectoryException if the directory is in use, or has a database or what was left of one; nothing was changed
     * @throws StoreException if the database cannot be made
     */
    public static void create(Path path, Consumer<JdbcStore> fill) {
        Path root = PrivateDirectory.open(path, SharedDirectory.EPOCH_FILE);
        new DatabaseDirectory(new SharedDirectory(root)).create(fill);
    }

    private void create(Consumer<JdbcStore> fill) {
        checkFree();
        try {
            EpochFile epochs = EpochFile.open(directory);
            long epoch = epochs.get();
            try (OwnerLock lock = OwnerLock.of(directory, epoch)) {
                if (!lock.tryTake()) {
                    throw inUse();
                }
                // Whoever had the lock before may have made one.
                checkFree();
                create(epochs, epoch, fill);
            }
        } catch (IOException | SQLException e) {
            throw new StoreException("No database could be made in " + directory.root() + ": " + e.getMessage(), e);
        }
    }

    private void create(EpochFile epochs, long epoch, Consumer<JdbcStore> fill) throws IOException, SQLException {
        Path made = directory.temporaryDatabase();
        try {
            PrivateDirectory.createFile(made);
            JournaledDatabase.create(directory, made, directory.journal(epoch), epoch, fill);
            if (epochs.get() != epoch) {
                // A process that waited in vain for whoever has the lock.
                throw inUse();
            }
            Files.createLink(directory.database(epoch), made);
            directory.force();
            if (epochs.get() != epoch) {
                throw new StoreException(
                        "A process began to use " + directory.root()
                                + " at the same time, and may have made an empty database."
                                + " Stop all processes, and look with coord status",
                        null);
            }
        } finally {
            Files.deleteIfExists(made);
        }
    }

    private void checkFree() {
        if (isInUse()) {
            throw inUse();
        }
        if (hasDatabase()) {
            throw new DirectoryException(
                    directory.root(),
                    "has a database already, which is never replaced. Name another directory, or move all of its files"
                            + " away.",
                    null);
        }
    }

    private DirectoryException inUse() {
        return new DirectoryException(
                directory.root(), "is in use. Stop all processes that use it, or name another directory.", null);
    }

    /** Its real path. */
    public Path path() {
        return directory.root();
    }

    private interface Looking<T> {
        T look() throws IOException;
    }

    private <T> T look(Looking<T> looking) {
        try {
            return looking.look();
        } catch (IOException e) {
            throw new DirectoryException(directory.root(), "cannot be read: " + e, e);
        }
    }

    /** Whether any process uses it at this moment, be it frozen. */
    public boolean isInUse() {
        return look(() -> {
            if (LifeLocks.isAnyHeld(directory)) {
                return true;
            }
            OptionalLong epoch = directory.highestComplete(Long.MAX_VALUE);
            return epoch.isPresent() && !OwnerLock.isFree(directory.database(epoch.getAsLong()));
        });
    }

    /** Whether there is a database, or what was left of one. */
    public boolean hasDatabase() {
        return look(() -> directory.highestComplete(Long.MAX_VALUE).isPresent()
                || directory.orphan().isPresent()
                || directory.blocking().isPresent());
    }

    /** What can be told without asking anybody. */
    public Status status() {
        List<String> problems = new ArrayList<>();
        OptionalLong epoch = OptionalLong.empty();
        try {
            epoch = look(() -> EpochFile.read(directory));
        } catch (DirectoryException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        OptionalLong highest = look(() -> directory.highestComplete(Long.MAX_VALUE));
        Optional<Journal.State> journal = Optional.empty();
        if (highest.isPresent()) {
            journal = journal(problems::add);
        }
        checkNotBlocked(problems::add);
        long current = epoch.orElse(highest.orElse(0));
        return new Status(
                directory.root(),
                isInUse(),
                epoch,
                highest.isPresent()
                        ? Optional.of(directory
                                .database(highest.getAsLong())
                                .getFileName()
                                .toString())
                        : Optional.empty(),
                owner(current),
                journal,
                look(this::files),
                problems);
    }

    private Optional<StoreOwner> owner(long epoch) {
        return Endpoint.read(directory, epoch)
                .filter(endpoint -> look(() -> isHeld(endpoint.lifeToken())))
                .map(endpoint ->
                        new StoreOwner(epoch, endpoint.pid(), endpoint.socket().toString(), false));
    }

    private boolean isHeld(String lifeToken) throws IOException {
        return Files.exists(directory.root().resolve(lifeToken)) && !LifeLocks.isProvenDead(directory, lifeToken);
    }

    private List<FileSize> files() throws IOException {
        List<FileSize> files = new ArrayList<>();
        for (Path file : directory.ours()) {
            try {
                files.add(new FileSize(file.getFileName().toString(), Files.size(file)));
            } catch (NoSuchFileException e) {
                LOG.trace("{} is gone", file, e);
            }
        }
        return files;
    }

    /** Reads the journal of the database that is the newest; a damage is told to {@code problems}. */
    private Optional<Journal.State> journal(Consumer<String> problems) {
        DamagedJournalException last = null;
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            OptionalLong epoch = look(() -> directory.highestComplete(Long.MAX_VALUE));
            if (epoch.isEmpty()) {
                return Optional.empty();
            }
            var files = directory.journal(epoch.getAsLong());
            long first = look(files::first);
            try {
                return files.exists()
                        ? Optional.of(Journal.inspect(
                                files, epoch.getAsLong(), directory.disk().boot()))
                        : Optional.empty();
            } catch (DamagedJournalException e) {
                last = e;
                if (look(files::first) == first) {
                    // Its owner removed nothing meanwhile.
                    break;
                }
            } catch (IOException e) {
                problems.accept(String.valueOf(e.getMessage()));
                return Optional.empty();
            }
        }
        if (last != null) {
            problems.accept(last.getMessage() + ": the journal is damaged");
        }
        return Optional.empty();
    }

    private void checkNotBlocked(Consumer<String> problems) {
        try {
            Takeover.checkNotBlocked(directory);
        } catch (CorruptStoreException e) {
            problems.accept(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new DirectoryException(directory.root(), "cannot be read: " + e, e);
        }
    }

    /**
     * The store of the processes that use the directory, without becoming one of them. Closing it leaves no trace.
     *
     * @param callTimeout after how long an operation without an answer fails
     */
    public Store connect(Duration callTimeout) {
        return new OwnerClient(directory, callTimeout);
    }

    /**
     * Its store for reading: that of the processes that use it; or, if there are none, a private copy, which is gone when it is
     * closed.
     *
     * @throws CorruptStoreException if nobody uses it, and it is damaged
     * @throws DirectoryException if there is no database
     */
    public Store read(Duration callTimeout) {
        return isInUse() ? connect(callTimeout) : copy();
    }

    private CopiedStore copy() {
        try {
            for (int attempt = 1; true; attempt++) {
                Takeover.checkNotBlocked(directory);
                OptionalLong epoch = directory.highestComplete(Long.MAX_VALUE);
                if (epoch.isEmpty()) {
                    throw new DirectoryException(
                            directory.root(), "has no database. Name the directory that coord.dir names.", null);
                }
                try {
                    return CopiedStore.of(directory, epoch.getAsLong());
                } catch (NoSuchFileException e) {
                    // The owner of a later epoch removed it.
                    if (attempt == ATTEMPTS) {
                        throw e;
                    }
                }
            }
        } catch (IOException | SQLException e) {
            throw new StoreException("The database in " + directory.root() + " cannot be copied and opened: " + e, e);
        }
    }

    /**
     * Checks everything: the epoch file, the journal from its beginning to its end, that journal and database go together, and
     * that a copy of the database can be opened. Processes may be using it meanwhile.
     *
     * @param contents checks what the database has, and tells each problem in words
     * @throws StoreUnavailableException if it is written to faster than it can be copied
     * @throws DirectoryException if there is no database
     */
    public Verification verify(BiConsumer<Store, Consumer<String>> contents) {
        List<String> problems = new ArrayList<>();
        try {
            var unused = look(() -> EpochFile.read(directory));
        } catch (DirectoryException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        Optional<Journal.State> journal = journal(problems::add);
        long replayed = 0;
        try (CopiedStore copy = copy()) {
            replayed = copy.replayed();
            contents.accept(copy, problems::add);
        } catch (CorruptStoreException e) {
            if (problems.isEmpty()) {
                problems.add(String.valueOf(e.getMessage()));
            }
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (StoreException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        return new Verification(problems, journal, replayed);
    }
}
