package dev.coord.sample.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One process of the sample application. It ends by itself when the process that started it does. */
final class Instance {
    private static final int KEPT_LINES = 40;

    private final int port;
    private final Process process;
    private final Consumer<Change> listener;
    private volatile boolean toEnd;
    private final Deque<String> lastLines = new ArrayDeque<>();
    private final List<String> complaints = new ArrayList<>();

    /** What happened to an instance: it said that its role changed, or it ended if {@code role} is empty. */
    record Change(Instance instance, Optional<RoleLine> role) {}

    private Instance(int port, Process process, Consumer<Change> listener) {
        this.port = port;
        this.process = process;
        this.listener = listener;
    }

    /**
     * Starts one; {@code listener} is told of its changes, in order, on a thread of the instance's own.
     *
     * @param dir the directory that it shares with the others
     * @param work an existing directory for what it leaves if it is killed, whose name tells whose process it is
     * @param options more arguments for it
     */
    static Instance start(Path jar, int port, Path dir, Path work, List<String> options, Consumer<Change> listener)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Ddemo=" + work);
        // The web server, among others, has temporary directories that a killed process cannot remove.
        command.add("-Djava.io.tmpdir=" + Files.createDirectories(work.resolve("tmp")));
        // And this would be a file in a directory that cannot be chosen.
        command.add("-XX:-UsePerfData");
        // As spring-boot:run does: it is ready sooner.
        command.add("-XX:TieredStopAtLevel=1");
        command.addAll(List.of(
                "-jar",
                jar.toString(),
                "--server.port=" + port,
                "--coord.dir=" + dir,
                "--sample.exit-with-stdin=true"));
        command.addAll(options);
        var instance = new Instance(
                port, new ProcessBuilder(command).redirectErrorStream(true).start(), listener);
        var reader = new Thread(instance::read, "instance-" + port);
        reader.setDaemon(true);
        reader.start();
        return instance;
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Whether this program ends it. */
    boolean isToEnd() {
        return toEnd;
    }

    /** SIGKILL. */
    void kill() {
        toEnd = true;
        process.toHandle().destroyForcibly();
    }

    /** SIGTERM, and nothing else: {@link Process#destroy} would close its standard input too, which also ends it. */
    void terminate() {
        toEnd = true;
        process.toHandle().destroy();
    }

    /** Asks it to end, by the end of its standard input. */
    void stop() {
        toEnd = true;
        try {
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits for its end, at most for {@code max}; says whether it has ended. */
    boolean awaitEnd(Duration max) throws InterruptedException {
        return process.waitFor(max.toMillis(), TimeUnit.MILLISECONDS);
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** With which code it ended, 128 + n if signal n ended it. */
    int exitCode() {
        return process.exitValue();
    }

    /** The last lines that it printed. */
    List<String> lastLines() {
        synchronized (lastLines) {
            return new ArrayList<>(lastLines);
        }
    }

    /** What it printed as warnings and errors, of which only so many are kept. */
    List<String> complaints() {
        synchronized (lastLines) {
            return List.copyOf(complaints);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                keep(line);
                Optional<RoleLine> role = RoleLine.in(line);
                if (role.isPresent()) {
                    listener.accept(new Change(this, role));
                }
            }
        } catch (IOException e) {
            keep("its output cannot be read: " + e);
        }
        process.onExit().join();
        listener.accept(new Change(this, Optional.empty()));
    }

    private void keep(String line) {
        synchronized (lastLines) {
            lastLines.add(line);
            if (lastLines.size() > KEPT_LINES) {
                lastLines.remove();
            }
            if ((line.contains(" WARN ") || line.contains(" ERROR ")) && complaints.size() < KEPT_LINES) {
                complaints.add(line);
            }
        }
    }

    @Override
    public String toString() {
        return "port " + port + ", pid " + pid();
    }
}
