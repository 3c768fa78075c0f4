package dev.coord.store.shared;

import dev.coord.CorruptStoreException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.h2.api.ErrorCode;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open H2 file. It is always closed as if the process had died, so that there is one way to open it, and closing takes no
 * time: a commit is in the operating system's hands when it is acknowledged, and nothing is kept back for the closing.
 *
 * <p>Only for threads that nobody interrupts: an interrupt during I/O closes an H2 database.
 */
final class Database implements AutoCloseable {
    /** Longer than the copy of a database takes: freed space is not overwritten earlier. */
    static final int RETENTION_MILLIS = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    /** Only files that exist are opened: else H2 would make them anew, and their directory too, open to everybody. */
    private static final String SETTINGS =
            ";IFEXISTS=TRUE;FILE_LOCK=FS;WRITE_DELAY=0;RETENTION_TIME=" + RETENTION_MILLIS
                    + ";DB_CLOSE_ON_EXIT=FALSE;DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=500;TRACE_LEVEL_FILE=0;QUERY_CACHE_SIZE=64";

    private static final long OPEN_RETRY_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** One for the operations, and some for looking after it. */
    private static final int CONNECTIONS = 4;

    private static final int LOGIN_SECONDS = 2;
    /** The two copies of the header that every H2 file begins with; H2 takes an empty file for a new one. */
    private static final int LEAST_SIZE = 2 * 4096;

    private static final String FIRST_QUERY = "SELECT 1 FROM coord_schema";
    private static final Set<Integer> NO_SUCH_TABLE = Set.of(
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1,
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_WITH_CANDIDATES_2,
            ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1);

    private final JdbcConnectionPool pool;

    private Database(JdbcConnectionPool pool) {
        this.pool = pool;
    }

    /**
     * Opens {@code file}, which must exist; an empty file becomes an empty database.
     *
     * @param wanted asked while another process still has the file open
     */
    static Database open(Path file, BooleanSupplier wanted) throws SQLException {
        var source = new JdbcDataSource();
        source.setURL("jdbc:h2:" + EncodedPath.of(SharedDirectory.h2Name(file)) + SETTINGS);
        source.setUser("coord");
        var pool = JdbcConnectionPool.create(source);
        pool.setMaxConnections(CONNECTIONS);
        pool.setLoginTimeout(LOGIN_SECONDS);
        long start = System.nanoTime();
        while (true) {
            try {
                pool.getConnection().close();
                LOG.debug("Opened {} in {} ms", file, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
                return new Database(pool);
            } catch (SQLException e) {
                boolean locked = e.getErrorCode() == ErrorCode.DATABASE_ALREADY_OPEN_1;
                if (!locked || !wanted.getAsBoolean() || System.nanoTime() - start > OPEN_RETRY_NANOS) {
                    pool.dispose();
                    throw e;
                }
                // The kernel frees the locks of a dead process one after the other; H2's can be the last.
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
    }

    /** Opens the complete database of {@code epoch}. A damaged one is kept aside. */
    static Database openComplete(SharedDirectory directory, long epoch, BooleanSupplier wanted)
            throws SQLException, IOException {
        Path file = directory.database(epoch);
        if (Files.size(file) < LEAST_SIZE) {
            throw corrupt(directory.setAside(file), null);
        }
        try {
            Database database = open(file, wanted);
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
                        + "; to go on without what it holds, with an older database or an empty one whose terms start at 1"
                        + " again, move " + name + " out of the directory.",
                cause);
    }

    private static boolean isCorrupt(SQLException e) {
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

    /** Whether it still answers; H2 closes a database by itself when a write fails badly. */
    boolean isUsable() {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            return statement.execute(FIRST_QUERY);
        } catch (SQLException e) {
            LOG.debug("The database no longer answers", e);
            return false;
        }
    }

    /** Forces what was committed to the disk. */
    void sync() throws SQLException {
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
    static void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("Could not remove {}: {}", file, e.toString());
        }
    }
}
