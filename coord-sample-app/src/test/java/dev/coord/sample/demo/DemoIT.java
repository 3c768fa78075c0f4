package dev.coord.sample.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as the script starts it once the sample is built. */
class DemoIT {
    private static final Duration LIMIT = Duration.ofSeconds(150);

    @TempDir
    private Path temp;

    private Path work;
    private Path output;
    private Process demo;

    @BeforeEach
    void aWorkDirectory() throws IOException {
        work = Files.createDirectory(temp.resolve("work"));
        output = temp.resolve("output");
    }

    @AfterEach
    void end() throws InterruptedException {
        demo.destroy();
        assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void killsTheLeaderAndSaysWhoTookOver() throws IOException, InterruptedException {
        start("kill-leader", 3);
        assertThat(demo.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(output)
                .content()
                .containsPattern("Taken over: port \\d+, pid \\d+ leads in term \\d+, \\d+ ms after the kill")
                .containsPattern("Writes: [1-9]\\d* acknowledged, 0 lost, 0 applied twice");
        assertThat(demo.exitValue()).isZero();
        assertThat(work).doesNotExist();
    }

    @Test
    void followsUntilSigtermAndLeavesNothingBehind() throws IOException, InterruptedException {
        start("follow", 2);
        List<ProcessHandle> instances = awaitInstances();
        demo.destroy();
        assertThat(demo.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(instances).noneMatch(ProcessHandle::isAlive);
        assertThat(work).doesNotExist();
    }

    @Test
    void itsInstancesEndWhenItIsKilled() throws IOException {
        start("follow", 2);
        List<ProcessHandle> instances = awaitInstances();
        demo.destroyForcibly();
        await().atMost(Duration.ofSeconds(20)).until(() -> instances.stream().noneMatch(ProcessHandle::isAlive));
    }

    private void start(String mode, int instances) throws IOException {
        String ports = Ports.free(instances).stream().map(String::valueOf).collect(Collectors.joining(","));
        demo = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Path.of("target", "classes").toAbsolutePath().toString(),
                        Demo.class.getName(),
                        System.getProperty("coord.sample.jar"),
                        work.toString(),
                        temp.resolve("shared").toString(),
                        ports,
                        mode)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private List<ProcessHandle> awaitInstances() {
        await().atMost(LIMIT).until(() -> Files.readString(output).contains("Following their roles"));
        List<ProcessHandle> instances = demo.children().toList();
        assertThat(instances).hasSize(2);
        return instances;
    }
}
