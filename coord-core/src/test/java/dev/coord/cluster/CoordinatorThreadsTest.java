package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.testing.OwnThreads;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many threads an application pays for as long as it neither listens nor submits. */
class CoordinatorThreadsTest {
    private static final int OF_AN_IDLE_LEADER = 13;
    private static final int OF_EACH_FURTHER_GROUP = 5;

    private final OwnThreads own = new OwnThreads();

    @TempDir
    private Path directory;

    private Coordinator leading(String group) {
        Coordinator coordinator = Coordinator.builder()
                .directory(directory)
                .group(group)
                .handler(new RoleChangeHandler() {
                    @Override
                    public void onBecomeLeader(Leadership leadership) {}

                    @Override
                    public void onBecomeFollower(LeaderInfo leader) {}
                })
                .build();
        coordinator.start();
        await().until(() -> coordinator.leadership().isPresent());
        return coordinator;
    }

    private List<String> threads() {
        return own.names("coord-");
    }

    @Test
    void anIdleLeaderThatOwnsTheDatabaseHasFewThreadsAndEachFurtherGroupFewer() {
        try (Coordinator first = leading("first")) {
            await().untilAsserted(() -> assertThat(threads()).hasSizeLessThanOrEqualTo(OF_AN_IDLE_LEADER));
            int before = threads().size();

            try (Coordinator second = leading("second")) {
                await().untilAsserted(
                                () -> assertThat(threads()).hasSizeLessThanOrEqualTo(before + OF_EACH_FURTHER_GROUP));
                assertThat(second.role()).isEqualTo(first.role());
            }
        }
        await().untilAsserted(() -> assertThat(threads()).isEmpty());
    }
}
