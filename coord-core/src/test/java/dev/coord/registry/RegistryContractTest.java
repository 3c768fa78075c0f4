package dev.coord.registry;

import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/** The {@link RegistryContract} on every store. */
class RegistryContractTest {
    @Nested
    class OnMemory extends RegistryContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.memory());
        }
    }

    @Nested
    class OnFile extends RegistryContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.file(directory));
        }
    }

    @Nested
    class OnPolledFile extends RegistryContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.polled(TestStores.file(directory));
        }
    }

    @Nested
    class OnSharedDirectory extends RegistryContract {
        @Override
        protected Store open(Path directory) {
            return SharedStore.open(directory, TestStores.PATIENT);
        }
    }
}
