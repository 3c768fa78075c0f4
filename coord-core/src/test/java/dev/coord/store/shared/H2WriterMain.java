package dev.coord.store.shared;

import dev.coord.testing.Console;
import dev.coord.testing.LoadAccount;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Writes to a database of its own, flat out, until it is killed, in steps that {@link H2Gate} knows. It goes on where the process
 * before it was killed.
 *
 * <p>Arguments: database file, files of the {@link LoadAccount}s, one for each thread.
 */
public final class H2WriterMain {
    private H2WriterMain() {}

    public static void main(String[] args) throws Exception {
        Database database = Database.open(Path.of(args[0]), () -> true);
        try (Connection connection = database.connections().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("""
                    CREATE TABLE IF NOT EXISTS gate (
                      worker VARCHAR, id BIGINT, payload VARBINARY, PRIMARY KEY (worker, id))""");
        }
        for (int i = 1; i < args.length; i++) {
            LoadAccount account = LoadAccount.open(Path.of(args[i]));
            var writer = new Thread(() -> write(database, account), account.worker());
            writer.setDaemon(true);
            writer.start();
        }
        Console.obey(words -> true);
    }

    private static void write(Database database, LoadAccount account) {
        try (Connection connection = database.connections().getConnection()) {
            while (true) {
                long step = account.acknowledged() + 1;
                account.submit(step);
                // As an owner does: one transaction at a time.
                synchronized (database) {
                    write(connection, account.worker(), step);
                }
                account.acknowledge(step);
            }
        } catch (SQLException e) {
            account.noteWrong(account.submitted());
            throw new IllegalStateException(e);
        }
    }

    /** Each step can be repeated. */
    private static void write(Connection connection, String worker, long step) throws SQLException {
        boolean delete = H2Gate.kind(step) == H2Gate.Kind.DELETE;
        String sql = delete
                ? "DELETE FROM gate WHERE worker = ? AND id = ?"
                : "MERGE INTO gate (worker, id, payload) KEY (worker, id) VALUES (?, ?, ?)";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, worker);
            statement.setLong(2, H2Gate.id(step));
            if (!delete) {
                statement.setBytes(3, H2Gate.payload(worker, step));
            }
            statement.executeUpdate();
        }
    }
}
