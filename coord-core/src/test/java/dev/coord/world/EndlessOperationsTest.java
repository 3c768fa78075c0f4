package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.NotBefore;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations that never end: each is given up, and the leader goes on. */
class EndlessOperationsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(300);

    @AfterEach
    void end() {
        Ops.SPINNING.set(false);
    }

    @Test
    void areGivenUpWhenTheirTimeIsOver(@TempDir Path directory) {
        Ops.SPINNING.set(true);
        try (var group = new WorldGroup(directory, WorldGroup.PATIENT.withOperationTimeout(TIMEOUT))) {
            Member leader = group.join();
            Member follower = group.join();
            for (String type : new String[] {"sleep", "hang", "spin"}) {
                var beginning = NotBefore.fromNow();
                assertThatThrownBy(() -> follower.world().submit(Ops.op(type, "endless")))
                        .isExactlyInstanceOf(OperationTimeoutException.class);
                beginning.assertPassed(TIMEOUT);
                assertThat(leader.world().state().object("endless")).isEmpty();
                // On a slow machine one that ends may take too long, too.
                await("one that ends")
                        .ignoreException(OperationTimeoutException.class)
                        .until(() -> follower.world().submit(Ops.op("append", "good=.")), result -> true);
            }
            assertThat(leader.term()).as("it leads on").isEqualTo(1);
            assertThat(leader.world().seqno()).isEqualTo(3);
            Ops.SPINNING.set(false);
        }
    }
}
