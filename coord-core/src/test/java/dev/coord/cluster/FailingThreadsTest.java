package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.store.Store;
import dev.coord.testing.FaultyLeases;
import dev.coord.testing.TestStores;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The jar of the application is replaced while it runs, for instance: internal threads fail for want of classes. */
class FailingThreadsTest {
    @Test
    void aThreadThatFailsIsAProblemAndGoesOnWhenItCan() {
        var missing = new AtomicBoolean();
        try (Store store = TestStores.local(TestStores.memory())) {
            var leases = new FaultyLeases(store.leases());
            leases.faults(() -> {
                if (missing.get()) {
                    throw new NoClassDefFoundError("gone/From/TheJar");
                }
                return FaultyLeases.Fault.NONE;
            });
            try (Coordinator coordinator = Coordinator.builder()
                    .store(TestStores.with(store, leases, store.participants()))
                    .build()) {
                coordinator.start();
                await().until(() -> coordinator.role() == Role.LEADER);
                assertThat(coordinator.status().problems()).isEmpty();

                missing.set(true);
                await().untilAsserted(() -> assertThat(coordinator.status().problems())
                        .anySatisfy(words -> assertThat(words).contains("coord-", "gone/From/TheJar")));
                await().until(() -> coordinator.role() != Role.LEADER);

                missing.set(false);
                await().until(() -> coordinator.role() == Role.LEADER);
            }
        }
    }
}
