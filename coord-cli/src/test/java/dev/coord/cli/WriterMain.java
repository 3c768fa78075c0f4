package dev.coord.cli;

import dev.coord.cluster.Coordinator;
import dev.coord.store.jdbc.DatabaseSettings;
import dev.coord.world.GraphQuad;
import dev.coord.world.OperationLookup;
import dev.coord.world.World;
import dev.coord.world.WorldBatch;
import dev.coord.world.WorldException;
import dev.coord.world.WorldRoleHandler;
import dev.coord.world.WorldSettings;
import dev.coord.world.WorldUnavailableException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Takes part, and writes one object after the other, with an operation id each; says of each that it was acknowledged. Ends with its
 * standard input. Arguments: directory or URL, name, which to write first, and which no more (-1: without end).
 */
final class WriterMain {
    static final String GROUP = "default";

    private WriterMain() {}

    public static void main(String[] arguments) throws Exception {
        String name = arguments[1];
        long first = Long.parseLong(arguments[2]);
        long end = Long.parseLong(arguments[3]);
        var world = WorldRoleHandler.builder()
                .operations(OperationLookup.builder().build())
                .settings(WorldSettings.defaults().withSweepInterval(Duration.ofMillis(100)))
                .build();
        Coordinator.Builder builder = Coordinator.builder();
        if (arguments[0].startsWith("jdbc:")) {
            builder.database(DatabaseSettings.at(arguments[0]));
        } else {
            builder.directory(Path.of(arguments[0]));
        }
        try (var coordinator =
                builder.handler(world).attributes(Map.of("name", name)).build()) {
            coordinator.start();
            say("READY");
            var writing = new Thread(() -> write(world.world(), name, first, end), "writing");
            writing.setDaemon(true);
            writing.start();
            while (System.in.read() >= 0) {
                // Until the test ends it.
            }
        }
    }

    private static void write(World world, String name, long first, long end) {
        for (long i = first; i != end; i++) {
            WorldBatch batch = new WorldBatch().create(key(name, i), content(name, i));
            if (i == 0) {
                batch.create(name + "/last", content(name, 0));
            } else {
                batch.set(name + "/last", content(name, i))
                        .setQuad(GraphQuad.of(key(name, i), "after", key(name, i - 1)));
            }
            while (true) {
                try {
                    world.submit(name + "-" + i, batch);
                    say("ACKNOWLEDGED " + i);
                    // As long as it writes, what is to be compared grows.
                    pause(10);
                    break;
                } catch (WorldUnavailableException e) {
                    // Nobody led for a while; the id sees to it that it is not applied twice.
                    pause(10);
                } catch (WorldException e) {
                    say("REFUSED " + i + " " + e);
                    return;
                }
            }
        }
        say("WRITTEN");
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String key(String name, long i) {
        return name + "/" + i;
    }

    /** Some of it small, some in blocks. */
    static byte[] content(String name, long i) {
        String word = name + " wrote " + i + ". ";
        return word.repeat(i % 3 == 0 ? 40 : 2).getBytes(StandardCharsets.UTF_8);
    }

    private static synchronized void say(String what) {
        System.out.println(what);
        System.out.flush();
    }
}
