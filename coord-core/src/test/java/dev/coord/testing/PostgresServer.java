package dev.coord.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A PostgreSQL of one test's own, which can be killed, frozen and promoted; its data stay in a directory of the test. */
public final class PostgresServer implements AutoCloseable {
    private final Path data;
    private final int port;
    private final EmbeddedPostgres server;
    /** What it was started with. */
    private final List<String> command;

    private PostgresServer(Path data, boolean durable) throws IOException {
        this.data = data;
        this.server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setServerConfig("max_connections", "100")
                .setServerConfig("fsync", durable ? "on" : "off")
                // Unless it is told otherwise it forgets, when it is killed, what it has just acknowledged.
                .setServerConfig("synchronous_commit", "on")
                .start();
        this.port = server.getPort();
        this.command = command(pid());
    }

    /** Starts one whose data lie in {@code data}, which is not there yet. */
    public static PostgresServer start(Path data) {
        return start(data, false);
    }

    /** The same for benchmarks: what it has committed would survive the machine's death, too. */
    public static PostgresServer startDurable(Path data) {
        return start(data, true);
    }

    private static PostgresServer start(Path data, boolean durable) {
        try {
            return new PostgresServer(data, durable);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The URL of its database, with its superuser. */
    public String url() {
        return "jdbc:postgresql://localhost:" + port + "/postgres?user=postgres";
    }

    /** It ends at once, as in a crash; what was committed is there when it starts again. */
    public void kill() {
        long pid = pid();
        signal("QUIT", pid);
        Awaitility.await("the end of the server")
                .until(() ->
                        ProcessHandle.of(pid).map(process -> !process.isAlive()).orElse(true));
    }

    private static List<String> command(long pid) {
        try {
            List<String> words = List.of(Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"))
                    .split("\0"));
            // It refuses to run as root.
            return "root".equals(System.getProperty("user.name"))
                    ? Stream.concat(Stream.of("unshare", "-U"), words.stream()).toList()
                    : words;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts it again, at the same place. */
    public void restart() {
        try {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
            var unused = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(data.resolve("restarted.log").toFile())
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("the server").ignoreExceptions().until(() -> Sql.number(url(), "SELECT 1") == 1);
    }

    /** Starts it again if it ended by itself. */
    public void restartIfEnded() {
        Awaitility.await("the server, or its end").until(() -> {
            try {
                return Sql.number(url(), "SELECT 1") == 1;
            } catch (IllegalStateException e) {
                return isOver();
            }
        });
        if (isOver()) {
            restart();
        }
    }

    /** The file is left behind where it could not end properly. */
    private boolean isOver() {
        return !Files.exists(data.resolve("postmaster.pid"))
                || !ProcessHandle.of(pid()).map(ProcessHandle::isAlive).orElse(false);
    }

    /** Starts it again as a standby, and promotes it: a new timeline begins. */
    public void restartPromoted() {
        try {
            Files.createFile(data.resolve("standby.signal"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        restart();
        Sql.execute(url(), "SELECT pg_promote()");
    }

    /** Copies its data, as of when it was killed, to a directory that is not there yet. */
    public void save(Path copy) {
        run("cp", "-a", data.toString(), copy.toString());
    }

    /** Puts a copy of its data in their place, while it is killed: it is what a standby is that lacks what was committed since. */
    public void replaceBy(Path copy) {
        run("rm", "-r", data.toString());
        run("cp", "-a", copy.toString(), data.toString());
    }

    /** Freezes the server and all its processes, or lets them go on. */
    public void signalAll(String signal) {
        for (ProcessHandle child :
                ProcessHandle.of(pid()).orElseThrow().children().toList()) {
            signal(signal, child.pid());
        }
        signal(signal, pid());
    }

    private long pid() {
        try {
            return Long.parseLong(
                    Files.readAllLines(data.resolve("postmaster.pid")).get(0).trim());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(String signal, long pid) {
        run("sh", "-c", "kill -" + signal + " " + pid);
    }

    private static void run(String... words) {
        try {
            var unused = new ProcessBuilder(words).inheritIO().start().waitFor(Patience.SECONDS, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
