package dev.coord.sample.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Starts instances of the sample and prints their roles until it is ended; or kills the leader, says who took over and how long
 * that took, and ends. Whatever ends it, its instances end with it.
 */
public final class Demo {
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    /** Writing goes on for a while under the new leader. */
    private static final Duration AFTERMATH = Duration.ofSeconds(2);

    /** One that is frozen does not end when it is asked to. */
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);

    private final Fleet fleet = new Fleet();
    private final RoleWatch watch = new RoleWatch(fleet, System.out);
    private final Path work;
    private final boolean onPostgres;
    private volatile @Nullable Database database;

    private Demo(Path work, boolean onPostgres) {
        this.work = work;
        this.onPostgres = onPostgres;
    }

    /**
     * The arguments are those that the script {@code demo} gives: the jar, a temporary directory that is removed at the end, the
     * directory that the instances share, their ports, {@code kill-leader} or {@code follow}, and {@code postgres} or
     * {@code embedded}.
     */
    public static void main(String[] args) throws InterruptedException {
        Path jar = Path.of(args[0]);
        Path dir = Path.of(args[2]);
        List<Integer> ports =
                Arrays.stream(args[3].split(",", -1)).map(Integer::valueOf).toList();
        var demo = new Demo(Path.of(args[1]), args[5].equals("postgres"));
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "stop"));
        System.exit(demo.run(jar, dir, ports, args[4].equals("kill-leader")) ? 0 : 1);
    }

    private boolean run(Path jar, Path dir, List<Integer> ports, boolean kill) throws InterruptedException {
        try {
            return start(jar, dir, ports) && (kill ? killLeader() : follow());
        } catch (IOException e) {
            watch.say("The demo cannot go on: " + e);
            return false;
        }
    }

    private boolean start(Path jar, Path dir, List<Integer> ports) throws IOException, InterruptedException {
        var options = new ArrayList<String>();
        String shared = dir.toString();
        if (onPostgres) {
            watch.say("Starting a PostgreSQL");
            Database started = Database.start(work);
            database = started;
            shared = started.url();
            options.add(started.option());
        }
        watch.say("Starting " + ports.size() + " instances, which share " + shared);
        for (int port : ports) {
            Instance instance = fleet.start(jar, port, dir, work, options.toArray(String[]::new));
            watch.say("  http://127.0.0.1:" + port + "/  pid " + instance.pid());
        }
        if (!watch.settle()) {
            return false;
        }
        watch.say("One leads, the others follow it.");
        return true;
    }

    private boolean follow() throws InterruptedException {
        watch.say(
                "Following their roles. Ctrl-C ends this demo and them; kill -9 or kill -STOP one of them meanwhile.");
        while (fleet.instances().stream().anyMatch(Instance::isAlive)) {
            watch.during(WARM_UP);
        }
        watch.during(Duration.ZERO);
        watch.say("None is left.");
        return false;
    }

    /** What is promised decides: that another one leads, and that no write is lost or applied twice. How long it took does not. */
    private boolean killLeader() throws IOException, InterruptedException {
        watch.say("Letting them warm up for " + WARM_UP.toSeconds() + " s, while clients write through all of them.");
        var writers = new Writers(fleet.instances().stream().map(Instance::port).toList());
        writers.start();
        watch.during(WARM_UP);
        if (!watch.settle() || !new Takeover(fleet, watch).watch()) {
            return false;
        }
        watch.during(AFTERMATH);
        Writers.Account account = writers.stop();
        watch.during(Duration.ZERO);
        watch.say("Writes: " + account.acknowledged() + " acknowledged, " + account.lost() + " lost, "
                + account.twice() + " applied twice; no client waited longer than " + account.longestMillis()
                + " ms for one.");
        return account.isRight();
    }

    /** Runs at the end, whatever it is, except SIGKILL; then the instances end because their standard input does. */
    private void stop() {
        watch.silence();
        System.out.println("Stopping the instances.");
        try {
            fleet.stop(STOP_GRACE);
            Database used = database;
            if (used != null) {
                used.stop();
            }
            remove(work);
            System.out.println("Stopped.");
        } catch (IOException | UncheckedIOException e) {
            System.out.println("Could not remove " + work + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            // The script removes it, too.
        }
    }
}
