package dev.coord.store;

import dev.coord.store.shared.SharedStore;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.MariaDb;
import dev.coord.testing.OwnerMain;
import dev.coord.testing.Postgres;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Nested;

/** The rules of a world's store, on every store. */
class WorldStoreContractTest {
    private static Store shared(Path directory) {
        return SharedStore.open(directory, TestStores.PATIENT);
    }

    @Nested
    class FenceOnMemory extends WorldFenceContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.memory());
        }
    }

    @Nested
    class RowsOnMemory extends WorldRowsContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.memory());
        }
    }

    @Nested
    class FenceOnPostgres extends WorldFenceContract {
        @Override
        protected Store open(Path directory) {
            return Postgres.newStore();
        }
    }

    @Nested
    class RowsOnPostgres extends WorldRowsContract {
        @Override
        protected Store open(Path directory) {
            return Postgres.newStore();
        }
    }

    @Nested
    class FenceOnMariaDb extends WorldFenceContract {
        @Override
        protected Store open(Path directory) {
            return MariaDb.newStore();
        }
    }

    @Nested
    class RowsOnMariaDb extends WorldRowsContract {
        @Override
        protected Store open(Path directory) {
            return MariaDb.newStore();
        }
    }

    @Nested
    class FenceOnSharedDirectory extends WorldFenceContract {
        @Override
        protected Store open(Path directory) {
            return shared(directory);
        }
    }

    @Nested
    class RowsOnSharedDirectory extends WorldRowsContract {
        @Override
        protected Store open(Path directory) {
            return shared(directory);
        }
    }

    /** All calls go over the wire. */
    @Nested
    class FenceOnAnotherProcess extends WorldFenceContract {
        private JavaProcess owner;

        @Override
        protected Store open(Path directory) {
            owner = OwnerMain.start(directory);
            return shared(directory);
        }

        @AfterAll
        void stopOwner() {
            owner.close();
        }
    }

    /** All calls go over the wire. */
    @Nested
    class RowsOnAnotherProcess extends WorldRowsContract {
        private JavaProcess owner;

        @Override
        protected Store open(Path directory) {
            owner = OwnerMain.start(directory);
            return shared(directory);
        }

        @AfterAll
        void stopOwner() {
            owner.close();
        }
    }
}
