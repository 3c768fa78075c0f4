package dev.coord.cluster;

import dev.coord.CoordException;
import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Role;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A coordinator at one moment.
 *
 * @param group its group
 * @param participant its participant
 * @param role what it is
 * @param leader who leads as far as it knows, itself included
 * @param participants how many participants of the group live as far as it knows
 * @param sinceRenewal the leader: since its last successful renewal began; a follower: since it last saw the lease change
 * @param staleThreshold after how long without a renewal the lease may be taken from its holder, as its row says
 * @param stretched whether that is longer than it is configured here: the leader has just started, or is not run in time
 * @param withoutLeader for how long it has known of no leader, empty while it knows one
 * @param storeFailure why the store does not answer, empty if it does
 * @param handlerFailure what the role handler threw last, or that it does not stop; empty once a later call went well, or
 *     has gone on for 5 s without a failure
 * @param problems what does not work in this process, or cannot be reached from it, in words: internal threads that failed, files
 *     and sockets that were removed and could not be made again, a lease that nobody renews or claims
 */
public record CoordinatorStatus(
        String group,
        ParticipantId participant,
        Role role,
        Optional<LeaderInfo> leader,
        int participants,
        Optional<Duration> sinceRenewal,
        Duration staleThreshold,
        boolean stretched,
        Optional<Duration> withoutLeader,
        Optional<CoordException> storeFailure,
        Optional<Throwable> handlerFailure,
        List<String> problems) {
    public CoordinatorStatus {
        problems = List.copyOf(problems);
    }
}
