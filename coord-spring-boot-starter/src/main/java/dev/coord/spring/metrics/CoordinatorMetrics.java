package dev.coord.spring.metrics;

import dev.coord.LeaderChange;
import dev.coord.LeaderChangeReason;
import dev.coord.LeaderInfo;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.election.RenewalListener;
import dev.coord.mesh.Mesh;
import dev.coord.store.DatabaseState;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/**
 * Meters of a coordinator: its role and term, leader changes and failovers, renewals, participants, calls of the mesh, and
 * takeovers of the store. They have the tag {@code group}, and are removed when the coordinator closes. None of them asks the store.
 */
public final class CoordinatorMetrics implements MeterBinder {
    private final Coordinator coordinator;

    public CoordinatorMetrics(Coordinator coordinator) {
        this.coordinator = coordinator;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        var meters = new GroupMeters(registry, coordinator.group());
        for (Role role : Role.values()) {
            meters.gauge(
                    "coord.role",
                    "1 for the role that this participant has, 0 for the others",
                    "role",
                    role.name().toLowerCase(Locale.ROOT),
                    coordinator,
                    c -> c.role() == role ? 1 : 0);
        }
        meters.gauge(
                "coord.term",
                "The term of the leader, 0 while none is known",
                "terms",
                coordinator,
                c -> c.leader().map(LeaderInfo::term).orElse(Term.NONE).value());
        meters.gauge(
                "coord.participants",
                "Participants of the group that live, this one included",
                "participants",
                coordinator,
                c -> c.status().participants());
        meters.age(
                "coord.lease.renewal.age",
                "Since the leader's last renewal began, or since this follower saw one; not a number before the first",
                coordinator,
                c -> c.status()
                        .sinceRenewal()
                        .map(age -> (double) age.toNanos())
                        .orElse(Double.NaN));
        meters.age(
                "coord.lease.stale.threshold",
                "Without a renewal for this long, the lease may be taken from its leader; more than configured while the leader"
                        + " is not run in time",
                coordinator,
                c -> c.status().staleThreshold().toNanos());
        meters.counter(
                "coord.store.takeovers",
                "How often this process became the one that has the database open, for all its groups",
                "takeovers",
                coordinator,
                Coordinator::storeTakeovers);
        meters.gauge(
                "coord.store.connections",
                "Connections of this process to an external database, for all its groups; 0 where there is none",
                "connections",
                coordinator,
                c -> c.database().map(DatabaseState::connections).orElse(0));
        meters.gauge(
                "coord.store.connections.max",
                "Connections that this process has to an external database at most; 0 where there is none",
                "connections",
                coordinator,
                c -> c.database().map(DatabaseState::maxConnections).orElse(0));
        meters.gauge(
                "coord.store.sessions",
                "1 while this process has its session with an external database, for all its groups; 0 while it has none",
                "sessions",
                coordinator,
                c -> c.database()
                        .filter(state -> state.session() == DatabaseState.Session.OPEN)
                        .map(state -> 1)
                        .orElse(0));
        meters.gauge(
                "coord.store.timeline",
                "A number that an external database raises when a standby takes over; 0 where there is none",
                "timelines",
                coordinator,
                c -> c.database().map(DatabaseState::timeline).orElse(0L));
        meters.age(
                "coord.store.answer.age",
                "Since an external database last answered; not a number before the first answer, and where there is none",
                coordinator,
                c -> c.database()
                        .flatMap(DatabaseState::sinceAnswer)
                        .map(age -> (double) age.toNanos())
                        .orElse(Double.NaN));
        String calls = "Calls on the mesh, coord's own included; a stream is one";
        meters.counter("coord.mesh.calls", calls, "calls", "direction", "sent", coordinator.mesh(), Mesh::callsSent);
        meters.counter(
                "coord.mesh.calls", calls, "calls", "direction", "received", coordinator.mesh(), Mesh::callsReceived);
        listen(meters);
    }

    private void listen(GroupMeters meters) {
        var renewals = coordinator.addRenewalListener(new Renewals(meters));
        var leaders = coordinator.addListener(new Leaders(meters));
        var unused = coordinator.onClosed(() -> {
            renewals.close();
            leaders.close();
            meters.close();
        });
    }

    private static final class Renewals implements RenewalListener {
        private final Timer successful;
        private final Timer failed;

        Renewals(GroupMeters meters) {
            String description = "Attempts of this participant, as the leader, to renew the lease";
            this.successful = meters.timer("coord.lease.renewals", description, "outcome", "success");
            this.failed = meters.timer("coord.lease.renewals", description, "outcome", "failure");
        }

        @Override
        public void renewalEnded(Duration took, boolean renewed) {
            (renewed ? successful : failed).record(took);
        }
    }

    private static final class Leaders implements CoordinatorListener {
        private final Map<LeaderChangeReason, Counter> changes = new EnumMap<>(LeaderChangeReason.class);
        private final Timer failovers;

        Leaders(GroupMeters meters) {
            for (LeaderChangeReason reason : LeaderChangeReason.values()) {
                changes.put(
                        reason,
                        meters.counter(
                                "coord.leader.changes",
                                "How often this participant saw another leader, or the same one in another term",
                                "changes",
                                "reason",
                                reason.name().toLowerCase(Locale.ROOT)));
            }
            this.failovers = meters.timer(
                    "coord.leader.failover", "For how long there was no leader, as this participant saw it");
        }

        @Override
        public void leaderChanged(LeaderChange change) {
            Counter counter = changes.get(change.reason());
            if (counter != null) {
                counter.increment();
            }
            change.withoutLeader().ifPresent(failovers::record);
        }
    }
}
