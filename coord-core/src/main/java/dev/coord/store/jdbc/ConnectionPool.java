package dev.coord.store.jdbc;

import dev.coord.time.NanoClock;
import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A few connections to an external database, made when they are needed, and closed when nobody has needed them for a while. One
 * that failed is not used again. Whoever gets one sees the tables under the names that this library gives them, whatever their
 * prefix is.
 */
final class ConnectionPool implements DataSource, AutoCloseable {
    /** Of the driver when it cannot connect. */
    private static final String NO_CONNECTION = "08001";

    private final NanoClock clock;
    private final Opener opener;
    private final Duration timeout;
    private final String prefix;
    private final String transactionSettings;
    private final Semaphore free;
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean closed;
    private volatile @Nullable String refusal;

    /** Makes a connection. */
    @FunctionalInterface
    interface Opener {
        Connection open(Duration timeout) throws SQLException;
    }

    private record Idle(Connection connection, long since) {}

    /**
     * @param size the most connections at a time
     * @param timeout how long a statement may take, and how long is waited for a connection
     * @param transactionSettings SQL that each transaction begins with; empty for none
     */
    ConnectionPool(
            Opener opener, int size, Duration timeout, String prefix, String transactionSettings, NanoClock clock) {
        this.clock = clock;
        this.opener = opener;
        this.timeout = timeout;
        this.prefix = prefix;
        this.transactionSettings = transactionSettings;
        this.free = new Semaphore(size, true);
    }

    /** Refuses connections from now on, for {@code why}; null: gives them. */
    void refuse(@Nullable String why) {
        refusal = why;
    }

    /** How many connections are open. */
    int open() {
        return open.get();
    }

    @Override
    public Connection getConnection() throws SQLException {
        String why = closed ? "the store is closed" : refusal;
        if (why != null) {
            throw new SQLTransientConnectionException("No connection to the database: " + why, NO_CONNECTION);
        }
        boolean taken = false;
        try {
            taken = free.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS);
            if (!taken) {
                throw new SQLTransientConnectionException(
                        "No connection to the database was free for " + timeout.toMillis() + " ms", NO_CONNECTION);
            }
            Connection connection = pollIdle();
            if (connection == null) {
                connection = opener.open(timeout);
                open.incrementAndGet();
            }
            taken = false;
            return lend(connection);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException("Interrupted while waiting for a connection", NO_CONNECTION, e);
        } finally {
            if (taken) {
                free.release();
            }
        }
    }

    private synchronized @Nullable Connection pollIdle() {
        Idle latest = idle.pollLast();
        return latest == null ? null : latest.connection();
    }

    private Connection lend(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                ConnectionPool.class.getClassLoader(), new Class<?>[] {Connection.class}, new Lent(connection));
    }

    private void takeBack(Connection connection, boolean healthy) {
        boolean kept = false;
        synchronized (this) {
            if (healthy && !closed) {
                idle.addLast(new Idle(connection, clock.nanoTime()));
                kept = true;
            }
        }
        if (!kept) {
            discard(connection);
        }
        free.release();
    }

    private void discard(Connection connection) {
        open.decrementAndGet();
        try {
            connection.close();
        } catch (SQLException e) {
            // It is of no use any more, whatever it says.
            return;
        }
    }

    /** Closes connections that nobody has needed for {@code age}. */
    void closeIdle(Duration age) {
        List<Connection> old = new ArrayList<>();
        synchronized (this) {
            long now = clock.nanoTime();
            while (!idle.isEmpty() && now - idle.peekFirst().since() >= age.toNanos()) {
                old.add(idle.removeFirst().connection());
            }
        }
        old.forEach(this::discard);
    }

    /** Closes what is idle; what is in use, when it comes back. */
    @Override
    public void close() {
        closed = true;
        closeIdle(Duration.ZERO);
    }

    private final class Lent implements InvocationHandler {
        private final Connection connection;
        private boolean failed;
        private boolean returned;

        Lent(Connection connection) {
            this.connection = connection;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            switch (method.getName()) {
                case "close" -> {
                    if (!returned) {
                        returned = true;
                        takeBack(connection, !failed && !connection.isClosed());
                    }
                    return null;
                }
                case "isClosed" -> {
                    return returned || connection.isClosed();
                }
                case "setTransactionIsolation" -> {
                    // It was set once and for all, when the connection was made; the driver would ask the server each
                    // time.
                    return null;
                }
                default -> {
                    return delegate(method, arguments);
                }
            }
        }

        private void begin() throws SQLException {
            try (var statement = connection.createStatement()) {
                statement.execute(transactionSettings);
            } catch (SQLException e) {
                failed = true;
                throw e;
            }
        }

        private @Nullable Object delegate(Method method, Object @Nullable [] arguments) throws Throwable {
            if (returned) {
                throw new SQLException("This connection was given back");
            }
            if (arguments != null && arguments.length > 0 && method.getName().equals("prepareStatement")) {
                arguments[0] = named((String) arguments[0]);
            }
            try {
                Object result = method.invoke(connection, arguments);
                if (method.getName().equals("setAutoCommit") && !transactionSettings.isEmpty()) {
                    begin();
                }
                return result;
            } catch (InvocationTargetException e) {
                // What fails on a connection itself, a commit or a rollback, leaves nobody knows what.
                failed = true;
                throw e.getCause();
            }
        }
    }

    /** {@code sql} with the names that the tables have here. */
    private String named(String sql) {
        return prefix.equals(DatabaseSettings.DEFAULT_TABLE_PREFIX)
                ? sql
                : sql.replace(DatabaseSettings.DEFAULT_TABLE_PREFIX, prefix);
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("The user is that of the settings");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) {
        // Nothing is written.
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The settings have it.
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("There is none");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("A pool wraps no " + type.getName());
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
