package dev.coord.testing;

import dev.coord.store.jdbc.DatabaseStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A real MariaDB, one server for all tests of a JVM, in which each test gets a database of its own. */
public final class MariaDb {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static @Nullable MariaDbServer server;

    private MariaDb() {}

    /** The server; tests are skipped where there is none. */
    public static synchronized MariaDbServer server() {
        MariaDbServer started = server;
        if (started == null) {
            try {
                Path directory = Files.createTempDirectory("coord-mariadb");
                started = MariaDbServer.start(directory, 1);
                MariaDbServer ending = started;
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    ending.close();
                    remove(directory);
                }));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server = started;
        }
        return started;
    }

    private static void remove(Path directory) {
        try (Stream<Path> walked = Files.walk(directory)) {
            List<Path> files = walked.sorted(Comparator.reverseOrder()).toList();
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The URL of a new, empty database, with its superuser. */
    public static String newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        Sql.execute(server().url(), "CREATE DATABASE " + name);
        return server().url(name);
    }

    /** A store in a new database whose calls wait for as long as it takes. */
    public static DatabaseStore newStore() {
        return DatabaseStore.open(Postgres.patient(newDatabase()));
    }
}
