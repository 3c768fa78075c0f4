package dev.coord.testing;

import dev.coord.store.ForwardingStore;
import dev.coord.store.LeaseStore;
import dev.coord.store.ParticipantStore;
import dev.coord.store.Store;
import dev.coord.store.jdbc.Dialect;
import dev.coord.store.jdbc.DirectStore;
import dev.coord.store.jdbc.JdbcStore;
import dev.coord.store.jdbc.PolledStore;
import dev.coord.store.shared.SharedStoreSettings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import org.h2.jdbcx.JdbcConnectionPool;

/** Stores for tests, each on a database of its own. */
public final class TestStores {
    /** So long that no test waits for it by mistake. */
    private static final Duration NO_POLL = Duration.ofHours(1);

    /** For tests that are not about frozen owners, or stores that do not answer: they wait for as long as it takes. */
    public static final SharedStoreSettings PATIENT = SharedStoreSettings.defaults()
            .withOwnerStaleThreshold(Patience.LIMIT)
            .withCallTimeout(Patience.LIMIT);

    private TestStores() {}

    /** A connection pool on a new in-memory database, which lives until {@link #shutdown}. */
    public static JdbcConnectionPool memory() {
        return JdbcConnectionPool.create("jdbc:h2:mem:" + UUID.randomUUID() + ";DB_CLOSE_DELAY=-1", "test", "");
    }

    /** A connection pool on a database file in {@code directory}. */
    public static JdbcConnectionPool file(Path directory) {
        return JdbcConnectionPool.create(
                "jdbc:h2:file:" + directory.resolve("test") + ";WRITE_DELAY=0;DB_CLOSE_DELAY=-1", "test", "");
    }

    /** Closes the database of {@code pool}, whoever uses it. */
    public static void shutdown(JdbcConnectionPool pool) {
        try (Connection connection = pool.getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } finally {
            pool.dispose();
        }
    }

    /** A store of this process alone, whose signal tells exactly what it committed. Closing it closes the database. */
    public static DirectStore local(JdbcConnectionPool pool, InstantSource wallClock) {
        return new DirectStore(board -> new JdbcStore(pool, Dialect.H2, wallClock, board), () -> shutdown(pool));
    }

    public static DirectStore local(JdbcConnectionPool pool) {
        return local(pool, InstantSource.system());
    }

    /** A {@link PolledStore}, which wakes nobody for commits of others. Closing it closes the database. */
    public static Store polled(JdbcConnectionPool pool) {
        return new PolledStore(local(pool), NO_POLL);
    }

    /** {@code store} with other ways to its leases and participants. */
    public static Store with(Store store, LeaseStore leases, ParticipantStore participants) {
        return new Wrapped(store, leases, participants);
    }

    private static final class Wrapped extends ForwardingStore {
        private final LeaseStore leases;
        private final ParticipantStore participants;

        Wrapped(Store store, LeaseStore leases, ParticipantStore participants) {
            super(store);
            this.leases = leases;
            this.participants = participants;
        }

        @Override
        public LeaseStore leases() {
            return leases;
        }

        @Override
        public ParticipantStore participants() {
            return participants;
        }
    }
}
