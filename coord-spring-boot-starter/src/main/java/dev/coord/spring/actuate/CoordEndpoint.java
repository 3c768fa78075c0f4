package dev.coord.spring.actuate;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorStatus;
import dev.coord.cluster.RoleChange;
import dev.coord.store.DatabaseState;
import dev.coord.store.Participant;
import dev.coord.store.StoreOwner;
import dev.coord.transport.Address;
import dev.coord.world.WorldReset;
import dev.coord.world.WorldStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.InvalidEndpointRequestException;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * The coordinators of this application: who takes part, who leads and since which term, where the database is open, how far the
 * world is, and how the role changed lately. A leader can be told to step down. It shows no secrets: pids, addresses of private
 * sockets, capabilities, attributes. Asking does not ask the store.
 */
@Endpoint(id = "coord")
public final class CoordEndpoint {
    /** For how long a leader that was told to step down does not stand again, unless it is told otherwise. */
    static final Duration DEFAULT_PAUSE = Duration.ofSeconds(10);

    private static final String STEP_DOWN = "step-down";

    private final Map<String, Coordinator> coordinators;
    private final Function<String, Optional<WorldStatus>> worlds;
    private final InstantSource wallClock;

    /**
     * @param coordinators by group
     * @param worlds the world of a group, empty if it has none
     * @param wallClock for the ages of heartbeats, which are for people
     */
    public CoordEndpoint(
            Map<String, Coordinator> coordinators,
            Function<String, Optional<WorldStatus>> worlds,
            InstantSource wallClock) {
        this.coordinators = Collections.unmodifiableMap(new LinkedHashMap<>(coordinators));
        this.worlds = worlds;
        this.wallClock = wallClock;
    }

    /** All groups in which this application takes part. */
    @ReadOperation
    public CoordDescriptor coord() {
        var groups = new LinkedHashMap<String, GroupDescriptor>();
        coordinators.forEach((group, coordinator) -> groups.put(group, describe(coordinator)));
        return new CoordDescriptor(groups);
    }

    /** One group; null if this application does not take part in it. */
    @ReadOperation
    public @Nullable GroupDescriptor group(@Selector String group) {
        Coordinator coordinator = coordinators.get(group);
        return coordinator == null ? null : describe(coordinator);
    }

    /**
     * Lets the leader step down, if it is this participant. Does not wait for the next leader.
     *
     * @param action {@code step-down}; null is the answer to others
     * @param group which group, the only one by default
     * @param pause for how long this participant does not stand again, unless nobody else wants to lead; 10 s by default
     */
    @WriteOperation
    public @Nullable StepDownDescriptor change(
            @Selector String action, @Nullable String group, @Nullable Duration pause) {
        if (!action.equals(STEP_DOWN)) {
            return null;
        }
        Duration wait = pause == null ? DEFAULT_PAUSE : pause;
        if (wait.isNegative()) {
            throw refused("The pause must not be negative: " + wait);
        }
        return stepDown(coordinator(group), wait);
    }

    private Coordinator coordinator(@Nullable String group) {
        if (group == null && coordinators.size() == 1) {
            return coordinators.values().iterator().next();
        }
        Coordinator found = group == null ? null : coordinators.get(group);
        if (found == null) {
            throw refused((group == null
                            ? "Name the group"
                            : "This application does not take part in the group '" + group + "'")
                    + "; the groups are " + coordinators.keySet());
        }
        return found;
    }

    private static InvalidEndpointRequestException refused(String why) {
        return new InvalidEndpointRequestException(why, why);
    }

    private static StepDownDescriptor stepDown(Coordinator coordinator, Duration pause) {
        Optional<Leadership> held = coordinator.leadership();
        if (held.isEmpty()) {
            Optional<LeaderInfo> leader = coordinator.leader();
            return new StepDownDescriptor(
                    false,
                    coordinator.group(),
                    leader.map(LeaderInfo::term).orElse(Term.NONE).value(),
                    leader.map(who -> "This participant does not lead; " + who.participant() + " (pid " + who.pid()
                                    + ") does: ask there.")
                            .orElse("This participant does not lead, and knows of nobody who does."),
                    leader.map(LeaderDescriptor::of).orElse(null));
        }
        coordinator.stepDown(pause);
        return new StepDownDescriptor(
                true,
                coordinator.group(),
                held.get().term().value(),
                "This participant steps down, and does not stand again for " + pause.toMillis()
                        + " ms, unless nobody else wants to lead.",
                null);
    }

    private GroupDescriptor describe(Coordinator coordinator) {
        CoordinatorStatus now = coordinator.status();
        return new GroupDescriptor(
                now.group(),
                now.participant().value(),
                now.role(),
                now.leader().map(LeaderInfo::term).orElse(Term.NONE).value(),
                now.leader().map(LeaderDescriptor::of).orElse(null),
                now.sinceRenewal().map(Duration::toMillis).orElse(null),
                now.staleThreshold().toMillis(),
                now.stretched(),
                now.withoutLeader().map(Duration::toMillis).orElse(null),
                coordinator.storeOwner().map(OwnerDescriptor::of).orElse(null),
                coordinator.database().map(DatabaseDescriptor::of).orElse(null),
                participants(coordinator),
                worlds.apply(now.group()).map(WorldDescriptor::of).orElse(null),
                roleChanges(coordinator),
                now.storeFailure().map(CoordEndpoint::messageOf).orElse(null),
                now.handlerFailure().map(CoordEndpoint::messageOf).orElse(null));
    }

    private List<ParticipantDescriptor> participants(Coordinator coordinator) {
        Instant now = wallClock.instant();
        return coordinator.mesh().directory().participants().stream()
                .map(participant -> ParticipantDescriptor.of(participant, now))
                .toList();
    }

    private static List<RoleChangeDescriptor> roleChanges(Coordinator coordinator) {
        var latestFirst = new ArrayList<RoleChangeDescriptor>();
        coordinator.roleChanges().forEach(change -> latestFirst.add(0, RoleChangeDescriptor.of(change)));
        return latestFirst;
    }

    private static String messageOf(Throwable failure) {
        return Optional.ofNullable(failure.getMessage()).orElseGet(failure::toString);
    }

    /**
     * The answer to who asks for everything.
     *
     * @param groups by name
     */
    public record CoordDescriptor(Map<String, GroupDescriptor> groups) implements OperationResponseBody {}

    /**
     * One group as this participant knows it.
     *
     * @param group its name
     * @param participant this participant
     * @param role what it is
     * @param term the term of the leader that it knows, 0 if it knows none
     * @param leader who leads
     * @param sinceRenewalMs since the leader's last renewal began, or since this follower saw one
     * @param staleThresholdMs after how long without a renewal the lease may be taken from the leader
     * @param stretched whether that is longer than configured: the leader has just started, or is not run in time
     * @param withoutLeaderMs for how long no leader has been known
     * @param storeOwner the process that has the shared database open
     * @param database the external database, where there is one
     * @param participants all that are registered
     * @param world how far the world is, if there is one
     * @param roleChanges the last ones, the latest first
     * @param storeFailure why the store does not answer
     * @param handlerFailure what the role handler threw
     */
    public record GroupDescriptor(
            String group,
            String participant,
            Role role,
            long term,
            @Nullable LeaderDescriptor leader,
            @Nullable Long sinceRenewalMs,
            long staleThresholdMs,
            boolean stretched,
            @Nullable Long withoutLeaderMs,
            @Nullable OwnerDescriptor storeOwner,
            @Nullable DatabaseDescriptor database,
            List<ParticipantDescriptor> participants,
            @Nullable WorldDescriptor world,
            List<RoleChangeDescriptor> roleChanges,
            @Nullable String storeFailure,
            @Nullable String handlerFailure)
            implements OperationResponseBody {}

    /** Who leads. */
    public record LeaderDescriptor(String participant, long pid, long term, String address) {
        static LeaderDescriptor of(LeaderInfo leader) {
            return new LeaderDescriptor(
                    leader.participant().value(), leader.pid(), leader.term().value(), leader.address());
        }
    }

    /** The process that has the shared database open; {@code here} if it is this one. */
    public record OwnerDescriptor(long pid, String address, long epoch, boolean here) {
        static OwnerDescriptor of(StoreOwner owner) {
            return new OwnerDescriptor(owner.pid(), owner.address(), owner.epoch(), owner.here());
        }
    }

    /**
     * The external database, as of its last answer. It has no password.
     *
     * @param url where it is, without what follows a question mark
     * @param server its name and version
     * @param timeline a number that it raises when a standby takes over; terms leave room for what may be lost then
     * @param session what the session of this process is
     * @param sinceAnswerMs since it last answered; null before the first answer
     * @param connections how many this process has open
     * @param maxConnections how many it has open at most
     */
    public record DatabaseDescriptor(
            String url,
            String server,
            long timeline,
            DatabaseState.Session session,
            @Nullable Long sinceAnswerMs,
            int connections,
            int maxConnections) {
        static DatabaseDescriptor of(DatabaseState state) {
            return new DatabaseDescriptor(
                    state.url(),
                    state.server(),
                    state.timeline(),
                    state.session(),
                    state.sinceAnswer().map(Duration::toMillis).orElse(null),
                    state.connections(),
                    state.maxConnections());
        }
    }

    /**
     * One participant, as the registry has it.
     *
     * @param heartbeatAgeMs since its last sign of life, by the wall clocks of both
     */
    public record ParticipantDescriptor(
            String id,
            long pid,
            String host,
            Role role,
            List<String> capabilities,
            Map<String, String> attributes,
            Instant startedAt,
            long heartbeatAgeMs,
            String address) {
        static ParticipantDescriptor of(Participant participant, Instant now) {
            return new ParticipantDescriptor(
                    participant.id().value(),
                    participant.pid(),
                    participant.host(),
                    participant.role(),
                    participant.capabilities(),
                    participant.attributes(),
                    participant.started(),
                    Math.max(
                            0,
                            Duration.between(participant.lastHeartbeat(), now).toMillis()),
                    Address.text(participant.address()));
        }
    }

    /**
     * How far the world is here.
     *
     * @param seqno the last commit that can be read here
     * @param lag how many commits are known to be ahead of it
     * @param queue how many operations wait here to be applied
     * @param behindMs for how long a commit has been known to exist that cannot be read here
     * @param stuck the types of operations that do not end and hold threads of this process
     * @param resultWindowMs for how long back it is known here which operations happened
     * @param resets how often commits were found to be lost, and the world was read anew
     * @param lastReset what that was like the last time
     */
    public record WorldDescriptor(
            long seqno,
            long lag,
            int queue,
            long behindMs,
            List<String> stuck,
            long resultWindowMs,
            long resets,
            @Nullable ResetDescriptor lastReset) {
        static WorldDescriptor of(WorldStatus status) {
            return new WorldDescriptor(
                    status.seqno(),
                    status.lag(),
                    status.queue(),
                    status.behind().toMillis(),
                    status.stuck(),
                    status.resultWindow().toMillis(),
                    status.resets(),
                    status.lastReset().map(ResetDescriptor::of).orElse(null));
        }
    }

    /**
     * The world in the store was no longer the one that had been read here.
     *
     * @param seqno the last commit that could be read here before
     * @param lost how many operations, at least, were committed and are not in what is there now
     */
    public record ResetDescriptor(Instant at, long seqno, long term, long newSeqno, long newTerm, int lost) {
        static ResetDescriptor of(WorldReset reset) {
            return new ResetDescriptor(
                    reset.at(),
                    reset.seqno(),
                    reset.term().value(),
                    reset.newSeqno(),
                    reset.newTerm().value(),
                    reset.lost());
        }
    }

    /**
     * A change of the role.
     *
     * @param failoverMs for how long there was no leader before, as this participant saw it
     */
    public record RoleChangeDescriptor(
            Instant at,
            Role role,
            long term,
            @Nullable LeaderDescriptor leader,
            String reason,
            @Nullable Long failoverMs) {
        static RoleChangeDescriptor of(RoleChange change) {
            return new RoleChangeDescriptor(
                    change.at(),
                    change.role(),
                    change.term().value(),
                    change.leader().map(LeaderDescriptor::of).orElse(null),
                    change.reason(),
                    change.withoutLeader().map(Duration::toMillis).orElse(null));
        }
    }

    /**
     * What became of the wish that the leader steps down.
     *
     * @param steppedDown whether it does; if not, this participant did not lead
     * @param term the term that ends, or that of the leader
     * @param message the same for people
     * @param leader who leads, if it is another one
     */
    public record StepDownDescriptor(
            boolean steppedDown,
            String group,
            long term,
            String message,
            @Nullable LeaderDescriptor leader) implements OperationResponseBody {}
}
