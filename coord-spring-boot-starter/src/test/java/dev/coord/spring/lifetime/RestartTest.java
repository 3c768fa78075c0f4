package dev.coord.spring.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.spring.Patience;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that devtools restart: with a new class loader, here for coord too, in the same JVM. */
class RestartTest {
    @TempDir
    private Path temp;

    @Test
    void aRestartedApplicationIsANewParticipantThatLeadsAgain() throws Exception {
        var flags = new ArrayList<>(Patience.flags("-D", temp.resolve("shared")));
        flags.add("-Dspring.devtools.restart.enabled=true");
        try (Jvm jvm = Jvm.start(
                temp,
                flags,
                RestartMain.class,
                "--spring.main.web-application-type=none",
                "--spring.main.keep-alive=true",
                // Not by itself, when a build writes classes.
                "--spring.devtools.restart.trigger-file=.never",
                "--spring.devtools.livereload.enabled=false")) {
            jvm.awaitLines("LEADS ", 1);
            jvm.tell("restart");
            List<String[]> lives = jvm.awaitLines("LEADS ", 2).stream()
                    .map(line -> line.split(" "))
                    .toList();
            assertThat(lives).extracting(life -> life[0]).containsExactly("1", "2");
            assertThat(lives).extracting(life -> life[1]).doesNotHaveDuplicates();
            assertThat(lives).extracting(life -> life[2]).as("classes").doesNotHaveDuplicates();
        }
    }
}
