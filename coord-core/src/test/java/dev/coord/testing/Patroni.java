package dev.coord.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Two PostgreSQL servers, one of which follows the other, under Patroni with an etcd; closing kills them all. */
public final class Patroni implements AutoCloseable {
    private static final Path POSTGRES = Path.of("/usr/lib/postgresql");
    private static final String PROBE = "probe";
    /** How long a question may take of which there will be another one. */
    private static final Duration ANSWER = Duration.ofSeconds(5);

    private final Path directory;
    private final boolean synchronous;
    private final Path binaries;
    private final int etcdPort = freePort();
    private final Process etcd;
    private final List<Server> servers;
    private final HttpClient http = HttpClient.newHttpClient();

    private Patroni(Path directory, boolean synchronous, Path binaries) {
        this.directory = directory;
        this.synchronous = synchronous;
        this.binaries = binaries;
        String peers = "http://127.0.0.1:" + freePort();
        String clients = "http://127.0.0.1:" + etcdPort;
        this.etcd = run(
                "etcd",
                List.of(
                        "etcd",
                        "--name=etcd",
                        "--data-dir=" + directory.resolve("etcd"),
                        "--listen-client-urls=" + clients,
                        "--advertise-client-urls=" + clients,
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=etcd=" + peers,
                        // Alone, and on a machine that is busy.
                        "--heartbeat-interval=500",
                        "--election-timeout=5000"));
        this.servers = List.of(new Server("one"), new Server("two"));
    }

    /**
     * Starts them, and waits until one follows the other; the test is skipped where there is no Patroni.
     *
     * @param directory for their files, which is not there yet
     * @param synchronous whether a commit is acknowledged once both have it
     */
    public static Patroni start(Path directory, boolean synchronous) {
        Optional<Path> binaries = binaries();
        assumeTrue(
                binaries.isPresent() && isThere("patroni") && isThere("etcd"),
                "There are no patroni, etcd and PostgreSQL:"
                        + " install the packages patroni, python3-etcd, etcd-server and postgresql to have this test");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var patroni = new Patroni(directory, synchronous, binaries.orElseThrow());
        boolean started = false;
        try {
            patroni.servers.forEach(Server::start);
            patroni.awaitBoth();
            Sql.execute(patroni.url(), "CREATE TABLE " + PROBE + " (n int)", "INSERT INTO " + PROBE + " VALUES (0)");
            started = true;
            return patroni;
        } finally {
            if (!started) {
                patroni.close();
            }
        }
    }

    private static Optional<Path> binaries() {
        if (!Files.isDirectory(POSTGRES)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(POSTGRES)) {
            return versions.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isThere(String command) {
        return OtherUser.succeeds(List.of("sh", "-c", "command -v " + command));
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Process run(String name, List<String> command) {
        try {
            return new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve(name + ".log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One of the servers, and the Patroni beside it. */
    public final class Server {
        private final String name;
        private final int port = freePort();
        private final int restPort = freePort();
        private final Path data;
        private Process manager;

        private Server(String name) {
            this.name = name;
            this.data = directory.resolve(name);
        }

        /** Starts it, for the first time or again after {@link #kill}. */
        public void start() {
            Path settings = directory.resolve(name + ".yml");
            try {
                Files.writeString(settings, """
                        scope: coord
                        name: %s
                        restapi: {listen: "127.0.0.1:%d", connect_address: "127.0.0.1:%2$d"}
                        etcd3: {host: "127.0.0.1:%d"}
                        bootstrap:
                          dcs:
                            ttl: 20
                            loop_wait: 2
                            retry_timeout: 5
                            synchronous_mode: %b
                            maximum_lag_on_failover: 104857600
                            postgresql:
                              use_pg_rewind: true
                              parameters: {max_connections: 60, fsync: "off", wal_log_hints: "on"}
                          initdb: [{encoding: UTF8}, {auth: trust}, no-sync]
                        postgresql:
                          listen: "127.0.0.1:%d"
                          connect_address: "127.0.0.1:%5$d"
                          data_dir: %s
                          bin_dir: %s
                          pgpass: %6$s.pgpass
                          authentication:
                            superuser: {username: postgres, password: none}
                            replication: {username: replication, password: none}
                          parameters: {unix_socket_directories: ""}
                          pg_hba: ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"]
                        """.formatted(name, restPort, etcdPort, synchronous, port, data, binaries));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            var command = new ArrayList<>(List.of("patroni", settings.toString()));
            if (OtherUser.isRoot()) {
                // PostgreSQL refuses to run as root.
                command.addAll(0, List.of("unshare", "-U"));
            }
            manager = run(name, command);
        }

        /** The URL of its database, with its superuser. */
        public String url() {
            return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres&connectTimeout=2&socketTimeout=10";
        }

        private boolean is(String role) {
            try {
                return manager.isAlive() && ask("GET", role, "", ANSWER).statusCode() == 200;
            } catch (IOException e) {
                return false;
            }
        }

        private HttpResponse<String> ask(String method, String path, String body, Duration timeout) throws IOException {
            try {
                return http.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + "/" + path))
                                .method(method, HttpRequest.BodyPublishers.ofString(body))
                                .timeout(timeout)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        /** Waits until it takes writes; returns when that was, on the monotonic clock. */
        public long awaitWrites() {
            await(name + " to take writes").pollInterval(Duration.ofMillis(5)).until(() -> {
                try {
                    Sql.execute(url(), "UPDATE " + PROBE + " SET n = n + 1");
                    return true;
                } catch (IllegalStateException e) {
                    return false;
                }
            });
            return System.nanoTime();
        }

        /** SIGKILL, to the server with all its processes and to its Patroni. */
        public void kill() {
            List<ProcessHandle> all = processes();
            // None of them gets to see the end of another one.
            signal("STOP", all);
            signal("KILL", all);
            await("the end of " + name).until(() -> all.stream().noneMatch(Server::runs));
        }

        /** SIGSTOP, to the same. */
        public void freeze() {
            signal("STOP", processes());
        }

        /** SIGCONT, to the same. */
        public void thaw() {
            signal("CONT", processes());
        }

        /** Freezes what sends the commits to the other one, which it does not get any more. */
        public void freezeSender() {
            long sender = Sql.number(url(), "SELECT pid FROM pg_stat_replication");
            signal("STOP", List.of(ProcessHandle.of(sender).orElseThrow()));
        }

        /** Waits until the other one has all that was committed. */
        public void awaitReplicated() {
            await("the standby to have it all")
                    .until(() -> Sql.number(
                                    url(),
                                    "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn >= pg_current_wal_lsn()")
                            == 1);
        }

        private List<ProcessHandle> processes() {
            var all = new ArrayList<ProcessHandle>();
            if (manager != null) {
                all.add(manager.toHandle());
            }
            try {
                Path file = data.resolve("postmaster.pid");
                if (Files.exists(file)) {
                    ProcessHandle.of(Long.parseLong(
                                    Files.readAllLines(file).get(0).trim()))
                            .ifPresent(server -> {
                                all.add(server);
                                server.children().forEach(all::add);
                            });
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return all;
        }

        /** Whoever takes in orphans need not notice their end. */
        private static boolean runs(ProcessHandle process) {
            try {
                String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
                return !stat.startsWith("Z", stat.lastIndexOf(')') + 2);
            } catch (IOException e) {
                return false;
            }
        }

        private static void signal(String signal, List<ProcessHandle> processes) {
            String pids = String.join(
                    " ",
                    processes.stream()
                            .map(process -> Long.toString(process.pid()))
                            .toList());
            OtherUser.succeeds(List.of("sh", "-c", "kill -" + signal + " " + pids));
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /** The URL of both, of which the one that can be written to is used. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + servers.get(0).port + ",127.0.0.1:" + servers.get(1).port
                + "/postgres?user=postgres&targetServerType=primary";
    }

    /** Waits until one follows the other. */
    public void awaitBoth() {
        String standby = synchronous ? "synchronous" : "replica";
        await("a primary and a standby, see " + directory)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> servers.stream().anyMatch(server -> server.is("primary"))
                        && servers.stream().anyMatch(server -> server.is(standby)));
    }

    /** The one that has the lead. */
    public Server primary() {
        return servers.stream()
                .filter(server -> server.is("primary"))
                .findFirst()
                .orElseThrow();
    }

    /** The other one. */
    public Server standby() {
        Server primary = primary();
        return servers.stream().filter(server -> server != primary).findFirst().orElseThrow();
    }

    /** Has the standby take over from the primary, as an administrator does. */
    public void switchover() {
        try {
            Server primary = primary();
            HttpResponse<String> answer =
                    primary.ask("POST", "switchover", "{\"leader\":\"" + primary.name + "\"}", Patience.LIMIT);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        servers.forEach(Server::kill);
        etcd.destroyForcibly();
        try {
            assertThat(etcd.waitFor(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
