package dev.coord.cli;

import dev.coord.store.Store;
import dev.coord.store.jdbc.ExternalDatabase;
import dev.coord.store.shared.DatabaseDirectory;
import java.time.Duration;

/** What a command is about: a directory, or a database. */
interface StorePlace {
    /** A directory with an embedded database. */
    record InDirectory(DatabaseDirectory directory, Duration timeout) implements StorePlace {
        @Override
        public String text() {
            return directory.path().toString();
        }

        @Override
        public Store read() {
            return directory.read(timeout);
        }
    }

    /** An external database. */
    record InDatabase(ExternalDatabase database) implements StorePlace {
        @Override
        public String text() {
            return database.place();
        }

        @Override
        public Store read() {
            return database.read();
        }
    }

    /** Where it is, without a password. */
    String text();

    /** Its store for reading, for as long as it is open. */
    Store read();
}
