package dev.coord.spring.metrics;

import dev.coord.world.WorldMonitor;
import dev.coord.world.WorldRoleHandler;
import dev.coord.world.WorldStatus;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters of a world: submissions, commits, how far it is. They have the tag {@code group}, and are there as long as the
 * participant takes part. None of them asks the store.
 */
public final class WorldMetrics implements MeterBinder {
    private final WorldRoleHandler world;

    public WorldMetrics(WorldRoleHandler world) {
        this.world = world;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        var unused = world.addMonitor(new Monitor(registry, world));
    }

    private static final class Monitor implements WorldMonitor {
        private final MeterRegistry registry;
        private final WorldRoleHandler world;
        private volatile @Nullable Meters meters;

        Monitor(MeterRegistry registry, WorldRoleHandler world) {
            this.registry = registry;
            this.world = world;
        }

        @Override
        public void joined(String group) {
            meters = new Meters(new GroupMeters(registry, group), world);
        }

        @Override
        public void left(String group) {
            Meters ended = meters;
            meters = null;
            if (ended != null) {
                ended.group.close();
            }
        }

        @Override
        public void submitted(long nanos, Outcome outcome) {
            Meters now = meters;
            Timer timer = now == null ? null : now.submissions.get(outcome);
            if (timer != null) {
                timer.record(nanos, TimeUnit.NANOSECONDS);
            }
        }

        @Override
        public void committed(int operations, long nanos) {
            Meters now = meters;
            if (now != null) {
                now.commits.record(nanos, TimeUnit.NANOSECONDS);
                now.commitSize.record(operations);
            }
        }
    }

    private static final class Meters {
        private final GroupMeters group;
        private final Map<WorldMonitor.Outcome, Timer> submissions = new EnumMap<>(WorldMonitor.Outcome.class);
        private final Timer commits;
        private final DistributionSummary commitSize;

        Meters(GroupMeters group, WorldRoleHandler world) {
            this.group = group;
            for (WorldMonitor.Outcome outcome : WorldMonitor.Outcome.values()) {
                submissions.put(
                        outcome,
                        group.timer(
                                "coord.world.submissions",
                                "Submissions of this participant, until they had their answer",
                                "outcome",
                                outcome.name().toLowerCase(Locale.ROOT)));
            }
            this.commits =
                    group.timer("coord.world.commits", "Commits of this participant, as the leader, in the store");
            this.commitSize =
                    group.summary("coord.world.commit.size", "How many operations went into a commit", "operations");
            group.gauge(
                    "coord.world.seqno",
                    "The last commit that can be read here",
                    "commits",
                    world,
                    status(WorldStatus::seqno));
            group.gauge(
                    "coord.world.lag",
                    "How many commits are known to exist that cannot be read here yet",
                    "commits",
                    world,
                    status(WorldStatus::lag));
            group.gauge(
                    "coord.world.queue",
                    "How many operations wait here to be applied, if this participant leads",
                    "operations",
                    world,
                    status(WorldStatus::queue));
            group.counter(
                    "coord.world.resets",
                    "How often commits that were read here were lost, in a failover for instance, and the world was read anew",
                    "resets",
                    world,
                    status(WorldStatus::resets));
            group.gauge(
                    "coord.world.result.window",
                    "For how long back it is known here which operations happened",
                    "seconds",
                    world,
                    status(of -> of.resultWindow().toNanos() / 1e9));
        }

        private static ToDoubleFunction<WorldRoleHandler> status(ToDoubleFunction<WorldStatus> value) {
            return world -> world.status().map(value::applyAsDouble).orElse(Double.NaN);
        }
    }
}
