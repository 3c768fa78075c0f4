package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.Participant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledHostFilesProcessTest {
    /** Every 15 s; and the machine is busy. */
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(60);

    @TempDir
    private Path root;

    @Test
    void whatAKilledHostLeavesIsRemovedAfterAWhile() throws IOException {
        try (Group group = Group.in(root)) {
            Participant old = group.startAll(2);
            assertThat(group.filesOf(old)).hasSize(2);
            Path halfMade = Files.createFile(group.options().directory().resolve("tmp-half-made.mv.db"));
            Files.setLastModifiedTime(halfMade, FileTime.from(Instant.now().minus(Duration.ofHours(1))));

            old.kill();

            await("housekeeping").atMost(HOUSEKEEPING).untilAsserted(() -> {
                assertThat(group.filesOf(old)).isEmpty();
                assertThat(halfMade).doesNotExist();
            });
        }
    }
}
