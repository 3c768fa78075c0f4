package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A Java process started by a test, whose lines "@ nanos words" can be waited for; closing kills it. */
public final class JavaProcess implements AutoCloseable {
    private final String name;
    private final Process process;
    private final PrintStream input;
    private final List<Line> lines = new ArrayList<>();

    /** A line that the process printed, and when, on the monotonic clock. */
    public record Line(long nanos, String text) {
        public String[] words() {
            return text.split(" ", -1);
        }
    }

    private JavaProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        var reader = new Thread(this::read, name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    public static JavaProcess start(String name, Class<?> main, List<String> jvmArguments, String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dcoord.log=" + System.getProperty("coord.log", "WARN")));
        command.addAll(jvmArguments);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(arguments));
        try {
            return new JavaProcess(
                    name,
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                String[] parts = line.split(" ", 3);
                if (parts.length == 3 && parts[0].equals("@")) {
                    synchronized (lines) {
                        lines.add(new Line(Long.parseLong(parts[1]), parts[2]));
                        lines.notifyAll();
                    }
                } else {
                    System.err.println(name + ": " + line);
                }
            }
        } catch (IOException e) {
            System.err.println(name + ": " + e);
        }
        synchronized (lines) {
            lines.notifyAll();
        }
    }

    public String name() {
        return name;
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public void send(String command) {
        input.println(command);
    }

    /** Sends a command and waits for the next line that starts with {@code answer}. */
    public Line ask(String command, String answer) {
        int from = lineCount();
        send(command);
        return await(from, answer, line -> line.text().startsWith(answer));
    }

    public int lineCount() {
        synchronized (lines) {
            return lines.size();
        }
    }

    public List<Line> lines() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    /** The first line from number {@code from} on that matches, waited for. */
    public Line await(int from, String what, Predicate<Line> match) {
        Optional<Line> found = await(from, match, Duration.ofSeconds(30));
        assertThat(found).as("%s of %s, which said %s", what, name, lines()).isPresent();
        return found.orElseThrow();
    }

    public Line await(String prefix) {
        return await(0, prefix, line -> line.text().startsWith(prefix));
    }

    public Optional<Line> await(int from, Predicate<Line> match, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        synchronized (lines) {
            int next = from;
            while (true) {
                for (; next < lines.size(); next++) {
                    if (match.test(lines.get(next))) {
                        return Optional.of(lines.get(next));
                    }
                }
                long left = deadline - System.nanoTime();
                if (left <= 0 || (!process.isAlive() && left < 0)) {
                    return Optional.empty();
                }
                try {
                    TimeUnit.NANOSECONDS.timedWait(lines, Math.max(left, 1_000_000));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return Optional.empty();
                }
            }
        }
    }

    /** SIGKILL; returns the time just before. */
    public long kill() {
        long before = System.nanoTime();
        process.destroyForcibly();
        return before;
    }

    /** SIGTERM; returns the time just before. */
    public long terminate() {
        long before = System.nanoTime();
        process.destroy();
        return before;
    }

    /** SIGSTOP; returns the time just before. */
    public long freeze() {
        return signal("STOP");
    }

    /** SIGCONT; returns the time just before. */
    public long thaw() {
        return signal("CONT");
    }

    private long signal(String signal) {
        try {
            long before = System.nanoTime();
            Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start();
            assertThat(kill.waitFor()).isZero();
            return before;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public void awaitExit() {
        try {
            assertThat(process.waitFor(30, TimeUnit.SECONDS))
                    .as("%s ends", name)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitExit();
    }

    @Override
    public String toString() {
        return name;
    }
}
