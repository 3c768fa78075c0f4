package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.JavaProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two processes: what one refuses is refused in the other one with the same exception. */
class WorldProcessTest {
    private static JavaProcess leader;
    private static JavaProcess follower;

    @BeforeAll
    static void start(@TempDir Path directory) {
        List<String> arguments = List.of(directory.resolve("shared").toString());
        leader = JavaProcess.start("leader", JavaProcess.QUICK_START, RefusedParticipantMain.class, arguments);
        leader.await("STARTED LEADER");
        follower = JavaProcess.start("follower", JavaProcess.QUICK_START, RefusedParticipantMain.class, arguments);
        follower.await("STARTED FOLLOWER");
    }

    @AfterAll
    static void stop() {
        leader.close();
        follower.close();
    }

    private static String ask(JavaProcess process, String command) {
        int from = process.lineCount();
        process.send(command);
        return process.await(from, "").text();
    }

    @Test
    void whatOneSubmitsTheOtherOneReads() {
        String own = ask(follower, "submit append shared=x");
        assertThat(own).startsWith("RESULT ").endsWith(" x");
        assertThat(ask(follower, "exists shared")).isEqualTo("RESULT true");
        assertThat(ask(leader, "submit append shared=y")).endsWith(" xy");
        assertThat(ask(follower, "create created")).isEqualTo("RESULT created@1");
        await().atMost(WorldGroup.SOON)
                .untilAsserted(() -> assertThat(ask(leader, "exists created")).isEqualTo("RESULT true"));
        assertThat(ask(leader, "increment created")).isEqualTo("RESULT 2");
    }

    @ParameterizedTest
    @CsvSource({
        "submit read missing, ObjectNotFoundException missing",
        "submit fail key, OperationFailedException fail",
        "submit assert key, OperationFailedException assert",
        "submit recurse key, OperationFailedException recurse",
        "submit reject key, OperationRejectedException too-late",
        "submit unreadable key, InvalidOperationException unreadable",
        "submit sleep key, OperationTimeoutException sleep",
        "submit big 2000000, InvalidOperationException big",
        "submit no-such-type key, UnknownOperationException no-such-type",
        "create taken, ObjectExistsException taken",
        "increment missing, ObjectNotFoundException missing"
    })
    void bothGetTheSameRefusal(String command, String refusal) {
        String unused = ask(leader, "create taken");

        assertThat(ask(leader, command)).isEqualTo("REFUSED " + refusal);
        assertThat(ask(follower, command)).isEqualTo("REFUSED " + refusal);
        assertThat(ask(follower, "exists key")).isEqualTo("RESULT false");
    }
}
