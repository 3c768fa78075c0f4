package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Kills the leader, which owns the database, too, round after round, while the others read all the time; from before the kill until
 * the next leader has acknowledged something.
 */
final class WorldReads {
    private static final int PARTICIPANTS = 3;
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<Window> windows = new ArrayList<>();

    /** What one survivor measured in one round, in milliseconds; the map is what its reads are measured beside. */
    record Window(
            double failover,
            long reads,
            double median,
            double p99,
            double longest,
            double mapMedian,
            double mapP99,
            double mapLongest) {}

    /** Measures in {@code group}, which was not started yet. */
    static WorldReads measure(Group group, int rounds, Duration warmUp) {
        var measured = new WorldReads();
        group.startAll(PARTICIPANTS);
        for (int round = 1; round <= rounds; round++) {
            Participant leader = group.arrangeLeader(true);
            List<Participant> survivors =
                    group.well().stream().filter(p -> p != leader).toList();
            survivors.forEach(p -> commit(p.process(), "before-" + p));
            awaitAge(survivors, warmUp);
            survivors.forEach(p -> p.process().ask("probe", "PROBING"));
            int number = round;
            long killed = leader.kill();
            long answered = commit(survivors.get(0).process(), "after-" + number);
            survivors.forEach(p -> measured.add(p, (answered - killed) / NANOS_PER_MILLI));
            leader.close();
            group.start();
        }
        return measured;
    }

    static long commit(JavaProcess process, String id) {
        String unique = id + "-" + process.lineCount();
        return process.ask("op " + unique + " add", "OP " + unique + " DONE").nanos();
    }

    private static void awaitAge(List<Participant> participants, Duration age) {
        for (Participant participant : participants) {
            await().atMost(age.plusSeconds(30)).until(() -> participant.age().compareTo(age) >= 0);
        }
    }

    private void add(Participant participant, double failover) {
        String[] words = assertThatReadsNeverWentBack(participant);
        double[] times = Arrays.stream(words, 2, 8)
                .mapToDouble(nanos -> Long.parseLong(nanos) / NANOS_PER_MILLI)
                .toArray();
        windows.add(new Window(
                failover, Long.parseLong(words[1]), times[0], times[1], times[2], times[3], times[4], times[5]));
    }

    /** Ends the reads; returns what was measured. */
    static String[] assertThatReadsNeverWentBack(Participant participant) {
        String[] words = participant.process().ask("probed", "PROBED").words();
        assertThat(words[8]).as("reads of %s that went back", participant).isEqualTo("0");
        return words;
    }

    @Override
    public String toString() {
        return "| ms, %d windows, %d reads | median | p99 | max |%n| --- | --- | --- | --- |%n"
                        .formatted(
                                windows.size(),
                                windows.stream().mapToLong(Window::reads).sum())
                + row("longest read of a window", Window::longest)
                + row("longest read of a map in a window", Window::mapLongest)
                + row("99 % of the reads of a window", Window::p99)
                + row("99 % of the reads of a map", Window::mapP99)
                + row("half of the reads of a window", Window::median)
                + row("half of the reads of a map", Window::mapMedian)
                + row("from the kill to the first acknowledgement", Window::failover);
    }

    private String row(String what, ToDoubleFunction<Window> figure) {
        double[] sorted = windows.stream().mapToDouble(figure).sorted().toArray();
        return "| %s | %.4f | %.4f | %.4f |%n"
                .formatted(
                        what,
                        sorted[sorted.length / 2],
                        sorted[(int) Math.ceil(sorted.length * 0.99) - 1],
                        sorted[sorted.length - 1]);
    }
}
