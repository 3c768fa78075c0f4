package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.store.CommitSignal;
import dev.coord.store.DatabaseState;
import dev.coord.store.LeaseStore;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.time.NanoClock;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An external database, seen from outside: by a tool, not by one of the processes that use it. It keeps no session there, so it works
 * through any pooler.
 */
public final class ExternalDatabase {
    private static final Logger LOG = LoggerFactory.getLogger(ExternalDatabase.class);

    /** A tool may do so for longer between two statements than a process that renews a lease. */
    private static final Duration THINKING = Duration.ofMinutes(5);

    private final DatabaseSettings settings;
    private final DatabaseConnector connector;

    /**
     * @param settings where it is; a call that takes longer than their call timeout fails
     * @throws InvalidSettingsException if it is no database that can be used
     */
    public ExternalDatabase(DatabaseSettings settings) {
        this.settings = settings.withSession(false);
        this.connector = new DatabaseConnector(this.settings);
    }

    /** Where it is, without names and passwords. */
    public String place() {
        return settings.place();
    }

    /**
     * All that it has, as of this moment, until it is closed: one transaction, which only reads, and keeps nobody from writing.
     *
     * @throws InvalidSettingsException if it has no tables of these names, or lets nobody in with these settings
     * @throws StoreException if the tables are of another version
     * @throws StoreUnavailableException if it gave no answer
     */
    public Store read() {
        ConnectionPool pool = pool();
        try {
            Snapshot snapshot = new Snapshot(begin(pool, true), pool, connector.kind());
            boolean done = false;
            try {
                snapshot.look(settings);
                done = true;
                return snapshot;
            } finally {
                if (!done) {
                    snapshot.close();
                }
            }
        } catch (SQLException e) {
            throw unanswered(e);
        }
    }

    /**
     * Makes the tables if they are not there, and changes what they have, in one transaction: all of it happens, or nothing.
     *
     * @param fill works on the store, and on nothing else; the transactions that it asks for are parts of the one
     * @throws InvalidSettingsException if the tables cannot be made, or nobody is let in with these settings
     * @throws StoreException if the database refused something
     * @throws StoreUnavailableException if it gave no answer; unless that was the last one, nothing was changed
     */
    public void fill(Consumer<JdbcStore> fill) {
        try (DatabaseStore tables = DatabaseStore.open(settings)) {
            List<String> problems = tables.problems();
            if (!problems.isEmpty()) {
                throw new StoreUnavailableException(String.join("; ", problems), null);
            }
        }
        try (ConnectionPool pool = pool();
                OneTransaction transaction = begin(pool, false)) {
            fill.accept(store(transaction, connector.kind()));
            transaction.commit();
        } catch (SQLException e) {
            throw unanswered(e);
        }
    }

    private ConnectionPool pool() {
        return new ConnectionPool(
                connector::connect,
                1,
                settings.callTimeout(),
                settings.tablePrefix(),
                connector.transactionSettings(settings.callTimeout()),
                NanoClock.system());
    }

    private OneTransaction begin(ConnectionPool pool, boolean reads) throws SQLException {
        Connection connection = pool.getConnection();
        connector.kind().beginLong(connection, THINKING, reads);
        return new OneTransaction(connection);
    }

    private static JdbcStore store(OneTransaction transaction, DatabaseKind kind) {
        return new JdbcStore(transaction.connections(), kind.dialect(), InstantSource.system(), changed -> {});
    }

    private StoreException unanswered(SQLException failure) {
        return connector.kind().dialect().judge(failure) == Dialect.Failure.LASTING
                ? new StoreException("The database " + place() + " refused: " + failure.getMessage(), failure)
                : new StoreUnavailableException(
                        "The database " + place() + " gave no answer: " + failure.getMessage(), failure);
    }

    /** What a transaction sees. */
    private static final class Snapshot implements Store {
        private final OneTransaction transaction;
        private final ConnectionPool pool;
        private final DatabaseKind kind;
        private final JdbcStore store;
        private final SignalBoard board = new SignalBoard();
        private DatabaseState state = new DatabaseState("", "", 0, DatabaseState.Session.OFF, Optional.empty(), 0, 1);

        Snapshot(OneTransaction transaction, ConnectionPool pool, DatabaseKind kind) {
            this.transaction = transaction;
            this.pool = pool;
            this.kind = kind;
            this.store = store(transaction, kind);
        }

        void look(DatabaseSettings settings) {
            boolean there = store.inTransaction("look for the tables", kind.dialect()::hasSchema);
            if (!there) {
                String schema = settings.schemaName();
                throw new InvalidSettingsException(
                        "The database " + settings.place() + " has no tables of coord"
                                + (schema.isEmpty() ? "" : " in the schema " + schema) + " whose names begin with "
                                + settings.tablePrefix()
                                + ": name the schema and the prefix that coord.store.schema-name and"
                                + " coord.store.table-prefix name",
                        "store.schema-name",
                        "store.table-prefix");
            }
            store.validate();
            state = store.inTransaction("ask the database for its version", connection -> {
                var about = connection.getMetaData();
                return new DatabaseState(
                        settings.place(),
                        about.getDatabaseProductName() + " " + about.getDatabaseProductVersion(),
                        kind.dialect().timeline(connection),
                        DatabaseState.Session.OFF,
                        Optional.of(Duration.ZERO),
                        1,
                        1);
            });
        }

        @Override
        public LeaseStore leases() {
            return store;
        }

        @Override
        public ParticipantStore participants() {
            return store;
        }

        @Override
        public WorldStore world() {
            return store;
        }

        @Override
        public CommitSignal signal() {
            return board;
        }

        /** As of now: locks are no rows. */
        @Override
        public boolean isSessionOver(String lifeToken) {
            return store.inTransaction("look for a life lock", c -> kind.isOver(c, lifeToken));
        }

        @Override
        public Optional<DatabaseState> database() {
            return Optional.of(state);
        }

        @Override
        public void close() {
            try {
                transaction.close();
            } catch (SQLException e) {
                LOG.debug("While closing the connection", e);
            }
            pool.close();
        }
    }
}
