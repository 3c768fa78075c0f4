package dev.coord.mesh;

import static org.awaitility.Awaitility.await;

import dev.coord.testing.JavaProcess;
import dev.coord.testing.JavaProcess.Line;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Processes that call each other over the mesh. */
final class MeshGroup implements AutoCloseable {
    private final Path directory;
    private final List<String> jvmFlags;
    private final List<JavaProcess> processes = new ArrayList<>();
    private int number;

    MeshGroup(Path directory, List<String> jvmFlags) {
        this.directory = directory;
        this.jvmFlags = jvmFlags;
    }

    JavaProcess start() {
        number++;
        JavaProcess process =
                JavaProcess.start("mesh" + number, jvmFlags, MeshParticipantMain.class, List.of(directory.toString()));
        processes.add(process);
        process.await("STARTED");
        return process;
    }

    List<JavaProcess> alive() {
        return processes.stream().filter(JavaProcess::isAlive).toList();
    }

    /** Waits until one leads and the others follow. */
    JavaProcess awaitLeader() {
        return await().atMost(Duration.ofSeconds(30))
                .until(
                        () -> {
                            Map<String, List<JavaProcess>> roles = new HashMap<>();
                            for (JavaProcess process : alive()) {
                                String role = process.ask("role", "ROLE").words()[1];
                                roles.computeIfAbsent(role, r -> new ArrayList<>())
                                        .add(process);
                            }
                            List<JavaProcess> leaders = roles.getOrDefault("LEADER", List.of());
                            boolean settled = leaders.size() == 1
                                    && roles.getOrDefault("FOLLOWER", List.of()).size() == alive().size() - 1;
                            return settled ? leaders : List.<JavaProcess>of();
                        },
                        leaders -> leaders.size() == 1)
                .get(0);
    }

    /** Who answers a process that asks everybody, by participant id: role, term, pid, capabilities. */
    static Map<String, List<String>> peers(JavaProcess process) {
        Map<String, List<String>> answers = new HashMap<>();
        String[] words = process.ask("peers", "PEERS").words();
        for (String answer : Arrays.asList(words).subList(1, words.length)) {
            List<String> parts = List.of(answer.split(":", -1));
            answers.put(parts.get(0), parts.subList(1, parts.size()));
        }
        return answers;
    }

    /** The first answer after line {@code from} by another than {@code old}. */
    static Line awaitOtherLeader(JavaProcess caller, int from, String old) {
        return caller.await(
                        from,
                        line -> line.text().startsWith("ANSWER ")
                                && !line.words()[1].equals(old)
                                && line.words()[2].equals("LEADER"),
                        Duration.ofSeconds(30))
                .orElseThrow();
    }

    static String id(JavaProcess process) {
        return process.await("STARTED").words()[1];
    }

    @Override
    public void close() {
        processes.forEach(JavaProcess::close);
    }
}
