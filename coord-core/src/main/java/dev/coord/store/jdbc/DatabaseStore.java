package dev.coord.store.jdbc;

import dev.coord.CoordException;
import dev.coord.InvalidSettingsException;
import dev.coord.Registration;
import dev.coord.StoreException;
import dev.coord.StoreUnavailableException;
import dev.coord.store.CommitSignal;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.DatabaseState;
import dev.coord.store.LeaseStore;
import dev.coord.store.ParticipantStore;
import dev.coord.store.SignalBoard;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.time.Uninterrupted;
import dev.coord.work.Listeners;
import dev.coord.work.Trouble;
import dev.coord.work.Workers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A store in an external database, PostgreSQL or MariaDB, which every process talks to itself, from whatever machine, on connections of its own: one
 * long-lived session, and up to three more while they are needed.
 *
 * <p>PostgreSQL tells the other processes of a commit; a MariaDB is asked at an interval. The session holds the process's life lock, which
 * the database frees when the session ends: that is one of the signs of a process's death, and no proof by itself.
 *
 * <p>Safe for use by many threads. A call that gets no answer in time throws {@link StoreUnavailableException}.
 */
public final class DatabaseStore implements Store {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseStore.class);
    private static final Set<Topic> ALL = EnumSet.allOf(Topic.class);
    /** Leases have one of their own: a world that is busy, or whose rows are locked, keeps nobody from renewing. */
    private static final int LEASE_CONNECTIONS = 1;

    private static final int OTHER_CONNECTIONS = 2;
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration JOIN = Duration.ofSeconds(1);

    private final DatabaseSettings settings;
    private final DatabaseConnector connector;
    private final NanoClock clock = NanoClock.system();
    private final SignalBoard board = new SignalBoard();
    private final ConnectionPool leaseConnections;
    private final ConnectionPool otherConnections;
    /** The others are refused until the tables are known to be there. */
    private final ConnectionPool preparation;

    private final JdbcStore leases;
    private final JdbcStore others;
    private final News news;
    private final DatabaseSession session;
    private final Workers workers = new Workers(clock);
    private final Listeners<Runnable> ended = new Listeners<>(LOG, "the end of a session with the database");
    private final Trouble preparing;
    private final Thread thread;
    private final Object monitor = new Object();
    private boolean closed;
    private volatile boolean ready;
    private volatile String server = "";
    private volatile long timeline;
    private volatile long answeredAt;
    private volatile boolean answered;
    private volatile @Nullable String problem;

    private DatabaseStore(DatabaseSettings settings) {
        this.settings = settings;
        this.connector = new DatabaseConnector(settings);
        this.news = connector.kind().news(settings);
        this.leaseConnections = pool(LEASE_CONNECTIONS, settings.leaseTimeout());
        this.otherConnections = pool(OTHER_CONNECTIONS, settings.callTimeout());
        this.preparation = pool(1, settings.callTimeout());
        refuse("its tables were not looked for yet");
        this.leases = over(leaseConnections);
        this.others = over(otherConnections);
        this.session = new DatabaseSession(connector, settings, news, board::publish, new SessionEvents(), clock);
        this.preparing = new Trouble(LOG, "Preparing the database " + settings.place(), clock);
        this.thread = workers.loop("coord-store-database", this::run);
    }

    private ConnectionPool pool(int size, Duration timeout) {
        return new ConnectionPool(
                connector::connect,
                size,
                timeout,
                settings.tablePrefix(),
                connector.transactionSettings(timeout),
                clock);
    }

    private JdbcStore over(ConnectionPool pool) {
        return new JdbcStore(pool, connector.kind().dialect(), InstantSource.system(), board::publish, this::announce);
    }

    /**
     * Opens the database, and makes the tables, or looks for them. If it cannot be reached now, that is tried again and again, and
     * what is asked meanwhile fails as unavailable.
     *
     * @throws InvalidSettingsException if no attempt will ever succeed: a driver that is missing, a wrong password, a right that
     *     the role does not have
     * @throws StoreException if the tables are of a version that this library cannot use
     */
    public static DatabaseStore open(DatabaseSettings settings) {
        var store = new DatabaseStore(settings);
        boolean opened = false;
        try {
            try {
                store.prepare();
            } catch (StoreUnavailableException e) {
                store.unprepared(e);
            }
            store.thread.start();
            opened = true;
            return store;
        } finally {
            if (!opened) {
                store.leaseConnections.close();
                store.otherConnections.close();
            }
        }
    }

    /**
     * The same, one for all in this process that use a database in the same way: it ends when the last of them closes it.
     *
     * @throws InvalidSettingsException as {@link #open}
     */
    public static Store shared(DatabaseSettings settings) {
        return SharedDatabase.open(settings);
    }

    /** In the transaction that changes something: whoever listens hears of it when, and only if, that is committed. */
    private void announce(Connection connection, Set<Topic> changed) throws SQLException {
        answered();
        if (changed.isEmpty() || !settings.session()) {
            return;
        }
        news.announce(connection, changed);
    }

    private void answered() {
        answeredAt = clock.nanoTime();
        answered = true;
    }

    /** The tables are there, and known to be usable, when this returns. */
    private void prepare() {
        checkSession();
        JdbcStore unrefused = over(preparation);
        try {
            if (settings.tables() == DatabaseSettings.Tables.VALIDATE) {
                unrefused.validate();
            } else {
                if (!settings.schemaName().isEmpty()) {
                    unrefused.inTransaction(
                            "make the schema " + settings.schemaName(),
                            c -> connector.kind().makeSchema(c, settings.schemaName()));
                }
                unrefused.migrate();
            }
            unrefused.inTransaction("ask the database for its version", this::look);
        } catch (StoreUnavailableException e) {
            throw e;
        } catch (StoreException e) {
            throw explained(e);
        } finally {
            preparation.closeIdle(Duration.ZERO);
        }
        refuse(null);
        problem = null;
        ready = true;
    }

    private void refuse(@Nullable String why) {
        leaseConnections.refuse(why);
        otherConnections.refuse(why);
    }

    private StoreException explained(StoreException failure) {
        if (failure.getCause() instanceof SQLException cause && connector.kind().isNotAllowed(cause)) {
            throw new InvalidSettingsException(
                    "The role may not make coord's tables in '" + settings.place() + "': " + failure.getMessage()
                            + ". Give it the right to create tables in the schema; or make them with the script "
                            + Schema.scriptOf(connector.kind().dialect())
                            + " in coord-core's jar, and set coord.store.schema=validate",
                    "store.schema",
                    "store.schema-name",
                    "store.username");
        }
        return failure;
    }

    private boolean look(Connection connection) throws SQLException {
        var about = connection.getMetaData();
        server = about.getDatabaseProductName() + " " + about.getDatabaseProductVersion();
        timeline = connector.kind().dialect().timeline(connection);
        answered();
        return true;
    }

    /** A pooler that breaks sessions is refused at the start, not some time later, and before anything is done through it. */
    private void checkSession() {
        if (!settings.session()) {
            return;
        }
        try (Connection first = connector.connectPlainly(settings.callTimeout())) {
            session.refusePoolers(first);
        } catch (SQLException e) {
            throw new StoreUnavailableException("Could not open a session: " + e.getMessage(), e);
        }
    }

    private void unprepared(CoordException failure) {
        problem = "the database " + settings.place() + " cannot be used: " + failure.getMessage();
        refuse(problem);
        preparing.failed(failure);
    }

    private void run() throws InterruptedException {
        while (!ready && !isClosed()) {
            try {
                prepare();
            } catch (CoordException e) {
                unprepared(e);
                pause(Duration.ofMillis(200));
            }
        }
        board.publish(ALL);
        if (settings.session()) {
            session.run();
        }
        while (!isClosed()) {
            pause(settings.pollInterval());
            board.publish(ALL);
            closeIdle();
        }
    }

    private void closeIdle() {
        leaseConnections.closeIdle(IDLE);
        otherConnections.closeIdle(IDLE);
    }

    private void pause(Duration time) throws InterruptedException {
        synchronized (monitor) {
            var unused = Deadline.in(time).await(monitor, () -> closed);
        }
    }

    private boolean isClosed() {
        synchronized (monitor) {
            return closed;
        }
    }

    private final class SessionEvents implements DatabaseSession.Told {
        @Override
        public void connected(Connection connection) throws SQLException {
            // Another server may have taken over.
            look(connection);
        }

        @Override
        public void answered() {
            DatabaseStore.this.answered();
        }

        @Override
        public void tick() {
            closeIdle();
        }

        @Override
        public void ended() {
            ended.tell(Runnable::run);
        }
    }

    @Override
    public LeaseStore leases() {
        return leases;
    }

    @Override
    public ParticipantStore participants() {
        return others;
    }

    @Override
    public WorldStore world() {
        return others;
    }

    @Override
    public CommitSignal signal() {
        return board;
    }

    @Override
    public String lifeToken() {
        return session.token();
    }

    @Override
    public boolean isSessionOver(String lifeToken) {
        if (!connector.kind().isToken(lifeToken) || lifeToken.equals(session.token())) {
            return false;
        }
        try {
            return others.inTransaction(
                    "look for a life lock", c -> connector.kind().isOver(c, lifeToken));
        } catch (StoreException e) {
            LOG.debug("Whether the session {} is over is not known", lifeToken, e);
            return false;
        }
    }

    @Override
    public Registration onSessionEnded(Runnable listener) {
        return ended.add(listener);
    }

    @Override
    public Optional<DatabaseState> database() {
        DatabaseState.Session state = !settings.session()
                ? DatabaseState.Session.OFF
                : session.token().isEmpty() ? DatabaseState.Session.CLOSED : DatabaseState.Session.OPEN;
        int sessions = state == DatabaseState.Session.OPEN ? 1 : 0;
        return Optional.of(new DatabaseState(
                settings.place(),
                server,
                timeline,
                state,
                answered ? Optional.of(clock.since(answeredAt)) : Optional.empty(),
                leaseConnections.open() + otherConnections.open() + sessions,
                LEASE_CONNECTIONS + OTHER_CONNECTIONS + (settings.session() ? 1 : 0)));
    }

    @Override
    public List<String> problems() {
        var all = new ArrayList<>(workers.problems());
        String unprepared = problem;
        String sessionless = session.problem();
        if (unprepared != null) {
            all.add(unprepared);
        } else if (sessionless != null) {
            all.add(sessionless);
        }
        return all;
    }

    @Override
    public void close() {
        synchronized (monitor) {
            closed = true;
            monitor.notifyAll();
        }
        workers.close();
        leaseConnections.close();
        otherConnections.close();
        session.close();
        Uninterrupted.join(thread, JOIN.toNanos());
    }
}
