package dev.coord.store;

import dev.coord.store.jdbc.DatabaseStore;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.MariaDb;
import dev.coord.testing.Postgres;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Nested;

/** The {@link StoreContract} on every store. */
class StoreContractTest {
    @Nested
    class OnMemory extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.memory());
        }
    }

    @Nested
    class OnFile extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.file(directory));
        }
    }

    @Nested
    class OnPolledFile extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.polled(TestStores.file(directory));
        }
    }

    @Nested
    class OnSharedDirectory extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return SharedStore.open(directory, TestStores.PATIENT);
        }
    }

    @Nested
    class OnPostgres extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return Postgres.newStore();
        }
    }

    /** Nobody tells of commits. */
    @Nested
    class OnPostgresWithoutSession extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return DatabaseStore.open(Postgres.patient(Postgres.newDatabase())
                    .withNames("other_schema", "other_")
                    .withSession(false)
                    .withPollInterval(Duration.ofHours(1)));
        }
    }

    @Nested
    class OnMariaDb extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return MariaDb.newStore();
        }
    }

    /** Nobody tells of commits. */
    @Nested
    class OnMariaDbWithoutSession extends StoreContract {
        @Override
        protected Store open(Path directory) {
            return DatabaseStore.open(Postgres.patient(MariaDb.newDatabase())
                    .withNames("other_schema", "other_")
                    .withSession(false)
                    .withPollInterval(Duration.ofHours(1)));
        }
    }
}
