package dev.coord.store;

import dev.coord.store.shared.SharedStore;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
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
}
