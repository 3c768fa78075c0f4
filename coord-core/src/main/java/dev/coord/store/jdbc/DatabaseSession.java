package dev.coord.store.jdbc;

import dev.coord.InvalidSettingsException;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import dev.coord.work.Trouble;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one connection of a process to a PostgreSQL that stays open. Through it the process hears of the commits of others, and it
 * holds the process's <em>life lock</em>, which the server frees when the connection ends. One thread does all that is done on it.
 * When it ends that is told first, and only then another one is opened, whose life lock is another one.
 */
final class DatabaseSession {
    private static final Logger LOG = LoggerFactory.getLogger(DatabaseSession.class);
    private static final Set<Topic> ALL = EnumSet.allOf(Topic.class);
    private static final String TOKEN = "pg-";
    private static final int HEX = 16;
    private static final int LOOKS = 10;
    private static final String SEPARATOR = " ";
    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);

    private static final String HELD = """
            SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1
              AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND classid::bigint = ? AND objid::bigint = ?""";
    private static final String OWN = HELD + " AND pid = pg_backend_pid()";
    private static final long LOW_BITS = 0xFFFF_FFFFL;

    private final DatabaseConnector connector;
    private final DatabaseSettings settings;
    private final String channel;
    private final Consumer<Collection<Topic>> publish;
    private final Told told;
    private final NanoClock clock;
    private final Trouble trouble;
    private final String self = UUID.randomUUID().toString();
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
            String channel,
            Consumer<Collection<Topic>> publish,
            Told told,
            NanoClock clock) {
        this.connector = connector;
        this.settings = settings;
        this.channel = channel;
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
    private void live(Connection opened) throws SQLException {
        told.connected(opened);
        refusePoolers(opened);
        try (var statement = opened.createStatement()) {
            statement.execute("LISTEN " + channel);
        }
        long key = UUID.randomUUID().getMostSignificantBits();
        take(opened, key);
        token = TOKEN + hex(key);
        problem = null;
        LOG.debug("Session with {}: {}", settings.place(), token);
        // Commits from before it listened.
        publish.accept(ALL);
        Method notifications = notifications(opened);
        long lookedAt = clock.nanoTime();
        while (!isClosed()) {
            publish.accept(topics(opened, notifications));
            if (clock.nanoTime() - lookedAt >= LOOK.toNanos()) {
                if (count(opened, OWN, key) != 1) {
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
     * Two statements outside a transaction on two connections of the server, or one of its connections under two of ours, are a
     * pooler's that breaks sessions.
     */
    void refusePoolers(Connection opened) throws SQLException {
        if (isPooled(opened)) {
            throw new InvalidSettingsException(
                    "Between this process and the database '" + settings.place() + "' is a pooler in transaction mode,"
                            + " as of PgBouncer: it gives each transaction another connection, and so there can be neither"
                            + " LISTEN nor advisory locks. Use the address of the database itself, or the pooler's session"
                            + " mode, or do without a session: coord.store.session=false",
                    "store.url",
                    "store.session");
        }
    }

    private boolean isPooled(Connection opened) throws SQLException {
        long backend = backend(opened);
        try (Connection second = connector.connectPlainly(settings.callTimeout())) {
            second.setAutoCommit(false);
            // First of all: the only connection of a pooler would now be taken.
            boolean pooled = backend(second) == backend;
            // A pooler that others use, too, may give the same one several times.
            for (int i = 0; i < LOOKS && !pooled; i++) {
                pooled = backend(opened) != backend;
            }
            second.rollback();
            return pooled;
        }
    }

    private static long backend(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT pg_backend_pid()")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /** Advisory locks stack: it is taken once, and what counts is what the server says. */
    private static void take(Connection opened, long key) throws SQLException {
        try (PreparedStatement statement = opened.prepareStatement("SELECT pg_advisory_lock(?)")) {
            statement.setLong(1, key);
            statement.execute();
        }
        if (count(opened, OWN, key) != 1) {
            throw new SQLException("The database did not give the life lock of this process");
        }
    }

    private static long count(Connection connection, String sql, long key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, key >>> Integer.SIZE);
            statement.setLong(2, key & LOW_BITS);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return rows.getLong(1);
            }
        }
    }

    /** Whether the session that {@code asked} names is over; false for what is no token. */
    static boolean isOver(Connection any, String asked) throws SQLException {
        if (!isToken(asked)) {
            return false;
        }
        long key = Long.parseUnsignedLong(asked.substring(TOKEN.length()), HEX);
        return count(any, HELD, key) == 0;
    }

    static boolean isToken(String text) {
        return text.matches(TOKEN + "[0-9a-f]{16}");
    }

    private static String hex(long key) {
        String digits = Long.toHexString(key);
        return "0".repeat(HEX - digits.length()) + digits;
    }

    /** The driver is the application's, and not on the class path that this is compiled with. */
    private static Method notifications(Connection opened) throws SQLException {
        try {
            Class<?> type = Class.forName(
                    "org.postgresql.PGConnection", true, opened.getClass().getClassLoader());
            return type.getMethod("getNotifications", int.class);
        } catch (ReflectiveOperationException e) {
            throw new InvalidSettingsException(
                    "The JDBC driver of the store's database tells nothing of LISTEN: use org.postgresql:postgresql, or do"
                            + " without a session, coord.store.session=false",
                    "store.session");
        }
    }

    /** What the notifications of the next second are about, as soon as there are some. */
    private Set<Topic> topics(Connection opened, Method notifications) throws SQLException {
        var topics = EnumSet.noneOf(Topic.class);
        try {
            Object driver = opened.unwrap(notifications.getDeclaringClass());
            Object[] heard = (Object[]) notifications.invoke(driver, Math.toIntExact(LOOK.toMillis()));
            if (heard == null) {
                return topics;
            }
            for (Object one : heard) {
                Method parameter = Class.forName(
                                "org.postgresql.PGNotification",
                                true,
                                one.getClass().getClassLoader())
                        .getMethod("getParameter");
                topics.addAll(read((String) parameter.invoke(one)));
            }
            return topics;
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof SQLException failure) {
                throw failure;
            }
            throw new SQLException("Listening failed: " + e.getCause(), e);
        } catch (ReflectiveOperationException e) {
            throw new SQLException("Listening failed: " + e, e);
        }
    }

    /** What a notification says about {@code topics}: their first letters, and who changed them. */
    String write(Set<Topic> topics) {
        var letters = new StringBuilder();
        topics.stream().sorted().forEach(topic -> letters.append(topic.name().charAt(0)));
        return letters.append(SEPARATOR).append(self).toString();
    }

    /** Of what another version wrote, what this one knows. Whoever committed knows already. */
    private Set<Topic> read(String notification) {
        var topics = EnumSet.noneOf(Topic.class);
        int end = notification.indexOf(SEPARATOR);
        String letters = end < 0 ? notification : notification.substring(0, end);
        if (notification.endsWith(SEPARATOR + self)) {
            return topics;
        }
        for (Topic topic : Topic.values()) {
            if (letters.indexOf(topic.name().charAt(0)) >= 0) {
                topics.add(topic);
            }
        }
        return topics;
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
