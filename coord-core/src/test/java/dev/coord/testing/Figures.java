package dev.coord.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The times that the rounds of benchmarks took, printed as a table. */
public final class Figures {
    private static final double NANOS_PER_MILLI = 1e6;

    private final Map<String, List<Long>> nanos = new LinkedHashMap<>();

    public void add(String what, long time) {
        nanos.computeIfAbsent(what, name -> new ArrayList<>()).add(time);
    }

    /** The smallest of {@code times} that at least the given part of them does not exceed, in milliseconds. */
    private static double quantile(List<Long> times, double part) {
        List<Long> sorted = times.stream().sorted().toList();
        return sorted.get((int) Math.ceil(part * sorted.size()) - 1) / NANOS_PER_MILLI;
    }

    @Override
    public String toString() {
        var table = new StringBuilder(
                "| ms | rounds | min | median | p95 | max |\n| --- | --- | --- | --- | --- | --- |\n");
        nanos.forEach((what, times) -> table.append(String.format(
                "| %s | %d | %.0f | %.0f | %.0f | %.0f |%n",
                what,
                times.size(),
                quantile(times, 0.001),
                quantile(times, 0.5),
                quantile(times, 0.95),
                quantile(times, 1))));
        return table.toString();
    }
}
