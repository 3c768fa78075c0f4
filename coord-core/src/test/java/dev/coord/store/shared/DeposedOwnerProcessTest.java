package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Term;
import dev.coord.store.Store;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantMain;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.TestStores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The database of the owner hangs, as a slow disk makes it hang, and another process goes on. */
class DeposedOwnerProcessTest {
    @TempDir
    private Path root;

    private final CountDownLatch goOn = new CountDownLatch(1);
    private final AtomicBoolean hangs = new AtomicBoolean();

    private void reached(Failpoints.Step step) {
        if (step == Failpoints.Step.DONE_NOT_ANSWERED && hangs.get()) {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void itsOwnCallersAreToldAtOnceAndAskTheNextOne() throws IOException {
        ParticipantOptions options = ParticipantOptions.patient(root).withOwnerStaleThreshold(Duration.ofMillis(500));
        try (Store store = SharedStore.open(root, TestStores.PATIENT, this::reached);
                JavaProcess other = JavaProcess.start(
                        "other", JavaProcess.QUICK_START, ParticipantMain.class, options.toArguments())) {
            other.await("LEADER 1");
            hangs.set(true);

            assertThat(store.leases().get("default").orElseThrow().term()).isEqualTo(new Term(1));

            assertThat(goOn.getCount()).as("its own database still hangs").isEqualTo(1);
            assertThat(new SharedDirectory(root).highestComplete(Long.MAX_VALUE).orElseThrow())
                    .isGreaterThan(1);
            goOn.countDown();
        } finally {
            goOn.countDown();
        }
    }
}
