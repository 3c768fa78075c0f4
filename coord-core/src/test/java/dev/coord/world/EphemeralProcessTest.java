package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What processes own that are really killed. */
class EphemeralProcessTest {
    @Test
    void whatAKilledProcessOwnedIsGoneAlsoIfItLed(@TempDir Path directory) {
        List<String> arguments =
                ParticipantOptions.patient(directory.resolve("shared")).toArguments();
        try (JavaProcess leader = start("leader", arguments, "LEADER");
                JavaProcess second = start("second", arguments, "FOLLOWER");
                JavaProcess third = start("third", arguments, "FOLLOWER")) {
            assertThat(ask(leader, "ephemeral of-leader")).startsWith("RESULT");
            assertThat(ask(second, "ephemeral of-second")).startsWith("RESULT");
            assertThat(ask(third, "ephemeral of-third")).startsWith("RESULT");

            second.kill();
            await().untilAsserted(
                            () -> assertThat(ask(third, "exists of-second")).isEqualTo("RESULT false"));
            assertThat(ask(third, "exists of-leader")).isEqualTo("RESULT true");

            leader.kill();
            await().untilAsserted(
                            () -> assertThat(ask(third, "exists of-leader")).isEqualTo("RESULT false"));
            assertThat(ask(third, "exists of-third")).isEqualTo("RESULT true");
        }
    }

    private static JavaProcess start(String name, List<String> arguments, String role) {
        JavaProcess process = JavaProcess.start(name, JavaProcess.QUICK_START, RefusedParticipantMain.class, arguments);
        process.await("STARTED " + role);
        return process;
    }

    private static String ask(JavaProcess process, String command) {
        int from = process.lineCount();
        process.send(command);
        return process.await(from, "").text();
    }
}
