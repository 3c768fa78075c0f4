package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantOptions;
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
    private static final String TIMEOUT = "REFUSED OperationTimeoutException";

    private static JavaProcess leader;
    private static JavaProcess follower;

    @BeforeAll
    static void start(@TempDir Path directory) {
        List<String> arguments =
                ParticipantOptions.patient(directory.resolve("shared")).toArguments();
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

    /** On a slow machine any operation may take too long: it is submitted again. */
    private static String ask(JavaProcess process, String command) {
        return await(command).until(() -> askOnce(process, command), said -> !said.startsWith(TIMEOUT));
    }

    private static String askOnce(JavaProcess process, String command) {
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
        await().untilAsserted(() -> assertThat(ask(leader, "exists created")).isEqualTo("RESULT true"));
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
        "submit big 2000000, InvalidOperationException big",
        "submit no-such-type key, UnknownOperationException no-such-type",
        "create taken, ObjectExistsException taken",
        "if-absent taken, ConditionFailedException taken",
        "increment missing, ObjectNotFoundException missing"
    })
    void bothGetTheSameRefusal(String command, String refusal) {
        String unused = ask(leader, "create taken");

        assertThat(ask(leader, command)).isEqualTo("REFUSED " + refusal);
        assertThat(ask(follower, command)).isEqualTo("REFUSED " + refusal);
        assertThat(ask(follower, "exists key")).isEqualTo("RESULT false");
    }

    @Test
    void anOperationThatDoesNotEndIsGivenUpByBoth() {
        for (JavaProcess process : List.of(leader, follower)) {
            assertThat(askOnce(process, "submit sleep key")).isEqualTo(TIMEOUT + " sleep");
            assertThat(ask(follower, "exists key")).isEqualTo("RESULT false");
        }
    }
}
