package dev.coord.spring;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.ParticipantContext;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The role handler of a group: what the application does as leader and as follower, side by side. As leader it returns when the
 * leadership is over and all of that has ended, the {@link LeaderCalls} too.
 */
final class GroupRoles implements RoleChangeHandler {
    private static final Logger LOG = LoggerFactory.getLogger(GroupRoles.class);
    /** How long after a failure for which the leader steps down methods of later order still get their turn. */
    private static final Duration OTHERS_TURN = Duration.ofSeconds(1);
    /** What takes longer to end than this is named. */
    private static final Duration SLOW_TO_END = Duration.ofSeconds(2);

    private final String group;
    private final @Nullable RoleChangeHandler own;
    private final ThreadFactory threads;
    private final LeaderCalls calls = new LeaderCalls();
    private volatile Members members;
    private volatile @Nullable Coordinator coordinator;
    private volatile @Nullable ParticipantContext participant;
    private volatile boolean handedOver;

    /** What beans do in the two roles; methods by their order. */
    private record Members(
            List<List<RoleMethod>> leaderMethods,
            List<List<RoleMethod>> followerMethods,
            RoleLifecycles leaderBeans,
            RoleLifecycles followerBeans) {}

    GroupRoles(String group, @Nullable RoleChangeHandler own, ThreadFactory threads) {
        this.group = group;
        this.own = own;
        this.threads = threads;
        this.members = members(List.of(), List.of());
    }

    /** Before the first role: what the beans do. */
    void setMembers(List<RoleMethod> methods, List<RoleLifecycle> lifecycles) {
        members = members(methods, lifecycles);
    }

    private Members members(List<RoleMethod> methods, List<RoleLifecycle> lifecycles) {
        return new Members(
                inTurns(methods, RoleSpec.Kind.LEADER),
                inTurns(methods, RoleSpec.Kind.FOLLOWER),
                lifecycles(lifecycles, RoleSpec.Kind.LEADER),
                lifecycles(lifecycles, RoleSpec.Kind.FOLLOWER));
    }

    private static List<List<RoleMethod>> inTurns(List<RoleMethod> methods, RoleSpec.Kind role) {
        return List.copyOf(methods.stream()
                .filter(method -> method.spec().role() == role)
                .collect(Collectors.groupingBy(RoleMethod::order, TreeMap::new, Collectors.toList()))
                .values());
    }

    private RoleLifecycles lifecycles(List<RoleLifecycle> lifecycles, RoleSpec.Kind role) {
        return new RoleLifecycles(
                group,
                lifecycles.stream()
                        .filter(lifecycle -> lifecycle.spec().role() == role)
                        .toList());
    }

    /** Before the first role: whose roles these are. */
    void setCoordinator(Coordinator value) {
        coordinator = value;
    }

    String group() {
        return group;
    }

    LeaderCalls calls() {
        return calls;
    }

    /** Who leads as far as this participant knows. */
    Optional<LeaderInfo> leader() {
        return Optional.ofNullable(coordinator).flatMap(Coordinator::leader);
    }

    @Override
    public Map<String, String> attributes() {
        return own == null ? Map.of() : own.attributes();
    }

    @Override
    public void onJoin(ParticipantContext joined) {
        participant = joined;
        if (own != null) {
            own.onJoin(joined);
        }
    }

    /** Nothing is done in a role any more, though this participant may get one. */
    @Override
    public void onHandOver() throws Exception {
        handedOver = true;
        try {
            members.followerBeans().leave();
        } finally {
            if (own != null) {
                own.onHandOver();
            }
        }
    }

    @Override
    public void onLeave() {
        try {
            members.followerBeans().leave();
        } finally {
            if (own != null) {
                own.onLeave();
            }
        }
    }

    @Override
    public void onBecomeLeader(Leadership leadership) throws InterruptedException {
        if (handedOver) {
            return;
        }
        Members now = members;
        now.followerBeans().stop();
        if (Thread.interrupted()) {
            throw new InterruptedException("The leadership was lost before it was used");
        }
        var run = newRun(leadership::isHeld);
        calls.open(leadership);
        try {
            List<RoleTask> beside = new ArrayList<>();
            if (own != null) {
                beside.add(ownTask(RoleSpec.Kind.LEADER, () -> lead(own, leadership)));
            }
            if (!now.leaderBeans().isEmpty()) {
                beside.add(task(RoleSpec.Kind.LEADER, "lifecycle", "the Lifecycle beans", () -> {
                    startAndStop(now.leaderBeans(), run);
                }));
            }
            run.start(beside);
            callInTurn(run, now.leaderMethods(), () -> occasion(leadership));
            joined().failed().accept(leadership, run.awaitFailure());
        } finally {
            calls.close();
            run.end();
            awaitEnded(run);
        }
    }

    private static void lead(RoleChangeHandler handler, Leadership leadership) throws Exception {
        CurrentLeadership.Scope scope = CurrentLeadership.enter(leadership);
        try {
            handler.onBecomeLeader(leadership);
        } finally {
            scope.leave();
        }
    }

    private static void startAndStop(RoleLifecycles lifecycles, RoleRun run) {
        try {
            lifecycles.start(run);
            run.awaitOver();
        } catch (InterruptedException e) {
            // The role is over; stopping is not to be interrupted.
            LOG.trace("The Lifecycle beans' role is over", e);
        } finally {
            var unused = Thread.interrupted();
            lifecycles.stop();
        }
    }

    @Override
    public void onBecomeFollower(LeaderInfo leader) throws InterruptedException {
        if (handedOver) {
            return;
        }
        Members now = members;
        var run = newRun(() -> true);
        try {
            List<RoleTask> beside = new ArrayList<>();
            if (own != null) {
                beside.add(ownTask(RoleSpec.Kind.FOLLOWER, () -> own.onBecomeFollower(leader)));
            }
            if (!now.followerBeans().isEmpty()) {
                beside.add(task(RoleSpec.Kind.FOLLOWER, "lifecycle", "the Lifecycle beans", () -> {
                    now.followerBeans().start(run);
                }));
            }
            run.start(beside);
            callInTurn(run, now.followerMethods(), () -> occasion(leader));
            run.awaitAllReturned();
        } finally {
            run.end();
            awaitEnded(run);
        }
    }

    private RoleRun newRun(BooleanSupplier held) {
        return new RoleRun(group, threads, held, joined().reported(), OTHERS_TURN);
    }

    private RoleTask ownTask(RoleSpec.Kind role, RoleTask.Body body) {
        return task(role, "handler", "the RoleChangeHandler", body);
    }

    private RoleTask task(RoleSpec.Kind role, String thread, String name, RoleTask.Body body) {
        return new RoleTask(
                name, "coord-" + role.label() + "-" + group + "-" + thread, role == RoleSpec.Kind.LEADER, body);
    }

    private void callInTurn(RoleRun run, List<List<RoleMethod>> turns, Supplier<RoleMethod.Occasion> occasion)
            throws InterruptedException {
        for (List<RoleMethod> turn : turns) {
            Collection<RoleTask> tasks = turn.stream()
                    .map(method -> method.task(group, occasion.get()))
                    .toList();
            run.start(tasks);
            if (!run.awaitReturned(tasks)) {
                return;
            }
        }
    }

    private RoleMethod.Occasion occasion(Leadership leadership) {
        Coordinator source = bound();
        var self = new LeaderInfo(
                group,
                leadership.participant(),
                leadership.term(),
                ProcessHandle.current().pid(),
                source.mesh().address());
        return new RoleMethod.Occasion(leadership, self, new BecameLeaderEvent(source, leadership));
    }

    private RoleMethod.Occasion occasion(LeaderInfo leader) {
        return new RoleMethod.Occasion(null, leader, new BecameFollowerEvent(bound(), leader));
    }

    private void awaitEnded(RoleRun run) {
        boolean interrupted = false;
        Deadline patience = Deadline.in(SLOW_TO_END);
        while (true) {
            try {
                if (run.awaitEnded(patience) && calls.awaitEnded(patience)) {
                    break;
                }
                patience = Deadline.in(ChronoUnit.FOREVER.getDuration());
                LOG.warn(
                        "Group {}: the role is over, but this was interrupted and has not ended yet: {}",
                        group,
                        Stream.concat(run.running().stream(), calls.running().stream())
                                .collect(Collectors.joining(", ")));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private ParticipantContext joined() {
        ParticipantContext now = participant;
        if (now == null) {
            throw new IllegalStateException(
                    "The handler of group '" + group + "' was called before it was told to join");
        }
        return now;
    }

    private Coordinator bound() {
        Coordinator now = coordinator;
        if (now == null) {
            throw new IllegalStateException("There is no Coordinator bean of group '" + group + "'");
        }
        return now;
    }

    @Override
    public String toString() {
        return "the roles of group '" + group + "'";
    }
}
