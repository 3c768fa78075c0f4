package dev.coord.store.shared;

import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A database in the memory of this JVM, for tests of applications. It is gone when it is closed. Safe for use by many threads. */
public final class MemoryDatabase implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryDatabase.class);

    private final JdbcConnectionPool pool = JdbcConnectionPool.create(
            "jdbc:h2:mem:coord-test-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000", "coord", "");

    /** Its connections, which are pooled. */
    public DataSource connections() {
        return pool;
    }

    @Override
    public void close() {
        try (var connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            LOG.trace("While closing", e);
        }
        pool.dispose();
    }
}
