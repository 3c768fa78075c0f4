package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.cluster.Coordinator;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess.Line;
import dev.coord.testing.Patience;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@link WorldClients} were told by the participants of a group, beside what a participant reads that was not there before:
 * nothing that was acknowledged is missing, nothing was done twice, and there was one leader at a time by their own account.
 *
 * @param operations what the clients did and were told
 */
record ClientsCheck(List<ClientOperation> operations, int leaderships, WorldHistory history) {
    /**
     * Compares them.
     *
     * @param group whose processes are over
     * @param clients which have ended
     * @param reader for the participant that reads
     */
    static ClientsCheck of(Group group, WorldClients clients, Coordinator.Builder reader) throws InterruptedException {
        int leaderships = group.assertOneLeaderAtATime();
        clients.assertNothingWrong();
        List<Line> answers = group.all().stream()
                .flatMap(participant -> participant.process().lines().stream())
                .filter(line -> line.text().matches("OP \\S+ DONE .*"))
                .toList();
        List<ClientOperation> operations = clients.operations(answers);
        List<LogEntry> log = new ArrayList<>();
        long counter = read(reader, log);
        var history = new WorldHistory(operations, log);
        history.check(clients.reads());
        answers.forEach(line -> history.checkTold(line.text()));
        history.checkCounter(counter);
        return new ClientsCheck(operations, leaderships, history);
    }

    /** Adds what is in the log; returns the counter. */
    private static long read(Coordinator.Builder reader, List<LogEntry> log) throws InterruptedException {
        var handler = WorldRoleHandler.builder()
                .settings(ChaosParticipantMain.settings())
                .build();
        try (Coordinator coordinator =
                reader.handler(handler).shutdownHook(false).build()) {
            coordinator.start();
            World world = handler.world();
            List<LogEntry> more = world.changes(0, Integer.MAX_VALUE);
            while (!more.isEmpty()) {
                log.addAll(more);
                more = world.changes(log.get(log.size() - 1).seqno(), Integer.MAX_VALUE);
            }
            assertThat(world.awaitSeqno(log.size(), Patience.LIMIT)).isTrue();
            return world.read(view -> ChaosOperations.number(view, ChaosOperations.COUNTER));
        }
    }

    @Override
    public String toString() {
        return leaderships + " leaderships: " + history;
    }
}
