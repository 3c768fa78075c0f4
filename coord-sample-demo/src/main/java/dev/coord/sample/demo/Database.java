package dev.coord.sample.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;

/** A PostgreSQL server of the demo's own, for clients of this machine that know its password. All its files are in one directory. */
final class Database {
    private static final String NAME = "postgres";

    private final EmbeddedPostgres server;
    private final Path properties;

    private Database(EmbeddedPostgres server, Path properties) {
        this.server = server;
        this.properties = properties;
    }

    /** Starts one in {@code work}. */
    static Database start(Path work) throws IOException {
        // The script knows by this name what it has to end.
        Path home = Files.createDirectory(work.resolve(NAME));
        Path data = home.resolve("data");
        EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(home.toFile())
                .setDataDirectory(data)
                // It has to outlive the instances.
                .setRegisterShutdownHook(false)
                // As servers are, and this library for tests is not.
                .setServerConfig("synchronous_commit", "on")
                // Nothing of it may be left in other directories, even if it is killed.
                .setServerConfig("unix_socket_directories", "")
                .setServerConfig("dynamic_shared_memory_type", "mmap")
                .start();
        var database = new Database(server, home.resolve("instances.properties"));
        database.lock(data);
        return database;
    }

    /** It lets anybody in at first. */
    private void lock(Path data) throws IOException {
        String password = UUID.randomUUID().toString();
        Files.write(
                data.resolve("pg_hba.conf"),
                List.of("host all all 127.0.0.1/32 scram-sha-256", "host all all ::1/128 scram-sha-256"));
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("ALTER ROLE " + NAME + " PASSWORD '" + password + "'");
            statement.execute("SELECT pg_reload_conf()");
        } catch (SQLException e) {
            throw new IOException("The PostgreSQL cannot be used: " + e.getMessage(), e);
        }
        Files.write(
                properties,
                List.of(
                        "coord.store.type=jdbc",
                        "coord.store.url=" + url(),
                        "coord.store.username=" + NAME,
                        "coord.store.password=" + password));
    }

    String url() {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + NAME;
    }

    /** The argument with which an instance uses it: a file, as everybody sees arguments. */
    String option() {
        return "--spring.config.additional-location=file:" + properties;
    }

    void stop() throws IOException {
        server.close();
    }
}
