package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.Quiet.assertQuiet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.spring.Patience;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A user's class with {@code @OnLeader}, {@code @OnFollower} and {@code @LeaderOnly @Scheduled} in real processes, whose leader
 * goes again and again, and is replaced. Their files tell when each of them did what, on the machine's one monotonic clock; what
 * they wrote besides is nothing that anybody has to look into.
 */
class LeaderJobProcessTest {
    @TempDir
    private Path temp;

    private Path journals;
    private final List<Instance> instances = new ArrayList<>();

    /** How a leadership ends. */
    private enum End {
        STEPPED_DOWN,
        KILLED,
        TERMINATED
    }

    private record Instance(Process process, PrintStream input) {
        long pid() {
            return process.pid();
        }
    }

    private record Line(long pid, String what, String phase, long nanos, long term) {
        boolean is(String wanted, String wantedPhase) {
            return what.equals(wanted) && phase.equals(wantedPhase);
        }
    }

    /** One piece of work, from when it began until when it ended, or was last seen to go on. */
    private record Execution(long pid, long term, long began, long ended) {}

    /** How long after the last leadership had ended, and after the next had begun, the job ran again. */
    private record Failover(End end, long sinceEndMillis, long sinceLeadsMillis) {}

    @BeforeEach
    void startThree() throws IOException {
        journals = Files.createDirectory(temp.resolve("journals"));
        for (int i = 0; i < 3; i++) {
            start();
        }
    }

    private void start() throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // Devtools are there for the test of a restart.
                "-Dspring.devtools.restart.enabled=false",
                "-cp",
                System.getProperty("java.class.path"),
                LeaderJobMain.class.getName(),
                "--spring.main.banner-mode=off",
                "--spring.main.web-application-type=none",
                "--journal=" + journals));
        command.addAll(Patience.flags("--", temp.resolve("shared")));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(temp.resolve("output-" + instances.size()).toFile())
                .start();
        instances.add(new Instance(process, new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8)));
    }

    @AfterEach
    void killAll() throws InterruptedException {
        for (Instance instance : instances) {
            instance.process().destroyForcibly().waitFor();
        }
    }

    @Test
    void theJobRunsInOneProcessAtATimeAndAgainAfterEachFailoverAndNothingIsSaidAboutIt() throws Exception {
        List<Failover> failovers = new ArrayList<>();
        long term = 0;
        for (End end : End.values()) {
            term = awaitSettled(term).term();
            failovers.add(failover(end, term));
            if (end == End.KILLED) {
                start();
                terminate(awaitSettled(term).pid());
            }
        }
        awaitSettled(term);
        terminate(0);
        assertThat(living()).isZero();
        List<Line> lines = lines();
        print(failovers, lines);

        List<Execution> jobs = executions(lines, "job");
        assertNoTwoAtATime(jobs);
        assertNoTwoAtATime(executions(lines, "lead"));
        assertThat(jobs.stream().map(Execution::pid).distinct().count()).isGreaterThanOrEqualTo(3);
        assertThat(jobs.stream().map(Execution::term).distinct()).hasSize(failovers.size() + 1);
        for (Path output : outputs()) {
            assertQuiet(output.getFileName().toString(), Files.readAllLines(output));
        }
    }

    /** Waits until the job runs in a term after {@code term} and the others follow; says where. */
    private Line awaitSettled(long term) throws IOException {
        return awaitFound(() -> {
            List<Line> lines = lines();
            Optional<Line> job = firstJobAfter(lines, term);
            long others = instances.stream()
                    .filter(instance -> instance.process().isAlive())
                    .filter(instance ->
                            job.isPresent() && instance.pid() != job.get().pid())
                    .filter(instance -> lines.stream()
                            .anyMatch(line -> line.pid() == instance.pid()
                                    && line.is("role", "follows")
                                    && line.term() == job.get().term()))
                    .count();
            return others == living() - 1 ? job : Optional.empty();
        });
    }

    /** The first that lives, but for the leader {@code but}; returns when it has ended. */
    private void terminate(long but) throws InterruptedException {
        Process process = instances.stream()
                .map(Instance::process)
                .filter(one -> one.isAlive() && one.pid() != but)
                .findFirst()
                .orElseThrow();
        process.destroy();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private long living() {
        return instances.stream()
                .filter(instance -> instance.process().isAlive())
                .count();
    }

    private Failover failover(End end, long term) throws Exception {
        Line last = firstJobAfter(lines(), term - 1).orElseThrow();
        Instance leader = instances.stream()
                .filter(instance -> instance.pid() == last.pid())
                .findFirst()
                .orElseThrow();
        long began = System.nanoTime();
        switch (end) {
            case KILLED -> leader.process().destroyForcibly();
            case TERMINATED -> leader.process().destroy();
            case STEPPED_DOWN -> leader.input().println(LeaderJobMain.STEP_DOWN);
        }
        Line next = awaitFound(() -> firstJobAfter(lines(), term));
        if (end != End.STEPPED_DOWN) {
            assertThat(leader.process().waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
        }
        long leads = lines().stream()
                .filter(line -> line.term() == next.term())
                .filter(line -> line.is("event", "leads") || line.is("lead", "begins"))
                .mapToLong(Line::nanos)
                .min()
                .orElseThrow();
        return new Failover(end, millis(next.nanos() - began), millis(Math.max(0, next.nanos() - leads)));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static Optional<Line> firstJobAfter(List<Line> lines, long term) {
        return lines.stream()
                .filter(line -> line.is("job", "begins") && line.term() > term)
                .min(Comparator.comparingLong(Line::nanos));
    }

    private Line awaitFound(Callable<Optional<Line>> search) {
        try {
            return await().atMost(LIMIT)
                    .pollInterval(Duration.ofMillis(20))
                    .until(search, Optional::isPresent)
                    .orElseThrow();
        } catch (RuntimeException | Error e) {
            throw new AssertionError(said(), e);
        }
    }

    private List<Path> outputs() throws IOException {
        try (Stream<Path> files = Files.list(temp)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private String said() {
        try {
            var all = new StringBuilder("The instances said:\n");
            for (Path output : outputs()) {
                all.append(output.getFileName()).append(":\n").append(Files.readString(output));
            }
            return all.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<Line> lines() throws IOException {
        List<Line> lines = new ArrayList<>();
        try (Stream<Path> files = Files.list(journals)) {
            for (Path file : files.toList()) {
                String text = Files.readString(file);
                // A line may be on its way.
                String whole = text.substring(0, text.lastIndexOf('\n') + 1);
                whole.lines().map(line -> parse(file, line)).forEach(lines::add);
            }
        }
        return lines;
    }

    private static Line parse(Path file, String line) {
        String[] words = line.split(" ", -1);
        return new Line(
                Long.parseLong(file.getFileName().toString()),
                words[0],
                words[1],
                Long.parseLong(words[2]),
                Long.parseLong(words[3]));
    }

    /** In the order in which they began. Those of one kind in one process come one after the other. */
    private static List<Execution> executions(List<Line> lines, String what) {
        Map<Long, Integer> last = new HashMap<>();
        List<Execution> found = new ArrayList<>();
        for (Line line : lines) {
            if (!line.what().equals(what)) {
                continue;
            }
            if (line.phase().equals("begins")) {
                last.put(line.pid(), found.size());
                found.add(new Execution(line.pid(), line.term(), line.nanos(), line.nanos()));
            } else {
                int at = last.get(line.pid());
                Execution before = found.get(at);
                assertThat(line.term()).isEqualTo(before.term());
                found.set(at, new Execution(line.pid(), line.term(), before.began(), line.nanos()));
            }
        }
        found.sort(Comparator.comparingLong(Execution::began));
        return found;
    }

    private static void assertNoTwoAtATime(List<Execution> executions) {
        for (int i = 1; i < executions.size(); i++) {
            Execution before = executions.get(i - 1);
            Execution next = executions.get(i);
            assertThat(next.began())
                    .as("%s, which came after %s, began", next, before)
                    .isGreaterThanOrEqualTo(before.ended());
            assertThat(next.term()).isGreaterThanOrEqualTo(before.term());
            assertThat(next.pid() == before.pid() || next.term() > before.term())
                    .as("%s has a later term than %s", next, before)
                    .isTrue();
        }
    }

    private static void print(List<Failover> failovers, List<Line> lines) {
        LongStream leads =
                failovers.stream().mapToLong(Failover::sinceLeadsMillis).sorted();
        long[] sorted = leads.toArray();
        System.out.printf(
                "The job ran %d times in %d processes, and again after the next one led: median %d ms, max %d ms; after"
                        + " the end: %s%n",
                executions(lines, "job").size(),
                lines.stream().map(Line::pid).distinct().count(),
                sorted[sorted.length / 2],
                sorted[sorted.length - 1],
                failovers.stream()
                        .map(failover -> failover.end() + " " + failover.sinceEndMillis() + " ms")
                        .collect(Collectors.joining(", ")));
    }
}
