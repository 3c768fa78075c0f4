package dev.coord.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** Statements of a test itself, each time on a connection of its own. */
public final class Sql {
    private Sql() {}

    /** Runs statements. */
    public static void execute(String url, String... statements) {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The first number that {@code sql} answers. */
    public static long number(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
