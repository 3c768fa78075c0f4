package dev.coord.store.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Makes one transaction of all that is done with its {@link #connections()}: those that a {@link JdbcStore} begins and commits are
 * parts of it. If one of them fails, the whole has failed. For one thread.
 */
final class OneTransaction implements AutoCloseable {
    /** What {@link Dialect#judge} takes for a lost connection: it is this whole that has to be tried again. */
    private static final String LOST = "08006";

    private final Connection connection;
    private boolean failed;

    /** @param connection one with a transaction that was just begun; it is closed with this */
    OneTransaction(Connection connection) {
        this.connection = connection;
    }

    /** Lends the one connection, again and again. */
    DataSource connections() {
        return (DataSource) Proxy.newProxyInstance(
                OneTransaction.class.getClassLoader(),
                new Class<?>[] {DataSource.class},
                (proxy, method, arguments) -> {
                    if (!method.getName().equals("getConnection")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return lend();
                });
    }

    private Connection lend() throws SQLException {
        if (failed) {
            throw new SQLTransientConnectionException(
                    "Others changed the same rows meanwhile, and nothing was changed here: try again", LOST);
        }
        return (Connection) Proxy.newProxyInstance(
                OneTransaction.class.getClassLoader(), new Class<?>[] {Connection.class}, new Part());
    }

    private final class Part implements InvocationHandler {
        @Override
        public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
            switch (method.getName()) {
                case "setAutoCommit", "setTransactionIsolation", "commit", "close" -> {
                    return null;
                }
                case "rollback" -> failed = true;
                default -> {
                    // As it is.
                }
            }
            try {
                return method.invoke(connection, arguments);
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        }
    }

    void commit() throws SQLException {
        connection.commit();
    }

    /** Undoes what was not committed. */
    @Override
    public void close() throws SQLException {
        try (connection) {
            connection.rollback();
        }
    }
}
