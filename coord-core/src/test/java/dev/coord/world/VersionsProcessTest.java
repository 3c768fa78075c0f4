package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.ProtocolVersion;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.ParticipantOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes of two versions of an application, or of coord, as while it is updated one process after the other. */
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

    /** A process whose coord speaks another version of the protocol than the one under test. */
    private JavaProcess startSpeaking(int version) throws IOException {
        Path classes = directory.resolve("protocol-" + version);
        Path source = classes.resolve("ProtocolVersion.java");
        Files.createDirectories(classes);
        String own = "CURRENT = " + ProtocolVersion.current() + ";";
        String text = Files.readString(Path.of("src/main/java/dev/coord/store/ProtocolVersion.java"));
        assertThat(text).contains(own);
        Files.writeString(source, text.replace(own, "CURRENT = " + version + ";"));
        int failed = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(System.out, System.err, "-d", classes.toString(), source.toString());
        assertThat(failed).isZero();
        List<String> flags = new ArrayList<>(JavaProcess.QUICK_START);
        flags.add("-Xbootclasspath/a:" + classes);
        JavaProcess process = JavaProcess.start(
                "speaking-" + version,
                flags,
                RefusedParticipantMain.class,
                ParticipantOptions.patient(directory.resolve("shared")).toArguments());
        processes.add(process);
        return process;
    }

    @Test
    void neighbouringVersionsOfTheProtocolWorkTogetherAndOthersSayWhyNot() throws IOException {
        int version = ProtocolVersion.current();
        JavaProcess first = startSpeaking(version);
        first.await("STARTED LEADER");
        JavaProcess next = startSpeaking(version + 1);
        next.await("STARTED FOLLOWER");
        assertThat(ask(next, "submit append key=a")).endsWith(" a");
        assertThat(ask(first, "submit append key=b")).endsWith(" ab");

        JavaProcess afterNext = startSpeaking(version + 2);
        assertThat(afterNext.await("INCOMPATIBLE").text())
                .contains(
                        "Process " + first.pid(),
                        "version " + version + " of coord's protocol",
                        "version " + (version + 2))
                .contains("Update coord one version after the other, or stop all");
        afterNext.awaitExit();
        assertThat(ask(first, "submit append key=c")).endsWith(" abc");

        // The one that stayed goes on where the oldest was, and then the newest may come.
        processes.remove(first);
        first.close();
        assertThat(ask(next, "submit append key=d")).endsWith(" abcd");
        JavaProcess updated = startSpeaking(version + 2);
        updated.await("STARTED FOLLOWER");
        assertThat(ask(updated, "submit append key=e")).endsWith(" abcde");
    }
}
