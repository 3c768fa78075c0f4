package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that takes part and writes, see {@link WriterMain}, and what it said. Closing kills it. */
final class Writer implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final String name;
    private final Process process;
    private final List<String> lines = new ArrayList<>();
    private final Thread reader;
    private boolean silent;

    private Writer(String name, Process process) {
        this.name = name;
        this.process = process;
        this.reader = new Thread(this::read, name + "-output");
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts one that writes {@code count} objects, or without end if that is -1, and waits until it takes part. */
    static Writer start(Object place, String name, long count) throws IOException {
        return start(place, name, 0, count);
    }

    /** The same for those from {@code first} on, up to {@code end}. */
    static Writer start(Object place, String name, long first, long end) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WriterMain.class.getName(),
                        place.toString(),
                        name,
                        Long.toString(first),
                        Long.toString(end))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var writer = new Writer(name, process);
        writer.await("READY");
        return writer;
    }

    private void read() {
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                    lines.notifyAll();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            synchronized (lines) {
                silent = true;
                lines.notifyAll();
            }
        }
    }

    String name() {
        return name;
    }

    long pid() {
        return process.pid();
    }

    /** Waits for a line. */
    void await(String line) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        synchronized (lines) {
            while (!lines.contains(line)) {
                long left = deadline - System.nanoTime();
                assertThat(left > 0 && !silent)
                        .as("%s says %s; it said %s", name, line, lines)
                        .isTrue();
                try {
                    TimeUnit.NANOSECONDS.timedWait(lines, Math.max(left, 1_000_000));
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
            }
        }
    }

    /** The number of the last object that was acknowledged so far; -1 if none was. */
    long acknowledged() {
        synchronized (lines) {
            assertThat(lines).noneMatch(line -> line.startsWith("REFUSED"));
            return lines.stream()
                    .filter(line -> line.startsWith("ACKNOWLEDGED "))
                    .mapToLong(line -> Long.parseLong(line.substring("ACKNOWLEDGED ".length())))
                    .max()
                    .orElse(-1);
        }
    }

    /** SIGKILL; returns when it is dead, and all that it said is known. */
    void kill() {
        process.toHandle().destroyForcibly();
        try {
            assertThat(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            reader.join(TimeUnit.SECONDS.toMillis(LIMIT_SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
