package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Participant;
import dev.coord.world.WorldClient.LocalRead;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Several {@link WorldClient}s, and bursts of operations that nobody waits for. */
final class WorldClients {
    private static final int CLIENTS = 6;
    private static final int SOME_ANSWERS = 3;
    private static final int BURST = 200;

    private final List<WorldClient> clients;
    private final List<ClientOperation> bursts = new ArrayList<>();

    WorldClients(Supplier<List<Participant>> participants, Supplier<String> registers, long seed) {
        this.clients = IntStream.rangeClosed(1, CLIENTS)
                .mapToObj(number -> new WorldClient(number, participants, registers, new Random(seed + number)))
                .toList();
    }

    void start() {
        clients.forEach(WorldClient::start);
        awaitProgress();
    }

    /** Waits until each client got more answers. */
    void awaitProgress() {
        List<Integer> before = clients.stream().map(WorldClient::answered).toList();
        await("progress of all clients")
                .pollInterval(Duration.ofMillis(5))
                .until(() -> IntStream.range(0, CLIENTS)
                        .allMatch(i -> clients.get(i).answered() >= before.get(i) + SOME_ANSWERS));
    }

    /** Submits much at once through {@code participant}, so that it is likely that a commit is under way in the next moments. */
    void burst(String name, Participant participant) {
        for (int i = 0; i < BURST; i++) {
            bursts.add(ClientOperation.add(name + "-" + participant + "-" + i));
        }
        participant.process().send("burst " + name + "-" + participant + " " + BURST);
    }

    /** Has {@code participant} submit one operation again and again until it is answered; returns when that was. */
    long awaitAnswer(String name, Participant participant) {
        String burst = name + "-" + participant;
        String id = burst + "-0";
        bursts.add(ClientOperation.add(id));
        while (true) {
            int from = participant.process().lineCount();
            participant.process().send("burst " + burst + " 1");
            Line answer = participant.process().await(from, "OP " + id + " ");
            if (answer.words()[2].equals("DONE")) {
                return answer.nanos();
            }
        }
    }

    /** Ends the clients, each when its operation is answered. */
    void end() {
        clients.forEach(WorldClient::close);
    }

    void assertNothingWrong() {
        assertThat(clients.stream().flatMap(client -> client.wrong().stream()))
                .as("answers that must not be")
                .isEmpty();
    }

    /** All that was submitted; what nobody waited for is answered by the lines {@code answers} of the participants. */
    List<ClientOperation> operations(List<Line> answers) {
        Map<String, Line> byId = answers.stream()
                .collect(Collectors.toMap(line -> line.words()[1], Function.identity(), (first, second) -> first));
        return Stream.concat(
                        clients.stream().flatMap(client -> client.operations().stream()),
                        bursts.stream().map(operation -> answered(operation, byId)))
                .toList();
    }

    private static ClientOperation answered(ClientOperation operation, Map<String, Line> answers) {
        Line line = answers.get(operation.id());
        if (line == null) {
            return operation;
        }
        String[] words = line.words();
        return operation.done(
                Long.parseLong(words[3]), Long.parseLong(words[4]), Long.parseLong(words[5]), line.nanos());
    }

    List<LocalRead> reads() {
        return clients.stream().flatMap(client -> client.reads().stream()).toList();
    }
}
