package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A Java process started by a test, whose lines "@ nanos words" can be waited for; closing kills it. */
public final class JavaProcess implements AutoCloseable {
    /** For tests of what happens: such a process is up in a quarter of the time, see also {@link QuickStart}. */
    public static final List<String> QUICK_START = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    /** For benchmarks: a JVM as users run it. */
    public static final List<String> NORMAL = List.of("-Xmx256m");

    private static final Duration IDLE_WINDOW = Duration.ofSeconds(1);

    private final String name;
    private final Process process;
    private final PrintStream input;
    private final List<Line> lines = new ArrayList<>();
    private final Thread lastResort;
    private boolean silent;

    /** A line that the process printed, and when, on the monotonic clock that all processes share, for order and benchmarks. */
    public record Line(long nanos, String text) {
        /** Whether it was printed before {@code other}, maybe by another process. */
        public boolean isBefore(Line other) {
            return nanos - other.nanos < 0;
        }

        public String[] words() {
            return text.split(" ", -1);
        }
    }

    private JavaProcess(String name, Process process) {
        this.name = name;
        this.process = process;
        this.input = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        // It ends at the end of its input, but not while it is frozen.
        this.lastResort = new Thread(process::destroyForcibly, name + "-last-resort");
        Runtime.getRuntime().addShutdownHook(lastResort);
        var reader = new Thread(this::read, name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    public static JavaProcess start(String name, List<String> jvmFlags, Class<?> main, List<String> arguments) {
        return start(name, command(jvmFlags, main, arguments));
    }

    /** One that may have at most {@code descriptors} files open. */
    public static JavaProcess startLimited(int descriptors, String name, Class<?> main, List<String> arguments) {
        // Its class path are jars, which stay open: no class is lost for want of a descriptor.
        return startIn("ulimit -n " + descriptors, List.of(), name, main, arguments);
    }

    /** One whose shell did {@code preparations} before; {@code wrapper} is what the shell is started with. */
    public static JavaProcess startIn(
            String preparations, List<String> wrapper, String name, Class<?> main, List<String> arguments) {
        var command = new ArrayList<>(wrapper);
        command.addAll(List.of("sh", "-c", preparations + " && exec \"$@\"", "prepared"));
        command.addAll(command(QUICK_START, main, arguments));
        return start(name, command);
    }

    private static List<String> command(List<String> jvmFlags, Class<?> main, List<String> arguments) {
        if (!jvmFlags.containsAll(QUICK_START)) {
            return command(System.getProperty("java.class.path"), jvmFlags, main, arguments);
        }
        var flags = new ArrayList<>(QuickStart.flags());
        jvmFlags.stream().filter(flag -> !flags.contains(flag)).forEach(flags::add);
        return command(QuickStart.classPath(), flags, main, arguments);
    }

    /** One whose class path is not that of this JVM. */
    static JavaProcess start(
            String name, String classPath, List<String> jvmFlags, Class<?> main, List<String> arguments) {
        return start(name, command(classPath, jvmFlags, main, arguments));
    }

    private static List<String> command(
            String classPath, List<String> jvmFlags, Class<?> main, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmFlags);
        command.add("-Dcoord.log=" + System.getProperty("coord.log", "ERROR"));
        command.addAll(List.of("-cp", classPath, main.getName()));
        command.addAll(arguments);
        return command;
    }

    private static JavaProcess start(String name, List<String> command) {
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
                    add(new Line(Long.parseLong(parts[1]), parts[2]));
                } else {
                    System.err.println(name + ": " + line);
                }
            }
        } catch (IOException e) {
            System.err.println(name + ": " + e);
        }
        synchronized (lines) {
            silent = true;
            lines.notifyAll();
        }
    }

    private void add(Line line) {
        synchronized (lines) {
            lines.add(line);
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
        return await(from, answer);
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

    /** The first line that starts with {@code prefix}, waited for. */
    public Line await(String prefix) {
        return await(0, prefix);
    }

    /** The first line from number {@code from} on that starts with {@code prefix}, waited for. */
    public Line await(int from, String prefix) {
        Optional<Line> found = await(from, line -> line.text().startsWith(prefix), Patience.LIMIT);
        assertThat(found)
                .as("line %s of %s, which %s and said %s", prefix, name, isAlive() ? "lives" : "ended", lines())
                .isPresent();
        return found.orElseThrow();
    }

    /** The first line from number {@code from} on that matches; empty if none comes in time, or the process ends without. */
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
                if (left <= 0 || silent) {
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
        // Not Process.destroyForcibly, which closes the pipes: what the process said before is still to be read.
        process.toHandle().destroyForcibly();
        return before;
    }

    /** SIGTERM; returns the time just before. */
    public long terminate() {
        long before = System.nanoTime();
        process.toHandle().destroy();
        return before;
    }

    /** SIGSTOP; returns the time just before, when the process has stopped. */
    public long freeze() {
        long before = signal("STOP");
        awaitFrozen();
        return before;
    }

    /** Waits until the process is stopped: SIGCONT would undo a SIGSTOP that is still on its way. */
    public void awaitFrozen() {
        Awaitility.await().pollInterval(Duration.ofMillis(2)).until(this::isFrozen);
    }

    private boolean isFrozen() throws IOException {
        String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
        return stat.startsWith("T", stat.lastIndexOf(')') + 2);
    }

    /** The bytes that it has handed to the kernel for writing, to files, sockets and pipes. */
    public long bytesWritten() {
        return io("wchar");
    }

    /** The bytes that it caused to be written to disk. */
    public long bytesToDisk() {
        return io("write_bytes");
    }

    /** The processor time that it used. */
    public Duration processorTime() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /** Waits until there was a second in which it used less than a third of a processor. */
    public void awaitIdle() {
        Awaitility.await("an idle " + name).pollInterval(Duration.ZERO).until(() -> {
            Duration before = processorTime();
            TimeUnit.NANOSECONDS.sleep(IDLE_WINDOW.toNanos());
            return processorTime().minus(before).compareTo(IDLE_WINDOW.dividedBy(3)) < 0;
        });
    }

    /** How many files, sockets and the like it has open. */
    public int descriptors() {
        return count("fd");
    }

    public int threads() {
        return count("task");
    }

    private int count(String what) {
        try (Stream<Path> entries = Files.list(Path.of("/proc", Long.toString(pid()), what))) {
            return (int) entries.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long io(String counter) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid()), "io")).stream()
                    .map(line -> line.split(": ", 2))
                    .filter(line -> line[0].equals(counter))
                    .mapToLong(line -> Long.parseLong(line[1]))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGCONT; returns the time just before. */
    public long thaw() {
        return signal("CONT");
    }

    private long signal(String signal) {
        try {
            long before = System.nanoTime();
            Process kill = new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
                    .inheritIO()
                    .start();
            assertThat(kill.waitFor()).as("kill -%s %s", signal, name).isZero();
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
            assertThat(process.waitFor(Patience.SECONDS, TimeUnit.SECONDS))
                    .as("%s ends", name)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
        awaitExit();
        try {
            Runtime.getRuntime().removeShutdownHook(lastResort);
        } catch (IllegalStateException e) {
            System.err.println(name + " is closed while the JVM ends");
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
