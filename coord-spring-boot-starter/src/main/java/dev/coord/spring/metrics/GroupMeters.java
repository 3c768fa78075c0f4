package dev.coord.spring.metrics;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/** The meters of one group in one registry, which can be removed again. Safe for use by many threads. */
final class GroupMeters implements AutoCloseable {
    private final MeterRegistry registry;
    private final String group;
    private final List<Meter> meters = new ArrayList<>();
    private boolean closed;

    GroupMeters(MeterRegistry registry, String group) {
        this.registry = registry;
        this.group = group;
    }

    <T> void gauge(String name, String description, String unit, T source, ToDoubleFunction<T> value) {
        keep(Gauge.builder(name, source, value)
                .description(description)
                .baseUnit(unit)
                .tag("group", group)
                .register(registry));
    }

    /** @param tag a tag more, and its value */
    <T> void gauge(String name, String description, String tag, String tagValue, T source, ToDoubleFunction<T> value) {
        keep(Gauge.builder(name, source, value)
                .description(description)
                .tag("group", group)
                .tag(tag, tagValue)
                .register(registry));
    }

    /** @param nanos not a number if there is nothing to tell */
    <T> void age(String name, String description, T source, ToDoubleFunction<T> nanos) {
        keep(TimeGauge.builder(name, source, TimeUnit.NANOSECONDS, nanos)
                .description(description)
                .tag("group", group)
                .register(registry));
    }

    <T> void counter(String name, String description, String unit, T source, ToDoubleFunction<T> value) {
        keep(FunctionCounter.builder(name, source, value)
                .description(description)
                .baseUnit(unit)
                .tag("group", group)
                .register(registry));
    }

    <T> void counter(
            String name,
            String description,
            String unit,
            String tag,
            String tagValue,
            T source,
            ToDoubleFunction<T> value) {
        keep(FunctionCounter.builder(name, source, value)
                .description(description)
                .baseUnit(unit)
                .tag("group", group)
                .tag(tag, tagValue)
                .register(registry));
    }

    Counter counter(String name, String description, String unit, String tag, String tagValue) {
        return keep(Counter.builder(name)
                .description(description)
                .baseUnit(unit)
                .tag("group", group)
                .tag(tag, tagValue)
                .register(registry));
    }

    Timer timer(String name, String description) {
        return keep(
                Timer.builder(name).description(description).tag("group", group).register(registry));
    }

    Timer timer(String name, String description, String tag, String tagValue) {
        return keep(Timer.builder(name)
                .description(description)
                .tag("group", group)
                .tag(tag, tagValue)
                .register(registry));
    }

    DistributionSummary summary(String name, String description, String unit) {
        return keep(DistributionSummary.builder(name)
                .description(description)
                .baseUnit(unit)
                .tag("group", group)
                .register(registry));
    }

    private synchronized <M extends Meter> M keep(M meter) {
        if (closed) {
            registry.remove(meter);
        } else {
            meters.add(meter);
        }
        return meter;
    }

    /** Removes them from the registry. */
    @Override
    public synchronized void close() {
        closed = true;
        meters.forEach(registry::remove);
        meters.clear();
    }
}
