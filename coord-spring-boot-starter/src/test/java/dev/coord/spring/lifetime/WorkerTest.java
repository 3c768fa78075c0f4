package dev.coord.spring.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that has no web server, and only daemon or virtual threads, ends when its main method does, and says why. */
class WorkerTest {
    @TempDir
    private Path temp;

    @Test
    void theEndOfAProcessThatNothingKeepsRunningIsExplained() throws Exception {
        try (Jvm jvm = Jvm.start(
                temp,
                List.of(),
                WorkerMain.class,
                "--coord.dir=" + temp.resolve("shared"),
                "--spring.main.web-application-type=none",
                "--logging.level.dev.coord.spring=info")) {
            assertThat(jvm.awaitEnd())
                    .filteredOn(line -> line.contains("This process ends"))
                    .singleElement()
                    .asString()
                    .contains("INFO", "spring.main.keep-alive=true");
        }
    }
}
