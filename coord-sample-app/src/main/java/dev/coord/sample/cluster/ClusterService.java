package dev.coord.sample.cluster;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.sample.cluster.Cluster.Leader;
import dev.coord.sample.cluster.Cluster.Participant;
import dev.coord.sample.proto.PeerStatus;
import dev.coord.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Service;

/** Puts together what this instance knows of the group; asks nobody. */
@Service
public class ClusterService {
    private static final long UNKNOWN = -1;

    private final Coordinator coordinator;
    private final World world;
    private final HistoryStore history;
    private final Peers peers;
    private final OwnAddress address;

    ClusterService(Coordinator coordinator, World world, HistoryStore history, Peers peers, OwnAddress address) {
        this.coordinator = coordinator;
        this.world = world;
        this.history = history;
        this.peers = peers;
        this.address = address;
    }

    /** What is known of one who takes part. */
    private record Known(String url, boolean reachable, long seqno, long silentMillis) {}

    /** The group now. */
    public Cluster cluster() {
        Instant now = Instant.now();
        Optional<LeaderInfo> leader = coordinator.leader();
        List<LeaderRecord> records = world.read(history::latest);
        long leaderSeqno = leader.map(info -> known(info.participant()).seqno()).orElse(UNKNOWN);
        List<Participant> participants = coordinator.mesh().directory().participants().stream()
                .sorted(Comparator.comparing(dev.coord.store.Participant::started)
                        .thenComparing(registered -> registered.id().value()))
                .map(registered -> participant(registered, now, leader, leaderSeqno))
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

    private Leader leader(LeaderInfo info, List<LeaderRecord> records) {
        long term = info.term().value();
        Optional<LeaderRecord> record =
                records.stream().filter(candidate -> candidate.term() == term).findFirst();
        return new Leader(
                info.participant().value(),
                info.pid(),
                known(info.participant()).url(),
                term,
                record.map(LeaderRecord::since).orElse(null),
                record.map(LeaderRecord::reason).orElse(null),
                record.map(LeaderRecord::failoverMillis).orElse(null));
    }

    private Participant participant(
            dev.coord.store.Participant registered, Instant now, Optional<LeaderInfo> leader, long leaderSeqno) {
        ParticipantId id = registered.id();
        Known known = known(id);
        boolean leads = leader.filter(info -> info.participant().equals(id)).isPresent();
        long lag = known.seqno() < 0 || leaderSeqno < 0 ? UNKNOWN : Math.max(0, leaderSeqno - known.seqno());
        return new Participant(
                id.value(),
                registered.pid(),
                registered.host(),
                role(registered, leads).name(),
                known.url(),
                registered.capabilities(),
                registered.started(),
                Math.min(known.silentMillis(), registeredAge(registered, now)),
                known.reachable(),
                known.seqno(),
                leads ? 0 : lag);
    }

    /** The registry is looked at every two seconds. */
    private static long registeredAge(dev.coord.store.Participant registered, Instant now) {
        return Math.max(0, Duration.between(registered.lastHeartbeat(), now).toMillis());
    }

    /** The lease says who leads, and the registry is a moment behind. */
    private static Role role(dev.coord.store.Participant registered, boolean leads) {
        if (leads) {
            return Role.LEADER;
        }
        return registered.role() == Role.LEADER ? Role.UNKNOWN : registered.role();
    }

    private Known known(ParticipantId id) {
        if (id.equals(coordinator.id())) {
            return new Known(address.url(), true, world.seqno(), 0);
        }
        return peers.find(id)
                .map(peer -> {
                    PeerStatus status = peer.status();
                    long now = System.nanoTime();
                    return new Known(
                            status.getUrl(),
                            peer.isHeard(now),
                            status.getSeqno(),
                            TimeUnit.NANOSECONDS.toMillis(now - peer.heardAt()));
                })
                .orElse(new Known("", false, UNKNOWN, Long.MAX_VALUE));
    }
}
