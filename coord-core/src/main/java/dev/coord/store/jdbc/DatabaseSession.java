package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.work.Trouble;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a process to an external database that stays open. Through it the process hears of the commits of others, and it
 * holds the process's <em>life lock</em>, which the server frees when the connection ends. One thread does all that is done on it.
 * When it ends that is told first, and only then another one is opened, whose life lock is another one.
 */
final class DatabaseSession {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseSession.class);
    private static final Set<Topic> ALL = EnumSet.allOf(Topic.class);
    private static final int LOOKS = 8;
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private final DatabaseConnector connector;
    private final DatabaseSettings settings;
    private final DatabaseKind kind;
    private final News news;
    private final Consumer<Collection<Topic>> publish;
    private final Told told;
    private final NanoClock clock;
    private final Trouble trouble;
    private final Object monitor = new Object();
    private @Nullable Connection connection;
    private boolean closed;
    private volatile String token = "";
    private volatile @Nullable String problem;

    /** Who is told of what happens, on the session's thread. */
    interface Told {
        /** There is a connection, and nothing was done on it yet. */
        void connected(Connection connection) throws SQLException;

        /** The session answered. */
        void answered();

        /** Once in a while. */
        void tick();

        /** The session is over; nobody has its life lock any more. */
        void ended();
    }

    DatabaseSession(
            DatabaseConnector connector,
            DatabaseSettings settings,
            News news,
            Consumer<Collection<Topic>> publish,
            Told told,
            NanoClock clock) {
        this.connector = connector;
        this.settings = settings;
        this.kind = connector.kind();
        this.news = news;
        this.publish = publish;
        this.told = told;
        this.clock = clock;
        this.trouble = new Trouble(LOG, "The session with the database " + settings.place(), clock);
    }

    /** What others can ask about, see {@link dev.coord.store.Store#lifeToken()}; empty while there is no session. */
    String token() {
        return token;
    }

    /** What is wrong, in words; null if nothing is. */
    @Nullable
    String problem() {
        return problem;
    }

    /** Has a session, and another one after its end, until it is closed. */
    void run() throws InterruptedException {
        Duration pause = FIRST_PAUSE;
        while (!isClosed()) {
            boolean lived = false;
            try {
                Connection opened = connector.connect(settings.callTimeout());
                try {
                    adopt(opened);
                    live(opened);
                } finally {
                    lived = over(opened);
                }
            } catch (SQLException | InvalidSettingsException e) {
                if (!isClosed()) {
                    problem = "there is no session with the database " + settings.place() + ": " + e.getMessage();
                    trouble.failed(e);
                }
            }
            pause = lived ? FIRST_PAUSE : least(pause.multipliedBy(2), LOOK);
            // Whoever waits finds out by himself, while nobody tells him.
            publish.accept(ALL);
            told.tick();
            await(pause);
        }
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private void adopt(Connection opened) throws SQLException {
        synchronized (monitor) {
            connection = opened;
            if (closed) {
                throw new SQLException("The store is closed");
            }
        }
    }

    /** Tells of the end before anything else is done; whether there was a session. */
    private boolean over(Connection opened) {
        boolean was = !token.isEmpty();
        token = "";
        synchronized (monitor) {
            connection = null;
        }
        if (was) {
            told.ended();
        }
        try {
            opened.close();
        } catch (SQLException e) {
            LOG.debug("The session had ended", e);
        }
        return was;
    }

    /** Returns when it is closed. */
    private void live(Connection opened) throws SQLException, InterruptedException {
        told.connected(opened);
        refusePoolers(opened);
        news.listen(opened);
        String taken = kind.takeLifeLock(opened);
        if (!kind.holdsLifeLock(opened, taken)) {
            throw new SQLException("The database did not give the life lock of this process");
        }
        token = taken;
        problem = null;
        LOG.debug("Session with {}: {}", settings.place(), token);
        // Commits from before it listened.
        publish.accept(ALL);
        long lookedAt = clock.nanoTime();
        while (!isClosed()) {
            publish.accept(news.await(opened, LOOK, this::await));
            if (clock.nanoTime() - lookedAt >= LOOK.toNanos()) {
                if (!kind.holdsLifeLock(opened, taken)) {
                    throw new SQLException(
                            "It lost its life lock: something between this process and the database changed"
                                    + " the connection, a pooler in transaction mode for instance");
                }
                told.answered();
                told.tick();
                trouble.worked();
                lookedAt = clock.nanoTime();
            }
        }
    }

    /**
     * Two connections of the server under one of ours, or one of its connections under two of ours, are a pooler's that breaks
     * sessions.
     */
    void refusePoolers(Connection opened) throws SQLException {
        if (isPooled(opened)) {
            throw new InvalidSettingsException(
                    "Between this process and the database '" + settings.place() + "' is a pooler in transaction mode,"
                            + " as of PgBouncer: it gives each transaction another connection, and so there can be no"
                            + " session. Use the address of the database itself, or the pooler's session"
                            + " mode, or do without a session: coord.store.session=false",
                    "store.url",
                    "store.session");
        }
    }

    private boolean isPooled(Connection opened) throws SQLException {
        long backend = kind.backend(opened);
        try (Connection second = connector.connectPlainly(settings.callTimeout())) {
            for (int i = 0; i < LOOKS; i++) {
                // A pooler gives the one that came back last, which is the first one's unless somebody else's came
                // back since; or one after the other, and comes round to the same one after some number, but not
                // after one and after two.
                for (int j = 0; j <= i % 2; j++) {
                    if (kind.backend(second) == backend) {
                        return true;
                    }
                }
                // Nothing is held open meanwhile: what others do at one moment would decide all of these.
                if (kind.backend(opened) != backend) {
                    return true;
                }
            }
            return false;
        }
    }

    private boolean isClosed() {
        synchronized (monitor) {
            return closed;
        }
    }

    private void await(Duration pause) throws InterruptedException {
        synchronized (monitor) {
            var unused = Deadline.in(pause).await(monitor, () -> closed);
        }
    }

    /** Ends it, whatever it waits for. */
    void close() {
        Connection open;
        synchronized (monitor) {
            closed = true;
            open = connection;
            monitor.notifyAll();
        }
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                LOG.debug("The session had ended", e);
            }
        }
    }
}
