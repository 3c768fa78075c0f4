package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.OwnThreads;
import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations that do not end, and take no notice of their interruption. */
class StuckOperationsTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);
    private static final WorldWrite HANG = WorldWrite.of(Ops.op("hang", "never"));
    private static final WorldWrite APPEND = WorldWrite.of(Ops.op("append", "a=x"));

    private final OwnThreads own = new OwnThreads();
    private WorldGroup group;
    private Member member;

    @BeforeEach
    void start(@TempDir Path directory) {
        // Whoever ran before in this JVM may have let its own end.
        Ops.SPINNING.set(true);
        group = new WorldGroup(directory, WorldGroup.PATIENT.withOperationTimeout(TIMEOUT));
        member = group.join();
    }

    @AfterEach
    void stop() {
        Ops.SPINNING.set(false);
        awaitWriters(0);
        Ops.SPINNING.set(true);
        group.close();
    }

    /** Waits until the group has no more threads that apply operations than one, and {@code stuck} ones. */
    private void awaitWriters(int stuck) {
        await().until(() -> writers() <= 1 + stuck);
    }

    private int writers() {
        return own.names("coord-world-writer").size();
    }

    private void submit(WorldWrite write) throws Exception {
        try {
            var unused = member.engine()
                    .submit(write, UUID.randomUUID().toString(), Ops.SENDER)
                    .get(Patience.SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (Exception) e.getCause();
        }
    }

    /** On a busy machine one that ends may take too long, too. */
    private void submitUntilDone(WorldWrite write) {
        await().ignoreException(OperationTimeoutException.class).until(() -> {
            submit(write);
            return true;
        });
    }

    private void assertThatItIsNotTried() {
        int before = writers();
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() -> submit(HANG))
                    .isInstanceOf(OperationTimeoutException.class)
                    .hasMessageContaining("'hang' was not tried")
                    .hasMessageContaining(StuckOperations.MOST_THREADS + " threads")
                    .hasMessageContaining("restart");
        }
        assertThat(writers()).isEqualTo(before);
    }

    @Test
    void anOperationThatKeepsItsThreadsIsNoLongerTriedUntilTheyEnd() throws Exception {
        var batch = WorldWrite.of(new WorldBatch().apply(Ops.op("hang", "never")));
        for (int i = 0; i < StuckOperations.MOST_THREADS; i++) {
            WorldWrite write = i == 1 ? batch : HANG;
            assertThatThrownBy(() -> submit(write))
                    .isInstanceOf(OperationTimeoutException.class)
                    .hasMessageContaining("did not end");
        }

        assertThatItIsNotTried();
        submitUntilDone(APPEND);
        assertThat(member.term()).as("it goes on").isEqualTo(1);

        member.coordinator().stepDown(Duration.ofMillis(1));
        await().until(() -> member.leads() && member.term() == 2);
        assertThatItIsNotTried();
        submitUntilDone(APPEND);

        Ops.SPINNING.set(false);
        awaitWriters(0);
        submitUntilDone(HANG);
        assertThat(member.world().state().object("never")).isPresent();
    }
}
