package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Role;
import dev.coord.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One change in the life of a participant: it became the leader, follows another leader, or leads no longer.
 *
 * @param at when, on the wall clock: for people only
 * @param role what it is since then; {@link Role#UNKNOWN} if it leads no longer
 * @param term the term of the leader; of a leadership that ended, its own
 * @param leader who leads since then; empty if it leads no longer
 * @param reason the name of a {@link dev.coord.LeaderChangeReason}; of a leadership that ended, that of a
 *     {@link dev.coord.LossReason}
 * @param withoutLeader for how long there was no leader before, see {@link dev.coord.LeaderChange}
 */
public record RoleChange(
        Instant at,
        Role role,
        Term term,
        Optional<LeaderInfo> leader,
        String reason,
        Optional<Duration> withoutLeader) {}
