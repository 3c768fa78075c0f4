package dev.coord.sample.demo;

import dev.coord.sample.RoleLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Starts instances of the sample and prints their roles until it is ended; or kills the leader, says who took over and how long
 * that took, and ends. Whatever ends it, its instances end with it.
 */
public final class Demo {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    /** Writing goes on for a while under the new leader. */
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    private static final Duration TAKEOVER_LIMIT = Duration.ofSeconds(10);
    private static final Duration STOP_GRACE = Duration.ofSeconds(8);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS");

    private final PrintStream out = System.out;
    private final Fleet fleet = new Fleet();
    private final Health health = new Health();
    private final Path work;
    private volatile boolean stopping;

    private Demo(Path work) {
        this.work = work;
    }

    /**
     * The arguments are those that the script {@code demo} gives: the jar, a temporary directory that is removed at the end, the
     * directory that the instances share, their ports, and {@code kill-leader} or {@code follow}.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path jar = Path.of(args[0]);
        Path dir = Path.of(args[2]);
        List<Integer> ports =
                Arrays.stream(args[3].split(",", -1)).map(Integer::valueOf).toList();
        var demo = new Demo(Path.of(args[1]));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "stop"));
        boolean well =
                demo.start(jar, dir, ports) && (args[4].equals("kill-leader") ? demo.killLeader() : demo.follow());
        System.exit(well ? 0 : 1);
    }

    private boolean start(Path jar, Path dir, List<Integer> ports) throws IOException, InterruptedException {
        out.println("Starting " + ports.size() + " instances, which share " + dir);
        for (int port : ports) {
            Instance instance = fleet.start(jar, port, dir, work.resolve("pids"));
            out.println("  http://127.0.0.1:" + port + "/  pid " + instance.pid());
        }
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        if (!settle(deadline)) {
            return false;
        }
        out.println("One leads, the others follow it.");
        return true;
    }

    /** Waits until all have their roles, and their health says so too. */
    private boolean settle(long deadline) throws InterruptedException {
        while (!fleet.isSettled()) {
            Optional<Instance.Change> change = next(deadline);
            if (change.isEmpty()) {
                out.println("The instances did not settle on a leader in time. What they printed last:");
                fleet.instances().forEach(this::printLastLines);
                return false;
            }
            if (change.get().role().isEmpty()) {
                out.println("It could not start, or was ended by somebody else. What it printed last:");
                printLastLines(change.get().instance());
                return false;
            }
        }
        for (Instance instance : fleet.instances()) {
            String role = fleet.role(instance).map(RoleLine::role).orElse("");
            while (!health.role(instance.port()).equals(role)) {
                if (System.nanoTime() > deadline) {
                    out.println("The health of " + instance + " does not say " + role + ": "
                            + health.body(instance.port()));
                    return false;
                }
            }
        }
        return true;
    }

    private boolean follow() throws InterruptedException {
        out.println(
                "Following their roles. Ctrl-C ends this demo and them; kill -9 or kill -STOP one of them meanwhile.");
        while (fleet.instances().stream().anyMatch(Instance::isAlive)) {
            next(System.nanoTime() + START_LIMIT.toNanos());
        }
        if (!stopping) {
            out.println("None is left.");
        }
        return false;
    }

    private boolean killLeader() throws IOException, InterruptedException {
        out.println("Letting them warm up for " + WARM_UP.toSeconds() + " s, while clients write through all of them.");
        List<Integer> ports = fleet.instances().stream().map(Instance::port).toList();
        var writers = new Writers(ports);
        writers.start();
        long warm = System.nanoTime() + WARM_UP.toNanos();
        while (next(warm).isPresent()) {
            // Printed already.
        }
        if (!settle(warm + START_LIMIT.toNanos())) {
            return false;
        }
        Instance old = fleet.leader().orElseThrow();
        long oldTerm = fleet.role(old).orElseThrow().term();
        out.println("Killing the leader with SIGKILL: " + old);
        long killed = System.nanoTime();
        old.kill();
        long deadline = killed + TAKEOVER_LIMIT.toNanos();
        while (true) {
            Optional<Instance.Change> change = next(deadline);
            if (change.isEmpty()) {
                out.println("Nobody took over within " + TAKEOVER_LIMIT.toSeconds() + " s. What they printed last:");
                fleet.instances().forEach(this::printLastLines);
                return false;
            }
            Optional<RoleLine> role = change.get().role();
            if (role.isPresent() && role.get().isLeader() && role.get().term() > oldTerm) {
                Instance successor = change.get().instance();
                return report(successor, role.get(), killed, deadline) && account(writers, successor);
            }
        }
    }

    private boolean account(Writers writers, Instance successor) throws IOException, InterruptedException {
        long end = System.nanoTime() + AFTERMATH.toNanos();
        while (next(end).isPresent()) {
            // Printed already.
        }
        Writers.Account account = writers.stop(successor.port());
        out.println("Writes: " + account.acknowledged() + " acknowledged, " + account.lost() + " lost, "
                + account.twice() + " applied twice; no client waited longer than " + account.longestMillis()
                + " ms for one.");
        return account.isRight();
    }

    private boolean report(Instance successor, RoleLine role, long killed, long deadline) throws InterruptedException {
        while (!health.role(successor.port()).equals("LEADER")) {
            if (System.nanoTime() > deadline) {
                out.println("The health of " + successor + " does not say LEADER: " + health.body(successor.port()));
                return false;
            }
        }
        long shown = System.nanoTime();
        out.println("Taken over: " + successor + " leads in term " + role.term() + ", " + millis(role.nanos() - killed)
                + " ms after the kill; its health said so within " + millis(shown - killed) + " ms.");
        return true;
    }

    /** Takes the next change and prints it; empty if there is none until {@code deadline}. */
    private Optional<Instance.Change> next(long deadline) throws InterruptedException {
        Instance.Change change = fleet.next(deadline);
        if (change != null && !stopping) {
            String what = change.role()
                    .map(Demo::describe)
                    .orElseGet(() -> "ended, exit code " + change.instance().exitCode());
            out.println(TIME.format(LocalTime.now(ZoneId.systemDefault())) + "  " + change.instance() + ": " + what);
        }
        return Optional.ofNullable(change);
    }

    private static String describe(RoleLine role) {
        return switch (role.role()) {
            case "LEADER" -> "LEADER in term " + role.term();
            case "FOLLOWER" -> "FOLLOWER of pid " + role.leaderPid() + " in term " + role.term();
            default -> "no longer the leader of term " + role.term();
        };
    }

    private void printLastLines(Instance instance) {
        out.println(instance + ":");
        instance.lastLines().forEach(line -> out.println("  | " + line));
    }

    private static String millis(long nanos) {
        return Long.toString(Math.round(nanos / 1e6));
    }

    /** Runs at the end, whatever it is, except SIGKILL; then the instances end because their standard input does. */
    private void stop() {
        stopping = true;
        out.println("Stopping the instances.");
        try {
            fleet.stop(STOP_GRACE);
            remove(work);
            out.println("Stopped.");
        } catch (IOException e) {
            out.println("Could not remove " + work + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }
}
