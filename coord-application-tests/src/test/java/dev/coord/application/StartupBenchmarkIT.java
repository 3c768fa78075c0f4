package dev.coord.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the starter adds to the start of an application that has nothing but spring-boot-starter, in time and in jars. */
@Tag("benchmark")
class StartupBenchmarkIT {
    private static final int STARTS = 20;
    private static final String READY = "ready ";

    @TempDir
    private Path temp;

    @Test
    void printsWhatTheStarterAddsToAPlainApplication() throws Exception {
        List<String> plain = ClassPaths.plain();
        List<String> withStarter = ClassPaths.with(plain, ClassPaths.ofStarter());
        var without = new ArrayList<Long>();
        var with = new ArrayList<Long>();
        // The first of each fills the caches of the operating system.
        for (int i = 0; i <= STARTS; i++) {
            long first = start("without", i, plain);
            long second = start("with", i, withStarter);
            if (i > 0) {
                without.add(first);
                with.add(second);
            }
        }
        List<String> added = withStarter.stream()
                .filter(entry -> !plain.contains(entry))
                .sorted(Comparator.comparing(entry -> -Path.of(entry).toFile().length()))
                .toList();
        long bytes = added.stream()
                .mapToLong(entry -> Path.of(entry).toFile().length())
                .sum();
        System.out.printf("%,d jars, %,d bytes:%n", added.size(), bytes);
        added.forEach(entry ->
                System.out.printf("  %,12d %s%n", Path.of(entry).toFile().length(), ClassPaths.name(entry)));
        System.out.printf("Start without: %s%n", summary(without));
        System.out.printf("Start with:    %s%n", summary(with));
        System.out.printf("Added: %d ms (medians of %d, in turns)%n", median(with) - median(without), STARTS);
    }

    /** From the start of {@code SpringApplication.run} to the application's being ready, in ms. */
    private long start(String name, int number, List<String> classPath) throws Exception {
        Run run = Run.of(List.of(), ReadyApplication.class, temp.resolve(name + number), classPath);
        assertThat(run.exit()).as(run.output()).isZero();
        return run.lines(ApplicationUnderTest.SAYS).stream()
                .filter(line -> line.startsWith(READY))
                .mapToLong(line -> Long.parseLong(line.substring(READY.length())))
                .findFirst()
                .orElseThrow();
    }

    private static String summary(List<Long> times) {
        List<Long> sorted = times.stream().sorted().toList();
        return "median " + median(times) + " ms, least " + sorted.get(0) + ", most " + sorted.get(sorted.size() - 1)
                + ", "
                + Stream.of(1, 3)
                        .map(quarter -> sorted.get(quarter * sorted.size() / 4) + " ms")
                        .toList() + " quartiles";
    }

    private static long median(List<Long> times) {
        List<Long> sorted = times.stream().sorted().toList();
        return (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
    }
}
