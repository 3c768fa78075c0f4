package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.testing.BusyLoops;
import dev.coord.testing.Group;
import dev.coord.testing.JavaProcess;
import dev.coord.testing.Participant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes as users run them beside busy loops, many more than there are processors: whether leadership stays where it is. The
 * figures are for two cores that nobody else uses.
 */
@Tag("campaign")
class BusyMachineCampaign {
    private static final int STARTS = Integer.getInteger("busy.starts", 20);
    private static final int LOOPS_AT_START = Integer.getInteger("busy.loops-at-start", 8);
    private static final int LOOPS_WHEN_WARM = Integer.getInteger("busy.loops-when-warm", 24);
    private static final Duration AFTER_START = Duration.ofSeconds(Integer.getInteger("busy.seconds-after-start", 30));
    private static final Duration WARM = Duration.ofSeconds(Integer.getInteger("busy.seconds-when-warm", 600));
    /** For comparison: a lease that is never stretched. */
    private static final boolean FIRM = Boolean.getBoolean("busy.firm");

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    private Path root;

    @Test
    void aColdStartHasOneTerm() {
        List<Long> terms = new ArrayList<>();
        for (int start = 1; start <= STARTS; start++) {
            try (BusyLoops loops = BusyLoops.start(LOOPS_AT_START);
                    Group group = group(root.resolve("start-" + start))) {
                for (int i = 0; i < 3; i++) {
                    group.launch();
                }
                group.all()
                        .forEach(participant -> assertThat(await(
                                        participant.process(),
                                        line -> line.startsWith("LEADER") || line.startsWith("FOLLOWER")))
                                .as("%s takes part", participant)
                                .isTrue());
                pass(AFTER_START);
                long last = lastTerm(group);
                terms.add(last);
                System.out.printf("Start %d: %d terms, load %s%n", start, last, load());
                assertThat(loops).isNotNull();
            }
        }
        System.out.println("Terms of each start: " + terms);
        assertThat(terms).allMatch(last -> last <= 2);
        assertThat(terms.stream().filter(last -> last > 1)).hasSizeLessThanOrEqualTo((STARTS + 19) / 20);
    }

    @Test
    void aWarmGroupKeepsItsLeader() {
        try (Group group = group(root)) {
            group.startAll(3);
            pass(Duration.ofSeconds(15));
            long before = lastTerm(group);
            try (BusyLoops loops = BusyLoops.start(LOOPS_WHEN_WARM)) {
                assertThat(loops).isNotNull();
                pass(WARM);
                System.out.printf(
                        "%d s beside %d busy loops: term %d, then %d, load %s%n",
                        WARM.toSeconds(), LOOPS_WHEN_WARM, before, lastTerm(group), load());
            }
            assertThat(lastTerm(group)).isEqualTo(before);
        }
    }

    private static Group group(Path directory) {
        return FIRM ? Group.forBenchmark(directory) : Group.asUsersRunIt(directory);
    }

    private static boolean await(JavaProcess process, Predicate<String> match) {
        return process.await(0, line -> match.test(line.text()), PATIENCE).isPresent();
    }

    private static long lastTerm(Group group) {
        return group.all().stream()
                .map(Participant::process)
                .flatMap(process -> process.lines().stream())
                .filter(line -> line.text().startsWith("LEADER "))
                .mapToLong(line -> Long.parseLong(line.words()[1]))
                .max()
                .orElse(0);
    }

    private static double load() {
        return java.lang.management.ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    /** How long it goes on is part of what is tried. */
    private static void pass(Duration time) {
        org.awaitility.Awaitility.await()
                .pollDelay(time)
                .atMost(time.plusMinutes(1))
                .until(() -> true);
    }
}
