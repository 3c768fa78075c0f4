package dev.coord.spring.lifetime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A JVM of its own for what would disturb other tests, or be disturbed by them; closing kills it. */
final class Jvm implements AutoCloseable {
    private static final int LIMIT_SECONDS = 180;

    private final Path output;
    private final Process process;

    private Jvm(Path output, Process process) {
        this.output = output;
        this.process = process;
    }

    /** Runs {@code main}, which keeps its output and its temporary files in {@code directory}. */
    static Jvm start(Path directory, List<String> flags, Class<?> main, String... arguments) throws IOException {
        return start(directory, flags, directory, main.getName(), arguments);
    }

    /** The same with {@code more} on the class path. */
    static Jvm start(Path directory, List<String> flags, Path more, String main, String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.add("-Djava.io.tmpdir=" + Files.createDirectory(directory.resolve("tmp")));
        // Devtools are there for the test of a restart.
        command.add("-Dspring.devtools.restart.enabled=false");
        command.addAll(flags);
        command.addAll(List.of("-cp", more + File.pathSeparator + System.getProperty("java.class.path"), main));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(Map.of("HOME", directory.toString()));
        return new Jvm(output, builder.start());
    }

    /** All that it wrote, when it has ended, and well. */
    List<String> awaitEnd() throws Exception {
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(ended ? process.exitValue() : -1)
                .as(() -> String.join(System.lineSeparator(), lines()))
                .isZero();
        return lines();
    }

    /** What it ends with. */
    int awaitExit() throws InterruptedException {
        assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS))
                .as(() -> String.join(System.lineSeparator(), lines()))
                .isTrue();
        return process.exitValue();
    }

    /** The first {@code count} lines that begin with {@code beginning}, without it. */
    List<String> awaitLines(String beginning, int count) {
        return await(beginning)
                .atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                .failFast(() -> assertThat(process.isAlive())
                        .as(() -> String.join(System.lineSeparator(), lines()))
                        .isTrue())
                .until(() -> lines(beginning), found -> found.size() >= count)
                .subList(0, count);
    }

    List<String> lines(String beginning) {
        return lines().stream()
                .filter(line -> line.startsWith(beginning))
                .map(line -> line.substring(beginning.length()))
                .toList();
    }

    /** All that it wrote so far. */
    List<String> lines() {
        try {
            return Files.readAllLines(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Writes a line to its standard input. */
    void tell(String line) throws IOException {
        Writer input = process.outputWriter();
        input.write(line + "\n");
        input.flush();
    }

    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        kill();
    }
}
