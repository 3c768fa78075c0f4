package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Leadership;
import dev.coord.store.Store;
import dev.coord.store.shared.SharedStore;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that has used up its own connections, and waits for more. */
class ExhaustedPoolTest {
    private static final String GROUP = "group";

    @TempDir
    private Path directory;

    @Test
    void theLeaseDoesNotCare() throws Exception {
        JdbcConnectionPool pool = TestStores.memory();
        pool.setMaxConnections(2);
        pool.setLoginTimeout(2 * (int) Patience.SECONDS);
        var waiting = new ArrayList<CompletableFuture<Void>>();
        try (Store store = SharedStore.open(directory, TestStores.PATIENT);
                Coordinator coordinator = Coordinator.builder()
                        .directory(directory)
                        .storeSettings(TestStores.PATIENT)
                        .group(GROUP)
                        .settings(CoordinatorTestBase.SETTINGS)
                        .build()) {
            coordinator.start();
            await().until(() -> coordinator.leadership().isPresent());
            Leadership leadership = coordinator.leadership().orElseThrow();
            try (Connection first = pool.getConnection();
                    Connection second = pool.getConnection()) {
                assertThat(List.of(first, second)).doesNotContainNull();
                for (int i = 0; i < 8; i++) {
                    waiting.add(CompletableFuture.runAsync(() -> take(pool), task -> new Thread(task).start()));
                }

                long before = renewals(store);
                await().until(() -> renewals(store) > before + 12);

                assertThat(leadership.isHeld()).isTrue();
                assertThat(coordinator.leadership().map(Leadership::term)).contains(leadership.term());
                assertThat(waiting).noneMatch(CompletableFuture::isDone);
            }
            for (CompletableFuture<Void> one : waiting) {
                one.get(Patience.SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            TestStores.shutdown(pool);
        }
    }

    private static void take(JdbcConnectionPool pool) {
        try (Connection connection = pool.getConnection()) {
            assertThat(connection.isClosed()).isFalse();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static long renewals(Store store) {
        return store.leases().get(GROUP).orElseThrow().renewals();
    }
}
