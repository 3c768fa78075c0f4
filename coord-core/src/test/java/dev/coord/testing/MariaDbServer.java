package dev.coord.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A MariaDB of a test's own, which can be killed and frozen; its data stay in a directory. One that the system runs is not touched. */
public final class MariaDbServer implements AutoCloseable {
    private static final String DATABASE = "test";

    private final Path directory;
    private final int port;
    private final List<String> command;
    private Process process;

    private MariaDbServer(Path directory, Path program, Path installer, int number) throws IOException {
        this.directory = directory;
        this.port = freePort();
        Path data = directory.resolve("data");
        run(
                installer,
                data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db",
                "--innodb-log-file-size=4M",
                "--debug-no-sync");
        this.command = command(
                program,
                data,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=",
                "--pid-file=" + directory.resolve("pid"),
                "--server-id=" + number,
                "--skip-name-resolve",
                "--performance-schema=off",
                "--innodb-buffer-pool-size=64M",
                "--innodb-log-file-size=4M",
                // What was committed survives its own death; it need not survive this machine's.
                "--innodb-flush-log-at-trx-commit=2",
                "--debug-no-sync");
        this.process = start();
        Sql.execute(url(""), "CREATE DATABASE IF NOT EXISTS " + DATABASE);
    }

    /**
     * Starts one whose data lie in {@code directory}; the test is skipped where there is none.
     *
     * @param number of the server
     */
    public static MariaDbServer start(Path directory, int number) {
        Optional<Path> program = find("mariadbd");
        Optional<Path> installer = find("mariadb-install-db");
        assumeTrue(
                program.isPresent() && installer.isPresent(),
                "There is no mariadbd: install the package mariadb-server to have this test");
        try {
            return new MariaDbServer(
                    Files.createDirectories(directory), program.orElseThrow(), installer.orElseThrow(), number);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In sbin as well, which an ordinary user's PATH often lacks. */
    private static Optional<Path> find(String program) {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static List<String> command(Path program, Path data, String... options) {
        var words = new ArrayList<>(List.of(program.toString(), "--no-defaults", "--datadir=" + data));
        if (OtherUser.isRoot()) {
            words.add("--user=root");
        }
        words.addAll(List.of(options));
        return words;
    }

    private void run(Path program, Path data, String... options) throws IOException {
        Path log = log();
        Process ran = new ProcessBuilder(command(program, data, options))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!ran.waitFor(Patience.SECONDS, TimeUnit.SECONDS) || ran.exitValue() != 0) {
                throw new AssertionError(program + " failed: " + Files.readString(log));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Path log() {
        return directory.resolve("server.log");
    }

    private Process start() {
        Process started;
        try {
            started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("the server, see " + log()).ignoreExceptions().until(() -> {
            if (!started.isAlive()) {
                throw new AssertionError("The server ended: " + Files.readString(log()));
            }
            return Sql.number(url(""), "SELECT 1") == 1;
        });
        return started;
    }

    /** The URL of its database, with its superuser. */
    public String url() {
        return url(DATABASE);
    }

    /** The URL of a database, with its superuser. */
    public String url(String database) {
        return "jdbc:mariadb://" + host() + "/" + database + "?user=root";
    }

    /** Where it is, as in a URL. */
    public String host() {
        return "127.0.0.1:" + port;
    }

    /** It ends at once; what was committed is there when it starts again. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("The server did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Starts it again, at the same place. */
    public void restart() {
        process = start();
    }

    /** Freezes it, or lets it go on. */
    public void signal(String signal) {
        OtherUser.succeeds(List.of("kill", "-" + signal, Long.toString(process.pid())));
    }

    @Override
    public void close() {
        kill();
    }
}
