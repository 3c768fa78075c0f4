package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.TestStores;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This process has the database open, with one setting, and another process, with the other, writes. */
class SyncProcessTest {
    private static final int WRITES = 20;

    @TempDir
    private Path root;

    @TempDir
    private Path notes;

    @Test
    void whatItsWriterWantsForcedIsForced() throws IOException {
        assertThat(forced(false, true)).isGreaterThanOrEqualTo(WRITES);
    }

    @Test
    void whatItsWriterDoesNotWantForcedIsNot() throws IOException {
        assertThat(forced(true, false)).isLessThan(WRITES);
    }

    /** How often this process forced what another one wrote. */
    private int forced(boolean owner, boolean writer) throws IOException {
        try (var store = SharedStore.open(root, TestStores.PATIENT.withSync(owner))) {
            assertThat(store.leases().get("group")).isEmpty();
            try (JavaProcess process = JavaProcess.start(
                            "writer",
                            JavaProcess.QUICK_START,
                            SyncWriterMain.class,
                            List.of(root.toString(), Boolean.toString(writer)));
                    var recording = new Recording()) {
                process.await("READY");
                recording.enable("jdk.FileForce").withThreshold(Duration.ZERO);
                recording.start();

                process.ask("write " + WRITES, "WRITTEN");

                recording.stop();
                Path file = notes.resolve("recording.jfr");
                recording.dump(file);
                return (int) RecordingFile.readAllEvents(file).stream()
                        .filter(this::isOfTheDatabase)
                        .count();
            }
        }
    }

    private boolean isOfTheDatabase(RecordedEvent event) {
        Path file = Path.of(event.getString("path"));
        return file.startsWith(root) && file.getFileName().toString().startsWith("coord.");
    }
}
