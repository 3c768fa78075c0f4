package dev.coord.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A real MariaDB, whose data lie in a directory of the test; closing kills it. */
final class MariaDbServer implements AutoCloseable {
    private static final long LIMIT_SECONDS = 60;

    private final Process process;
    private final int port;

    private MariaDbServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** Starts one; the test is skipped where there is none. */
    static MariaDbServer start(Path directory) throws Exception {
        Optional<Path> program = find("mariadbd");
        Optional<Path> installer = find("mariadb-install-db");
        assumeTrue(
                program.isPresent() && installer.isPresent(),
                "There is no mariadbd: install the package mariadb-server-core to have this test");
        Path data = Files.createDirectories(directory).resolve("data");
        Process install = run(
                directory,
                installer.orElseThrow(),
                "--datadir=" + data,
                "--auth-root-authentication-method=normal",
                "--skip-test-db");
        assertThat(install.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        int port = freePort();
        var server = new MariaDbServer(
                run(
                        directory,
                        program.orElseThrow(),
                        "--datadir=" + data,
                        "--port=" + port,
                        "--bind-address=127.0.0.1",
                        "--socket=",
                        "--pid-file=" + directory.resolve("pid"),
                        "--performance-schema=off",
                        // Nothing of it has to survive this machine.
                        "--innodb-flush-log-at-trx-commit=2"),
                port);
        server.awaitAnswer(directory.resolve("log"));
        return server;
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

    private static Process run(Path directory, Path program, String... options) throws IOException {
        var words = new ArrayList<>(List.of(program.toString(), "--no-defaults"));
        if (System.getProperty("user.name").equals("root")) {
            words.add("--user=root");
        }
        words.addAll(List.of(options));
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("log").toFile()))
                .start();
    }

    private void awaitAnswer(Path log) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            try {
                DriverManager.getConnection(url("mysql")).close();
                return;
            } catch (SQLException e) {
                if (!process.isAlive() || System.nanoTime() > end) {
                    throw new AssertionError("There is no server: " + Files.readString(log), e);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
        }
    }

    /** The URL of a new, empty database, with its superuser. */
    String create(String name) {
        PostgresDatabases.execute(url("mysql"), "CREATE DATABASE " + name);
        return url(name);
    }

    private String url(String database) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + database + "?user=root";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
