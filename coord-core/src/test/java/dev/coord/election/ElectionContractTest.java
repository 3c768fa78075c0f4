package dev.coord.election;

import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;

/** The {@link ElectionContract} on every store. */
class ElectionContractTest {
    @Nested
    class OnMemory extends ElectionContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.memory());
        }
    }

    @Nested
    class OnFile extends ElectionContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.local(TestStores.file(directory));
        }
    }

    @Nested
    class OnPolledFile extends ElectionContract {
        @Override
        protected Store open(Path directory) {
            return TestStores.polled(TestStores.file(directory));
        }
    }

    @Nested
    class OnSharedDirectory extends ElectionContract {
        @Override
        protected Store open(Path directory) {
            return SharedStore.open(directory, TestStores.PATIENT);
        }
    }
}
