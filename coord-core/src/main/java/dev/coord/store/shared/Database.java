package dev.coord.store.shared;

import dev.coord.CorruptStoreException;
import dev.coord.store.journal.Disk;
import dev.coord.store.journal.Journal;
import dev.coord.time.NanoClock;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.h2.api.ErrorCode;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open H2 file. It is always closed as if the process had died, so that there is one way to open it, and closing takes no
 * time. What is committed stays in the memory of this process until it is stored, see {@link #store}, which H2 never does by itself
 * but when it has too much of it, on the thread that commits: what is acknowledged is in the {@link Journal}.
 *
 * <p>Only for threads that nobody interrupts: an interrupt during I/O closes an H2 database.
 */
final class Database implements AutoCloseable {
    /** Longer than the copy of a database takes: freed space is not overwritten earlier. */
    static final int RETENTION_MILLIS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    /**
     * Only files that exist are opened: else H2 would make them anew, and their directory too, open to everybody.
     *
     * <p>H2's own thread, which would store beside transactions, finds nothing to do: it stores what was not stored for as long as the
     * write delay, 23 days, and compacts what is less full than the fill rate says, which is 0.
     */
    private static final String SETTINGS =
            ";IFEXISTS=TRUE;FILE_LOCK=FS;WRITE_DELAY=2000000000;AUTO_COMPACT_FILL_RATE=0;RETENTION_TIME="
                    + RETENTION_MILLIS
                    + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=500;TRACE_LEVEL_FILE=0;QUERY_CACHE_SIZE=64";

    private static final Duration OPEN_RETRY = Duration.ofSeconds(2);
    /** One for the operations, and some for looking after it. */
    private static final int CONNECTIONS = 4;

    private static final int LOGIN_SECONDS = 2;
    /** The two copies of the header that every H2 file begins with; H2 takes an empty file for a new one. */
    private static final int LEAST_SIZE = 2 * 4096;

    /** Says how to go on when {@code epoch}'s journal does not go with its database. */
    static CorruptStoreException corrupt(Path file, long epoch, String what, @Nullable Throwable cause) {
        String all = "coord." + epoch + ".*";
        return new CorruptStoreException(
                file,
                "It " + what + ". Nothing was changed. To go on with a backup, move " + all
                        + " out of the directory and put the backup's files in place; to go on without, with an older"
                        + " database or an empty one whose terms start at 1 again,"
                        + " move " + all + " out of the directory.",
                cause);
    }

    private static final String FIRST_QUERY = "SELECT 1 FROM coord_schema";
    private static final Set<Integer> NO_SUCH_TABLE = Set.of(
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1,
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_WITH_CANDIDATES_2,
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1);

    private static final String SELECT_APPLIED = "SELECT seqno FROM coord_applied";
    private static final String INSERT_APPLIED = "INSERT INTO coord_applied (journal, seqno) VALUES (1, ?)";
    private static final String UPDATE_APPLIED = "UPDATE coord_applied SET seqno = ? WHERE journal = 1";

    private final JdbcConnectionPool pool;

    private final MVStore mvStore;

    private Database(JdbcConnectionPool pool) throws SQLException {
        this.pool = pool;
        try (Connection connection = pool.getConnection()) {
            var session = (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
            this.mvStore = session.getDatabase().getStore().getMvStore();
        }
    }

    /**
     * Opens {@code file}, which must exist; an empty file becomes an empty database.
     *
     * @param wanted asked while another process still has the file open
     */
    static Database open(Path file, BooleanSupplier wanted) throws SQLException {
        return open(Disk.SYSTEM, file, wanted);
    }

    /** Opens {@code file} on {@code disk}, see {@link #open(Path, BooleanSupplier)}. */
    static Database open(Disk disk, Path file, BooleanSupplier wanted) throws SQLException {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:" + EncodedPath.of(disk, SharedDirectory.h2Name(file)) + SETTINGS);
        source.setUser("coord");
        var pool = JdbcConnectionPool.create(source);
        pool.setMaxConnections(CONNECTIONS);
        pool.setLoginTimeout(LOGIN_SECONDS);
        NanoClock clock = NanoClock.system();
        long start = clock.nanoTime();
        while (true) {
            try {
                pool.getConnection().close();
                LOG.debug("Opened {} in {} ms", file, clock.since(start).toMillis());
                return new Database(pool);
            } catch (SQLException e) {
                if (!isInUse(e) || !wanted.getAsBoolean() || clock.since(start).compareTo(OPEN_RETRY) > 0) {
                    pool.dispose();
                    throw e;
                }
                // The kernel frees the locks of a dead process one after the other; H2's can be the last.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /** Whether {@code failure} says that another process has the database open. */
    static boolean isInUse(SQLException failure) {
        return failure.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1;
    }

    /** Opens the complete database of {@code epoch}. A damaged one is kept aside. */
    static Database openComplete(SharedDirectory directory, long epoch, BooleanSupplier wanted)
            throws SQLException, IOException {
        Path file = directory.database(epoch);
        if (Files.size(file) < LEAST_SIZE) {
            throw corrupt(directory.setAside(file), null);
        }
        try {
            Database database = open(directory.disk(), file, wanted);
            if (database.hasTables()) {
                return database;
            }
            // H2 opens a file whose content is gone as an empty one; a complete database has its tables.
            throw corrupt(directory.setAside(file), null);
        } catch (SQLException e) {
            if (!isCorrupt(e)) {
                throw e;
            }
            throw corrupt(directory.setAside(file), e);
        }
    }

    /** Says how to go on after a damaged database was kept as {@code aside}. */
    static CorruptStoreException corrupt(Path aside, @Nullable SQLException cause) {
        String name = aside.getFileName().toString();
        return new CorruptStoreException(
                aside,
                "To go on with a backup, put it beside it as " + name.replaceFirst("\\.corrupt.*", "")
                        + "; to go on without what it holds, with an older database or an empty one whose terms start"
                        + " at 1 again, move " + name + " out of the directory, and its journal, "
                        + name.replaceFirst("\\.mv\\.db.*", "") + ".journal*, too.",
                cause);
    }

    static boolean isCorrupt(SQLException e) {
        if (e.getErrorCode() == ErrorCode.FILE_CORRUPTED_1) {
            return true;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof EOFException) {
                return true;
            }
            if (cause instanceof MVStoreException store
                    && (store.getErrorCode() == DataUtils.ERROR_FILE_CORRUPT
                            || store.getErrorCode() == DataUtils.ERROR_UNSUPPORTED_FORMAT)) {
                return true;
            }
        }
        return false;
    }

    /** Whether its tables are there; it is closed if they are not, or if it cannot tell. */
    private boolean hasTables() throws SQLException {
        boolean there = false;
        try {
            execute(FIRST_QUERY);
            there = true;
        } catch (SQLException e) {
            if (!NO_SUCH_TABLE.contains(e.getErrorCode())) {
                throw e;
            }
            LOG.debug("A table is lost", e);
        } finally {
            if (!there) {
                close();
            }
        }
        return there;
    }

    /** Its connections, at most as many as it was opened with. */
    JdbcConnectionPool connections() {
        return pool;
    }

    /** The number of the last operation of the journal that it has; empty if it never had a journal. */
    OptionalLong applied() throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(SELECT_APPLIED)) {
            return OptionalLong.of(rows.next() ? rows.getLong(1) : 0);
        } catch (SQLException e) {
            if (NO_SUCH_TABLE.contains(e.getErrorCode())) {
                return OptionalLong.empty();
            }
            throw e;
        }
    }

    /** Notes that it has the operation {@code number}, in the transaction that carries it out. */
    static void setApplied(Connection connection, long number) throws SQLException {
        if (setApplied(connection, UPDATE_APPLIED, number) == 0) {
            setApplied(connection, INSERT_APPLIED, number);
        }
    }

    private static int setApplied(Connection connection, String sql, long number) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            statement.setLong(1, number);
            return statement.executeUpdate();
        }
    }

    /** How much was committed and not yet stored, in bytes. */
    long notStored() {
        return mvStore.getUnsavedMemory();
    }

    /** Has what was committed written to the file, by H2's own threads. No transaction may be open. */
    void store() throws SQLException {
        execute("CHECKPOINT");
    }

    /** Waits until what {@link #store} began is in the file, which is not yet the disk. On any thread. */
    void awaitStored() {
        mvStore.executeFilestoreOperation(() -> {});
        if (mvStore.isClosed()) {
            throw new UncheckedIOException(
                    new IOException("Storing the database failed on a thread of H2's, which closed it"));
        }
    }

    /** Forces what was committed to the disk. No transaction may be open. */
    void sync() throws SQLException {
        store();
        awaitStored();
        execute("CHECKPOINT SYNC");
    }

    private void execute(String sql) throws SQLException {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Closes it without writing anything. */
    @Override
    public void close() {
        try {
            execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            // What else it may say of a database that goes down while being told so is of no use.
            LOG.trace("While closing", e);
        }
        pool.dispose();
    }

    /** Removes a database file that was never used by others. */
    static void discard(Disk disk, Path file) {
        try {
            disk.delete(file);
        } catch (IOException e) {
            LOG.warn("Could not remove {}: {}", file, e.toString());
        }
    }
}
