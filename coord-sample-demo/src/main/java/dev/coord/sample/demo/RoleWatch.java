package dev.coord.sample.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Prints what happens to the roles of a fleet, and knows when they have come to rest. For one thread, except {@link #silence}. */
final class RoleWatch {
    /** Only there so that nothing hangs: a machine may be as busy as it is. */
    static final Duration HANG = Duration.ofMinutes(10);

    /** Longer than it takes a leader that cannot renew its lease to lose it. */
    private static final Duration REST = Duration.ofSeconds(1);

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration POLL = Duration.ofMillis(20);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final Fleet fleet;
    private final PrintStream out;
    private final Health health = new Health();
    private long lastChange = System.nanoTime();
    private volatile boolean silent;

    RoleWatch(Fleet fleet, PrintStream out) {
        this.fleet = fleet;
        this.out = out;
    }

    /** From now on nothing is printed: what ends now was asked to. */
    void silence() {
        silent = true;
    }

    void say(String line) {
        if (!silent) {
            out.println(line);
        }
    }

    /** Takes the next change and prints it; null if there is none for {@code max}. */
    Instance.@Nullable Change next(Duration max) throws InterruptedException {
        Instance.Change change = fleet.next(System.nanoTime() + max.toNanos());
        if (change != null) {
            lastChange = System.nanoTime();
            String what = change.role()
                    .map(RoleWatch::describe)
                    .orElseGet(() -> "ended, exit code " + change.instance().exitCode());
            say(TIME.format(LocalTime.now(ZoneId.systemDefault())) + "  " + change.instance() + ": " + what);
        }
        return change;
    }

    /** Prints what happens for this long, and what has happened by then. */
    void during(Duration time) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        while (next(Duration.ofNanos(Math.max(0, end - System.nanoTime()))) != null) {
            // Printed already.
        }
    }

    /**
     * Waits until one leads and all others that live follow it, their health says so too, and nothing has changed for a while,
     * however often roles change meanwhile.
     *
     * @return whether that came about: not if one of them ended by itself
     */
    boolean settle() throws InterruptedException {
        long begin = System.nanoTime();
        long told = begin;
        long leaders = 0;
        while (System.nanoTime() - begin < HANG.toNanos()) {
            Instance.Change change = next(POLL);
            if (change != null && change.role().isEmpty() && !change.instance().isToEnd()) {
                say("It could not start, or was ended by somebody else. What it printed last:");
                printLastLines(change.instance());
                return false;
            }
            if (change != null && change.role().filter(RoleLine::isLeader).isPresent() && ++leaders == 2) {
                say("Another one leads already: this machine is busy, or somebody stops processes. Waiting until"
                        + " roles are stable.");
            }
            String missing = missing();
            if (missing.isEmpty()) {
                return true;
            }
            if (System.nanoTime() - told > PATIENCE.toNanos()) {
                told = System.nanoTime();
                say("Still waiting, " + seconds(told - begin) + " s so far: " + missing);
            }
        }
        say("Roles did not become stable within " + HANG.toMinutes() + " minutes. What the instances printed last:");
        fleet.instances().forEach(this::printLastLines);
        return false;
    }

    /** What is not as it should be, empty if everything is. */
    private String missing() throws InterruptedException {
        if (!fleet.isSettled()) {
            return "not all agree who leads; " + roles();
        }
        if (System.nanoTime() - lastChange < REST.toNanos()) {
            return "roles have just changed; " + roles();
        }
        for (Instance instance : fleet.instances()) {
            String role = fleet.role(instance).map(RoleLine::role).orElse("");
            if (instance.isAlive() && !health.role(instance.port()).equals(role)) {
                return "the health of " + instance + " does not say " + role + ", but " + health.body(instance.port());
            }
        }
        // Their health takes a while, too.
        return fleet.hasNews() ? "roles have just changed; " + roles() : "";
    }

    private String roles() {
        return fleet.instances().stream()
                .map(instance -> "port " + instance.port() + " is "
                        + fleet.role(instance).map(RoleWatch::describe).orElse("not heard of"))
                .collect(Collectors.joining(", "));
    }

    /** Whether the health of {@code instance} comes to say that it leads, before it leads no longer. */
    boolean awaitHealthOfLeader(Instance instance) throws InterruptedException {
        long begin = System.nanoTime();
        while (fleet.role(instance).filter(RoleLine::isLeader).isPresent()
                && System.nanoTime() - begin < HANG.toNanos()) {
            if (health.role(instance.port()).equals("LEADER")) {
                return true;
            }
            var unused = next(POLL);
        }
        return false;
    }

    private static String describe(RoleLine role) {
        return switch (role.role()) {
            case "LEADER" -> "LEADER in term " + role.term();
            case "FOLLOWER" -> "FOLLOWER of pid " + role.leaderPid() + " in term " + role.term();
            default -> "no longer the leader of term " + role.term();
        };
    }

    void printLastLines(Instance instance) {
        say(instance + ":");
        instance.lastLines().forEach(line -> say("  | " + line));
    }

    static long seconds(long nanos) {
        return Duration.ofNanos(nanos).toSeconds();
    }
}
