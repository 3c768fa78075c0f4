package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.cluster.CoordinatorSettings;
import dev.coord.election.LeaseTiming;
import dev.coord.store.jdbc.DatabaseStore;
import dev.coord.testing.Patience;
import dev.coord.testing.Postgres;
import dev.coord.testing.PostgresServer;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three participants on a PostgreSQL in whose place comes a standby, which is promoted, and which did not have the last commits: as
 * after a failover with asynchronous replication.
 */
class LostCommitsTest {
    private static final CoordinatorSettings SETTINGS = CoordinatorSettings.defaults()
            .withLease(new LeaseTiming(Duration.ofMillis(200), Duration.ofSeconds(2), Duration.ofSeconds(3)))
            .withParticipantExpiry(Patience.LIMIT)
            .withStartTimeout(Patience.LIMIT)
            .withCloseTimeout(Patience.LIMIT);

    @TempDir
    private Path directory;

    private final List<DatabaseStore> stores = new ArrayList<>();
    private PostgresServer server;
    private WorldGroup group;

    @BeforeEach
    void start() {
        server = PostgresServer.start(directory.resolve("data"));
        group = new WorldGroup(directory);
        for (int i = 0; i < 3; i++) {
            DatabaseStore store = DatabaseStore.open(Postgres.patient(server.url()));
            stores.add(store);
            group.start(group.buildOn(store, SETTINGS));
        }
    }

    @AfterEach
    void close() {
        group.close();
        stores.forEach(DatabaseStore::close);
        server.close();
    }

    @Test
    void everybodyReadsTheWorldAnewAndSaysSo() throws Exception {
        create("a");
        awaitKeys("a");
        server.kill();
        server.save(directory.resolve("standby"));
        server.restart();
        create("b");
        long lost = create("c");
        awaitKeys("a", "b", "c");
        long term = group.leader().term();

        server.kill();
        server.replaceBy(directory.resolve("standby"));
        server.restartPromoted();

        awaitKeys("a");
        assertThat(group.all()).allSatisfy(member -> {
            WorldStatus status = member.handler().status().orElseThrow();
            assertThat(status.resets()).isEqualTo(1);
            WorldReset reset = status.lastReset().orElseThrow();
            assertThat(reset.seqno()).isEqualTo(lost);
            assertThat(reset.newSeqno()).isEqualTo(lost - 2);
            assertThat(reset.lost()).isEqualTo(2);
        });
        create("d");
        awaitKeys("a", "d");
        assertThat(group.leader().term()).isGreaterThan(term).isGreaterThan(1_000_000);
        assertThat(group.all())
                .extracting(member -> member.handler().status().orElseThrow().resets())
                .containsOnly(1L);
    }

    private long create(String key) {
        Member any = group.all().get(0);
        any.world().state().createObject(key, ObjectRef.EMPTY);
        return any.world().seqno();
    }

    private void awaitKeys(String... keys) {
        for (Member member : group.all()) {
            await().untilAsserted(() -> assertThat(member.handler()
                            .followerEngine()
                            .replica()
                            .snapshot()
                            .objects())
                    .containsOnlyKeys(keys));
        }
    }
}
