package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of two versions of an application, as while it is updated one process after the other. */
class VersionsProcessTest {
    private static final String OLD = "-D" + RefusedParticipantMain.LACKS + "=append,copy";
    private static final String OTHER = "-D" + RefusedParticipantMain.LACKS + "=count";

    @TempDir
    private Path directory;

    private final List<JavaProcess> processes = new ArrayList<>();

    @AfterEach
    void stop() {
        processes.forEach(JavaProcess::close);
    }

    private JavaProcess start(String name, String role, String version) {
        List<String> flags = new ArrayList<>(JavaProcess.QUICK_START);
        flags.add(version);
        JavaProcess process = JavaProcess.start(
                name,
                flags,
                RefusedParticipantMain.class,
                ParticipantOptions.patient(directory.resolve("shared")).toArguments());
        processes.add(process);
        process.await("STARTED " + role);
        return process;
    }

    private static String ask(JavaProcess process, String command) {
        int from = process.lineCount();
        process.send(command);
        return process.await(from, "").text();
    }

    @Test
    void anOperationThatOnlyTheNewVersionKnowsIsAppliedWhoeverLedAndWhoeverSubmitsIt() {
        JavaProcess leader = start("old-1", "LEADER", OLD);
        JavaProcess second = start("old-2", "FOLLOWER", OLD);
        assertThat(ask(second, "submit append key=x")).isEqualTo("REFUSED UnknownOperationException append");
        JavaProcess updated = start("new", "FOLLOWER", "-Dcoord.test.version=new");

        assertThat(ask(updated, "submit append key=a")).endsWith(" a");
        assertThat(ask(second, "submit append key=b")).endsWith(" ab");
        assertThat(ask(leader, "submit append key=c")).endsWith(" abc");
        assertThat(ask(updated, "submit count -")).as("an old one").endsWith(" 1");
        // When the new version has gone, nobody knows it.
        processes.remove(updated);
        updated.close();
        assertThat(ask(leader, "submit append key=d")).isEqualTo("REFUSED UnknownOperationException append");
    }

    @Test
    void versionsThatEachLackSomethingAreTold() {
        JavaProcess leader = start("one", "LEADER", OLD);
        JavaProcess other = start("other", "FOLLOWER", OTHER);

        assertThat(ask(other, "submit append key=x")).isEqualTo("REFUSED UnknownOperationException append");
        assertThat(ask(leader, "submit count -")).endsWith(" 0");
    }
}
