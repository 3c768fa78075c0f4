package dev.coord.testing;

import static dev.coord.testing.Console.say;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A PostgreSQL in a process of its own, for one of the {@link Hosts}, which lets all others in. */
public final class DatabaseHostMain {
    private static final int PORT = 5432;

    private DatabaseHostMain() {}

    /** Starts it on {@code host}; its data stay in {@code data}, for a {@link PostgresServer} perhaps. */
    public static JavaProcess start(Hosts.Host host, Path data) {
        JavaProcess process =
                JavaProcess.startIn("true", host.enter(), "database", DatabaseHostMain.class, List.of(data.toString()));
        process.await("READY");
        return process;
    }

    /** The URL of its database for other hosts, with its superuser. */
    public static String url(Hosts.Host host) {
        return "jdbc:postgresql://" + host.address() + ":" + PORT + "/postgres?user=postgres";
    }

    /** What is said on connections that are made from now on takes {@code millis} in each direction. */
    public static void delay(JavaProcess process, Hosts.Host host, int millis) {
        process.ask("delay " + millis, "DELAYED");
        int proxy = Integer.parseInt(process.await("READY").words()[1]);
        host.redirect(PORT, proxy);
        // Those that there are would go on as they are.
        process.ask("end-sessions", "ENDED");
    }

    /** Ends it in order, so that its data can be used by another one. */
    public static void stop(JavaProcess process) {
        if (process.isAlive()) {
            process.ask("stop", "STOPPED");
            process.awaitExit();
        }
        process.close();
    }

    /** How many connections it believes to have with {@code other}. */
    public static int countSessions(JavaProcess process, Hosts.Host other) {
        return Integer.parseInt(process.ask("count " + other.address(), "COUNT").words()[1]);
    }

    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(PORT)
                .setPGStartupWait(Patience.LIMIT)
                .setServerConfig("fsync", "off")
                .setServerConfig("listen_addresses", "*")
                .start()) {
            String url = server.getJdbcUrl("postgres", "postgres");
            Files.writeString(data.resolve("pg_hba.conf"), "\nhost all all samenet trust\n", StandardOpenOption.APPEND);
            Sql.execute(url, "SELECT pg_reload_conf()");
            var proxy = new DelayingProxy(PORT);
            say("READY " + proxy.port());
            Console.obey(words -> {
                switch (words[0]) {
                    case "delay" -> {
                        proxy.delay(Long.parseLong(words[1]));
                        say("DELAYED");
                    }
                    case "end-sessions" -> {
                        Sql.execute(
                                url,
                                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE client_addr IS NOT NULL"
                                        + " AND pid <> pg_backend_pid()");
                        say("ENDED");
                    }
                    case "count" ->
                        say("COUNT "
                                + Sql.number(
                                        url,
                                        "SELECT count(*) FROM pg_stat_activity WHERE client_addr = '" + words[1]
                                                + "'"));
                    case "stop" -> {
                        return false;
                    }
                    default -> throw new IllegalArgumentException(words[0]);
                }
                return true;
            });
        }
        say("STOPPED");
    }
}
