package dev.coord.spring.autoconfigure;

import dev.coord.store.CommitSignal;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.store.jdbc.Dialect;
import dev.coord.store.jdbc.JdbcStore;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A store in the memory of this JVM. */
final class TestStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(TestStore.class);

    private final SignalBoard signal = new SignalBoard();
    private final JdbcConnectionPool pool;
    private final JdbcStore jdbc;
    private final TestLeases leases;

    TestStore() {
        pool = JdbcConnectionPool.create(
                "jdbc:h2:mem:coord-test-" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1;LOCK_TIMEOUT=10000", "coord", "");
        jdbc = new JdbcStore(pool, Dialect.H2, InstantSource.system(), signal::publish);
        jdbc.migrate();
        leases = new TestLeases(jdbc);
    }

    @Override
    public TestLeases leases() {
        return leases;
    }

    @Override
    public ParticipantStore participants() {
        return jdbc;
    }

    @Override
    public WorldStore world() {
        return jdbc;
    }

    @Override
    public CommitSignal signal() {
        return signal;
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
