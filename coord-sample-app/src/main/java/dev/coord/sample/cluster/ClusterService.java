package dev.coord.sample.cluster;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.sample.cluster.Cluster.Leader;
import dev.coord.store.Participant;
import dev.coord.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Service;

/** Puts together what this instance knows of the group; asks nobody. */
@Service
public class ClusterService {
    private final Coordinator coordinator;
    private final World world;
    private final HistoryStore history;

    ClusterService(Coordinator coordinator, World world, HistoryStore history) {
        this.coordinator = coordinator;
        this.world = world;
        this.history = history;
    }

    /** The group now. */
    public Cluster cluster() {
        Instant now = Instant.now();
        Optional<LeaderInfo> leader = coordinator.leader();
        List<LeaderRecord> records = world.read(history::latest);
        List<Cluster.Participant> participants = registered().stream()
                .sorted(Comparator.comparing(Participant::started)
                        .thenComparing(registered -> registered.id().value()))
                .map(registered -> participant(registered, now, leader))
                .toList();
        return new Cluster(
                coordinator.group(),
                coordinator.id().value(),
                now,
                world.seqno(),
                leader.map(info -> leader(info, records)).orElse(null),
                participants,
                records);
    }

    /** Whether an object with this key is part of what {@link #cluster()} tells. */
    public boolean concerns(String objectKey) {
        return objectKey.startsWith(HistoryStore.LEADERS) || objectKey.startsWith(HistoryStore.ENDINGS);
    }

    /** Where the page of a participant is, empty if that is not known. */
    String page(ParticipantId id) {
        return registered().stream()
                .filter(registered -> registered.id().equals(id))
                .findFirst()
                .map(PageAddress::of)
                .orElse("");
    }

    private List<Participant> registered() {
        return coordinator.mesh().directory().participants();
    }

    private Leader leader(LeaderInfo info, List<LeaderRecord> records) {
        long term = info.term().value();
        Optional<LeaderRecord> record =
                records.stream().filter(candidate -> candidate.term() == term).findFirst();
        return new Leader(
                info.participant().value(),
                info.pid(),
                page(info.participant()),
                term,
                record.map(LeaderRecord::since).orElse(null),
                record.map(LeaderRecord::reason).orElse(null),
                record.map(LeaderRecord::failoverMillis).orElse(null));
    }

    private Cluster.Participant participant(Participant registered, Instant now, Optional<LeaderInfo> leader) {
        boolean leads = leader.filter(info -> info.participant().equals(registered.id()))
                .isPresent();
        Duration silent = registered.id().equals(coordinator.id())
                ? Duration.ZERO
                : Duration.between(registered.lastHeartbeat(), now);
        return new Cluster.Participant(
                registered.id().value(),
                registered.pid(),
                registered.host(),
                role(registered, leads).name(),
                PageAddress.of(registered),
                registered.capabilities(),
                registered.started(),
                Math.max(0, silent.toMillis()));
    }

    /** The lease says who leads, and the registry is a moment behind. */
    private static Role role(Participant registered, boolean leads) {
        if (leads) {
            return Role.LEADER;
        }
        return registered.role() == Role.LEADER ? Role.UNKNOWN : registered.role();
    }
}
