package dev.coord.store.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Term;
import dev.coord.store.CommitSignal;
import dev.coord.store.Lease;
import dev.coord.store.Store;
import dev.coord.testing.OwnThreads;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import java.time.Duration;
import java.time.InstantSource;
import org.h2.jdbcx.JdbcConnectionPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PolledStoreTest {
    private final JdbcConnectionPool pool = TestStores.memory();

    @AfterEach
    void shutdown() {
        TestStores.shutdown(pool);
    }

    @Test
    void wakesWaitersNowAndThenForTheCommitsOfOthers() throws Exception {
        try (Store store = open(Duration.ofMillis(20))) {
            long seen = store.signal().current();

            assertThat(store.signal().await(seen, Patience.LIMIT)).isGreaterThan(seen);
            assertThat(CommitSignal.Topic.values())
                    .allSatisfy(topic ->
                            assertThat(store.signal().changedSince(seen, topic)).isTrue());
        }
    }

    @Test
    void wakesWaitersAtOnceForItsOwnCommits() throws Exception {
        try (Store store = open(Duration.ofHours(1))) {
            long seen = store.signal().current();
            store.leases().put(Lease.free("group", new Term(1)));

            assertThat(store.signal().await(seen, Duration.ZERO)).isGreaterThan(seen);
        }
    }

    @Test
    void leavesNoThreadBehind() {
        var own = new OwnThreads();
        open(Duration.ofMillis(5)).close();
        await().until(() -> own.names("coord-store-poll").isEmpty());
    }

    private Store open(Duration interval) {
        return new PolledStore(
                new DirectStore(signal -> new JdbcStore(pool, Dialect.H2, InstantSource.system(), signal), () -> {}),
                interval);
    }
}
