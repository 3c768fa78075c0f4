package dev.coord.mesh;

import static org.awaitility.Awaitility.await;

import dev.coord.testing.Certificates;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.ParticipantOptions;
import dev.coord.testing.Patience;
import dev.coord.testing.TestTransport;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Processes that call each other over the mesh. */
final class MeshGroup implements AutoCloseable {
    private final ParticipantOptions options;
    private final List<String> jvmFlags;
    private final List<JavaProcess> processes = new ArrayList<>();
    private int number;

    private final int rolesMillis;
    private final int callMillis;

    private MeshGroup(ParticipantOptions options, List<String> jvmFlags, int rolesMillis, int callMillis) {
        this.options = options;
        this.jvmFlags = jvmFlags;
        this.rolesMillis = rolesMillis;
        this.callMillis = callMillis;
    }

    private static MeshGroup forTests(ParticipantOptions options) {
        return new MeshGroup(options, JavaProcess.QUICK_START, 100, 20);
    }

    /** For tests: nobody is taken for frozen. */
    static MeshGroup in(Path directory) {
        return forTests(ParticipantOptions.patient(directory));
    }

    /** The same on {@code transport}. */
    static MeshGroup in(Path directory, TestTransport transport) {
        ParticipantOptions options = ParticipantOptions.patient(directory);
        if (transport == TestTransport.TLS) {
            Path identity = directory.resolveSibling("identity.p12");
            new Certificates("the group").write(identity);
            options = options.withIdentity(identity);
        }
        return forTests(options);
    }

    /** Calls as fast as they are answered: the change of a leader is seen at once. */
    static MeshGroup forBenchmark(Path directory) {
        return new MeshGroup(ParticipantOptions.defaults(directory), JavaProcess.NORMAL, 5, 0);
    }

    JavaProcess start() {
        JavaProcess process = launch();
        process.await("STARTED");
        return process;
    }

    /** Starts one more, without waiting for it. */
    JavaProcess launch() {
        number++;
        return add(JavaProcess.start("mesh" + number, jvmFlags, MeshParticipantMain.class, options.toArguments()));
    }

    /** Starts one more that may have at most {@code descriptors} files open. */
    JavaProcess startLimited(int descriptors) {
        number++;
        JavaProcess process = add(JavaProcess.startLimited(
                descriptors, "mesh" + number, MeshParticipantMain.class, options.toArguments()));
        process.await("STARTED");
        return process;
    }

    private JavaProcess add(JavaProcess process) {
        processes.add(process);
        return process;
    }

    List<JavaProcess> alive() {
        return processes.stream().filter(JavaProcess::isAlive).toList();
    }

    /** Waits until one leads and the others follow. */
    JavaProcess awaitLeader() {
        return await().until(
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

    /** Has one process call another one on a new connection until it is answered: one that is slow may not be in time. */
    static void awaitAnswer(JavaProcess from, JavaProcess to) {
        await("an answer of " + to + " to " + from)
                .until(() -> from.ask("ask " + id(to), "").text().startsWith("ANSWERED"));
    }

    /** Waits until as many as {@code count} answer a process that asks everybody; returns their answers as {@link #peers}. */
    static Map<String, List<String>> awaitPeers(JavaProcess process, int count) {
        return await("answers to " + process).until(() -> peers(process), answers -> answers.size() == count);
    }

    /** The first answer after line {@code from} by another than {@code old}. */
    static Line awaitOtherLeader(JavaProcess caller, int from, String old) {
        return caller.await(
                        from,
                        line -> line.text().startsWith("ANSWER ")
                                && !line.words()[1].equals(old)
                                && line.words()[2].equals("LEADER"),
                        Patience.LIMIT)
                .orElseThrow();
    }

    /** What a process says of itself: role, term, milliseconds since the lease was renewed, and why the store fails or "-". */
    record Status(String role, long term, long sinceRenewal, String storeFailure) {
        static Status of(JavaProcess process) {
            String[] words = process.ask("status", "STATUS").text().split(" ", 5);
            return new Status(words[1], Long.parseLong(words[2]), Long.parseLong(words[3]), words[4]);
        }
    }

    /** Somebody else leads, and, for benchmarks, how long after that all processes get right answers from all. */
    record RoleChange(JavaProcess leader, Duration untilAllAreRight) {}

    /** What makes a process call the leader from now on. */
    String call() {
        return "call " + callMillis;
    }

    /** Makes all ask each other who they are from now on, and waits until the answers are right. */
    void awaitRoles(JavaProcess leader, long term) {
        String right = roles(leader, term);
        alive().forEach(process -> process.send("roles " + rolesMillis));
        alive().forEach(process -> process.await(right));
    }

    /** Makes the leader of {@code term} step down, while all ask each other who they are. */
    RoleChange stepDown(JavaProcess leader, long term) {
        leader.send("step-down");
        String elected = "LEADER " + (term + 1);
        JavaProcess next = await().until(
                        () -> alive().stream()
                                .filter(p -> p.lines().stream()
                                        .anyMatch(line -> line.text().equals(elected)))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
        String right = roles(next, term + 1);
        long last = alive().stream()
                .mapToLong(process -> process.await(right).nanos())
                .max()
                .orElseThrow();
        return new RoleChange(next, Duration.ofNanos(last - next.await(elected).nanos()));
    }

    /** What a process prints that gets the right answers. */
    private String roles(JavaProcess leader, long term) {
        return alive().stream()
                .map(process -> id(process) + "=" + (process == leader ? "LEADER" : "FOLLOWER") + "@" + term)
                .sorted()
                .collect(Collectors.joining(" ", "ROLES ", ""));
    }

    static String id(JavaProcess process) {
        return process.await("STARTED").words()[1];
    }

    @Override
    public void close() {
        processes.forEach(JavaProcess::close);
    }
}
