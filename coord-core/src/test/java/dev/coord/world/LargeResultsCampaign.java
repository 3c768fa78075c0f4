package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is several times as large as the memory of those who write and read it. */
@Tag("campaign")
class LargeResultsCampaign {
    private static final List<String> SMALL = List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    private static final int COUNT = 300;

    @TempDir
    private Path directory;

    private JavaProcess start(String name) {
        JavaProcess process = JavaProcess.start(
                name,
                SMALL,
                LargeResultsMain.class,
                ParticipantOptions.patient(directory.resolve("shared")).toArguments());
        process.await("LEADING");
        return process;
    }

    @Test
    void whatWroteItOpensItAgain() {
        String done = "DONE " + COUNT * 500_000L + " " + COUNT;
        try (JavaProcess first = start("first")) {
            assertThat(first.ask("large " + COUNT, "DONE").text()).isEqualTo(done);
            first.kill();
        }
        try (JavaProcess second = start("second")) {
            // The latest of them are known, and read from the log; those that are not would be applied again.
            assertThat(second.ask("large 1", "DONE").text()).startsWith("DONE 500000 ");
        }
    }
}
