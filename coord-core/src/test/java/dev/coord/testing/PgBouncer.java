package dev.coord.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real PgBouncer before a PostgreSQL of the tests; closing ends it. One that the system runs is not touched. */
public final class PgBouncer implements AutoCloseable {
    private final List<String> command;
    private final Path log;
    private final String url;
    private Process process;

    private PgBouncer(List<String> command, Path log, String url) {
        this.command = command;
        this.log = log;
        this.url = url;
        this.process = run();
    }

    /**
     * Starts one before the database at {@code url}; the test is skipped where there is none.
     *
     * @param directory for its files, in the directory for temporary files
     * @param mode session, transaction or statement
     * @param poolSize the most connections to the server
     */
    public static PgBouncer start(Path directory, String url, String mode, int poolSize) {
        Optional<Path> program = find();
        assumeTrue(program.isPresent(), "There is no pgbouncer: install the package pgbouncer to have this test");
        if (OtherUser.isRoot()) {
            // It refuses to run as root.
            OtherUser.assumeAvailable();
        }
        URI server = URI.create(url.substring("jdbc:".length()));
        try {
            int port = freePort();
            Path settings = Files.writeString(OtherUser.open(directory).resolve("pgbouncer.ini"), """
                    [databases]
                    * = host=127.0.0.1 port=%d user=postgres
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = any
                    pool_mode = %s
                    default_pool_size = %d
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(
                            server.getPort(), port, mode, poolSize));
            String[] words = {program.orElseThrow().toString(), settings.toString()};
            return new PgBouncer(
                    OtherUser.isRoot() ? OtherUser.command(words) : List.of(words),
                    directory.resolve("pgbouncer.log"),
                    "jdbc:postgresql://127.0.0.1:" + port + server.getPath() + "?user=postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In sbin as well, which an ordinary user's PATH often lacks. */
    private static Optional<Path> find() {
        String path = System.getenv("PATH") + File.pathSeparator + "/usr/sbin" + File.pathSeparator + "/sbin";
        return Stream.of(path.split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, "pgbouncer"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Process run() {
        Process started;
        try {
            started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("PgBouncer, see " + log).ignoreExceptions().until(() -> {
            if (!started.isAlive()) {
                throw new AssertionError("PgBouncer ended: " + Files.readString(log));
            }
            return Sql.number(url, "SELECT 1") == 1;
        });
        return started;
    }

    /** The URL of the same database, through it. */
    public String url() {
        return url;
    }

    /** Kills it, with all connections through it, and starts it again. */
    public void restart() {
        close();
        process = run();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(Patience.SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("PgBouncer did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
