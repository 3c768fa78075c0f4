package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The script {@code demo}, of what is built, with a directory for temporary files of its own. Its takeover on PostgreSQL, and its
 * being killed without one, are for campaigns.
 */
class DemoIT {
    /** Where a JVM puts temporary files unless it is told otherwise, whatever TMPDIR says. */
    private static final Path OF_THE_JVM = Path.of(System.getProperty("java.io.tmpdir"));

    private static final Pattern INSTANCE = Pattern.compile("http://127.0.0.1:\\d+/  pid (\\d+)");

    private Path temporary;
    private Path output;
    private List<Integer> ports;
    private Process demo;

    @BeforeEach
    void makeATemporaryDirectory() throws IOException {
        // With a short name: sockets are in it.
        temporary = Files.createTempDirectory(OF_THE_JVM, "d");
        output = Files.createTempFile("demo", ".output");
    }

    @AfterEach
    void end() throws IOException, InterruptedException {
        demo.destroy();
        awaitEnd();
        awaitNothingLeft();
        Files.delete(temporary);
        Files.delete(output);
    }

    @Test
    void killsTheLeaderAndSaysWhoTookOver() throws IOException, InterruptedException {
        start(2, "--kill-leader");
        awaitTakeover();
    }

    @Test
    @Tag("campaign")
    void doesSoOnAPostgresqlThatItStarts() throws IOException, InterruptedException {
        start(3, "--kill-leader", "--postgres");
        awaitTakeover();
    }

    private void awaitTakeover() throws IOException, InterruptedException {
        awaitEnd();
        assertThat(output)
                .content()
                .contains("One leads, the others follow it.")
                // On a machine that does other things, too, roles may change again before the kill.
                .containsPattern("Taken over: port \\d+, pid \\d+ leads in term \\d+, \\d+ ms after the kill"
                        + "|No takeover to measure: port \\d+, pid \\d+ leads in term \\d+")
                .containsPattern("Writes: [1-9]\\d* acknowledged, 0 lost, 0 applied twice");
        assertThat(demo.exitValue()).isZero();
    }

    @Test
    void followsUntilItIsEnded() throws IOException, InterruptedException {
        start(2);
        awaitOutput("Following their roles");
        List<ProcessHandle> instances = instances();
        assertThat(instances).hasSize(2).allMatch(ProcessHandle::isAlive);
        demo.destroy();
        awaitEnd();
        assertThat(instances).noneMatch(ProcessHandle::isAlive);
        assertThat(output).content().endsWith("Stopped.\n");
    }

    @Test
    @Tag("campaign")
    void itsInstancesEndWhenItIsKilledWhileTheyStart() throws IOException, InterruptedException {
        start(2);
        await().atMost(Instances.LIMIT).until(() -> instances().size() == 2);
        List<ProcessHandle> instances = instances();
        demo.destroyForcibly();
        await().atMost(Instances.LIMIT).until(() -> instances.stream().noneMatch(ProcessHandle::isAlive));
    }

    @Test
    void itsInstancesAndItsPostgresqlEndWhenItIsKilledWhileTheyStart() throws IOException {
        start(2, "--postgres");
        await().atMost(Instances.LIMIT).until(() -> instances().size() == 2);
        assertThat(output).content().containsPattern("2 instances, which share jdbc:postgresql://localhost:\\d+/");
        List<ProcessHandle> left =
                demo.descendants().filter(ProcessHandle::isAlive).toList();
        assertThat(left).hasSizeGreaterThan(2);
        demo.destroyForcibly();
        await().atMost(Instances.LIMIT).until(() -> left.stream().noneMatch(ProcessHandle::isAlive));
    }

    private void start(int instances, String... options) throws IOException {
        ports = Ports.free(instances);
        var command = Stream.concat(
                        Stream.of(
                                Path.of("..", "demo").toString(),
                                "--no-build",
                                "--ports",
                                ports.stream().map(String::valueOf).collect(Collectors.joining(","))),
                        Stream.of(options))
                .toList();
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("TMPDIR", temporary.toString());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        demo = builder.start();
    }

    private void awaitEnd() throws IOException, InterruptedException {
        assertThat(demo.waitFor(Instances.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ended; it said %s", Files.readString(output))
                .isTrue();
    }

    private void awaitOutput(String text) {
        await().atMost(Instances.LIMIT).until(() -> Files.readString(output).contains(text));
    }

    private List<ProcessHandle> instances() throws IOException {
        return INSTANCE.matcher(Files.readString(output))
                .results()
                .flatMap(found -> ProcessHandle.of(Long.parseLong(found.group(1))).stream())
                .toList();
    }

    /** The last of it is removed by a process that watches over the demo. */
    private void awaitNothingLeft() {
        await().atMost(Instances.LIMIT).untilAsserted(() -> {
            assertThat(temporary).isEmptyDirectory();
            try (Stream<Path> files = Files.list(OF_THE_JVM)) {
                assertThat(files.map(Path::getFileName).map(Path::toString))
                        .noneMatch(name -> ports.stream().anyMatch(port -> name.contains("." + port + ".")));
            }
        });
    }
}
