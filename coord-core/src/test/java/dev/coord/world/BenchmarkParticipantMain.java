package dev.coord.world;

import dev.coord.cluster.Coordinator;
import dev.coord.store.jdbc.DatabaseSettings;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** A participant of the world's benchmarks; it lives until its input ends. Its argument is the directory, or the database's URL. */
final class BenchmarkParticipantMain {
    private BenchmarkParticipantMain() {}

    static Coordinator coordinator(String place, WorldRoleHandler world) {
        Coordinator.Builder builder = Coordinator.builder();
        if (place.startsWith("jdbc:")) {
            builder.database(DatabaseSettings.at(place));
        } else {
            builder.directory(Path.of(place));
        }
        return builder.handler(world).shutdownHook(false).build();
    }

    static WorldRoleHandler world() {
        return WorldRoleHandler.builder()
                .operations(BenchmarkOperations.lookup())
                .build();
    }

    public static void main(String[] arguments) throws Exception {
        WorldRoleHandler world = world();
        Coordinator coordinator = coordinator(arguments[0], world);
        coordinator.start();
        print("ROLE " + coordinator.awaitRole(Duration.ofSeconds(10)));
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            if (line.equals("engine")) {
                print("ENGINE " + world.awaitEngine(Duration.ofMinutes(1)).isPresent());
            } else if (line.startsWith("seqno ")) {
                boolean there = world.world().awaitSeqno(Long.parseLong(line.substring(6)), Duration.ofMinutes(2));
                print("SEQNO " + there);
            }
        }
    }

    private static void print(String line) {
        System.out.println("@ " + System.nanoTime() + " " + line);
    }
}
