package dev.coord.cli;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;

/** A real PostgreSQL, with as many databases as are wanted. */
final class PostgresDatabases implements AutoCloseable {
    private final EmbeddedPostgres server;

    private PostgresDatabases(EmbeddedPostgres server) {
        this.server = server;
    }

    static PostgresDatabases start() throws IOException {
        // Nothing of it has to survive this machine.
        return new PostgresDatabases(
                EmbeddedPostgres.builder().setServerConfig("fsync", "off").start());
    }

    /** The URL of a new, empty database, with its superuser. */
    String create(String name) {
        execute(url("postgres"), "CREATE DATABASE " + name);
        return url(name);
    }

    String url(String database) {
        return server.getJdbcUrl("postgres", database);
    }

    static void execute(String url, String... statements) {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Makes {@code role}, which has to say {@code password} to be let into {@code database}, where it may make tables. */
    static void guard(String url, String database, String role, String password) throws IOException {
        execute(
                url,
                "CREATE ROLE " + role + " LOGIN PASSWORD '" + password + "'",
                "GRANT ALL ON SCHEMA public TO " + role);
        Path rules = Path.of(text(url, "SHOW hba_file"));
        Files.writeString(rules, "host " + database + " " + role + " all scram-sha-256\n" + Files.readString(rules));
        execute(url, "SELECT pg_reload_conf()");
    }

    /** The first text that {@code sql} answers. */
    static String text(String url, String sql) {
        try (Connection connection = DriverManager.getConnection(url);
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
