package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Registration;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.testing.OwnThreads;
import dev.coord.testing.Patience;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many threads an application pays for that has a world: few as long as nothing happens in it. */
class WorldThreadsTest {
    private static final int OF_AN_IDLE_LEADER = 14;
    private static final int OF_EACH_FURTHER_GROUP = 6;

    private final OwnThreads own = new OwnThreads();

    @TempDir
    private Path directory;

    private record Member(Coordinator coordinator, World world) implements AutoCloseable {
        @Override
        public void close() {
            coordinator.close();
        }
    }

    private Member join(String group) {
        var handler = WorldRoleHandler.builder().build();
        Coordinator coordinator = Coordinator.builder()
                .directory(directory)
                .group(group)
                .handler(handler)
                .build();
        coordinator.start();
        await().until(() -> coordinator.role() != Role.UNKNOWN);
        return new Member(coordinator, handler.world());
    }

    private List<String> threads() {
        return own.names("coord-");
    }

    @Test
    void anIdleLeaderWithAWorldHasFewThreadsAndEachFurtherGroupFewer() {
        try (Member first = join("first")) {
            await().untilAsserted(() -> assertThat(threads()).hasSizeLessThanOrEqualTo(OF_AN_IDLE_LEADER));
            int before = threads().size();

            try (Member second = join("second")) {
                await().untilAsserted(
                                () -> assertThat(threads()).hasSizeLessThanOrEqualTo(before + OF_EACH_FURTHER_GROUP));
                assertThat(second.coordinator().role())
                        .isEqualTo(first.coordinator().role());
            }
        }
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }

    @Test
    void theThreadsForWhatHappensComeWithItAndGo() {
        List<WorldListener.Event> heard = new CopyOnWriteArrayList<>();
        try (Member member = join("busy")) {
            World world = member.world();
            world.submit(UUID.randomUUID().toString(), new WorldBatch().create("a", new byte[0]));
            assertThat(threads()).doesNotContain("coord-world-watcher-busy");

            Registration unused = world.watch("", heard::add);
            world.submit(UUID.randomUUID().toString(), new WorldBatch().create("b", new byte[0]));
            await().until(() -> heard.size() == 1);
            assertThat(threads()).contains("coord-world-watcher-busy", "coord-world-forwarder-busy");

            await().untilAsserted(() -> assertThat(threads())
                    .doesNotContain(
                            "coord-world-forwarder-busy", "coord-world-housekeeper-busy", "coord-world-follower-busy"));
            // Each of them comes back.
            world.submit(UUID.randomUUID().toString(), new WorldBatch().create("c", new byte[0]));
            await().until(() -> heard.size() == 2);
            member.coordinator().stepDown(Patience.LIMIT);
            await().untilAsserted(() -> assertThat(threads()).contains("coord-world-follower-busy"));
        }
        assertThat(heard).extracting(WorldListener.Event::seqno).containsExactly(2L, 3L);
    }
}
