package dev.coord.testing;

import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.store.jdbc.DatabaseStore;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;

/** A real PostgreSQL, one server for all tests of a JVM, in which each test gets a database of its own. */
public final class Postgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Postgres() {}

    private static final class Server {
        private static final EmbeddedPostgres INSTANCE = start();

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "100")
                        // Nothing of it has to survive this machine.
                        .setServerConfig("fsync", "off")
                        .start();
                Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                    try {
                        server.close();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }));
                return server;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The URL of a new, empty database, with its superuser. */
    public static String newDatabase() {
        String name = "test" + DATABASES.incrementAndGet();
        Sql.execute(Server.INSTANCE.getJdbcUrl("postgres", "postgres"), "CREATE DATABASE " + name);
        return Server.INSTANCE.getJdbcUrl("postgres", name);
    }

    /** A store in a new database whose calls wait for as long as it takes. */
    public static DatabaseStore newStore() {
        return DatabaseStore.open(patient(newDatabase()));
    }

    /** Settings whose calls wait for as long as it takes. */
    public static DatabaseSettings patient(String url) {
        return DatabaseSettings.at(url).withTimeouts(Patience.LIMIT, Patience.LIMIT);
    }
}
