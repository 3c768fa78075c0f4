package dev.coord.spring.test;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.cluster.ParticipantContext;
import dev.coord.election.LeaseTiming;
import dev.coord.world.WorldRoleHandler;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Two participants of a group on one store in memory: the application's, and another one that is made when it is first needed. The
 * leases of the store let only the one of the two claim that is meant to lead; all else is as always.
 */
final class SwitchedRole implements TestRole, CoordinatorListener {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** However long a debugger stops the JVM, nobody loses the lease for that, or counts as gone. */
    private static final Duration NEVER = Duration.ofHours(24);

    private final String group;
    private final Role role;
    private final TestStore store;
    private final CoordinatorSettings settings;
    private final Optional<WorldRoleHandler> world;
    private final Function<ParticipantId, Coordinator> coordinators;
    private final TrackedRoleHandler handler;
    private volatile @Nullable Coordinator own;
    private volatile Term heard = Term.NONE;
    private @Nullable Coordinator other;

    /**
     * @param builder of the application's participant, which becomes one whose role can be switched
     * @param role at the beginning
     * @param world of the application in the group
     * @param coordinators finds the application's participant, when it takes part
     * @param roleThreads the threads on which the handler has work done, as long as there are any
     */
    SwitchedRole(
            Coordinator.Builder builder,
            Role role,
            TestStore store,
            Optional<WorldRoleHandler> world,
            Function<ParticipantId, Coordinator> coordinators,
            Collection<Thread> roleThreads) {
        this.group = builder.group();
        this.role = role;
        this.store = store;
        this.settings = patient(builder.settings());
        this.world = world;
        this.coordinators = coordinators;
        this.handler = new TrackedRoleHandler(builder.handler(), () -> roleThreads, this::join);
        builder.store(store).settings(settings).handler(handler);
    }

    private static CoordinatorSettings patient(CoordinatorSettings settings) {
        return settings.withLease(new LeaseTiming(settings.lease().renewalInterval(), NEVER.dividedBy(2), NEVER))
                .withParticipantExpiry(NEVER);
    }

    /** The application's participant is about to stand for election. */
    private void join(ParticipantContext participant) {
        Coordinator joining = coordinators.apply(participant.participant());
        own = joining;
        // After all those that came before.
        var unused = joining.addListener(this);
        if (role == Role.LEADER) {
            meant(joining.id());
        } else {
            letOtherLead(otherParticipant());
        }
    }

    private Coordinator own() {
        Coordinator joined = own;
        if (joined == null) {
            throw new IllegalStateException("This application does not take part in group '" + group + "' yet");
        }
        return joined;
    }

    private void meant(ParticipantId participant) {
        store.leases().setMeant(group, participant);
    }

    @Override
    public synchronized Coordinator otherParticipant() {
        Coordinator made = other;
        if (made == null) {
            Coordinator.Builder builder = Coordinator.builder()
                    .group(group)
                    .store(store)
                    .settings(settings)
                    .shutdownHook(false);
            world.ifPresent(applied -> builder.handler(applied.toBuilder().build()));
            made = builder.build();
            made.start();
            other = made;
        }
        return made;
    }

    @Override
    public synchronized void becomeLeader() {
        Coordinator mine = own();
        meant(mine.id());
        Optional<Coordinator> leader = Optional.ofNullable(other);
        await("leader", () -> {
            leader.filter(l -> l.leadership().isPresent()).ifPresent(l -> l.stepDown(Duration.ZERO));
            return mine.role() == Role.LEADER
                    && mine.leadership().filter(lease -> knows(lease.term())).isPresent();
        });
    }

    @Override
    public synchronized void becomeFollower() {
        Coordinator mine = own();
        Coordinator leader = otherParticipant();
        meant(leader.id());
        awaitFollows(leader, () -> mine.leadership().ifPresent(lease -> mine.stepDown(Duration.ZERO)));
    }

    @Override
    public synchronized void loseLeadership() {
        Coordinator mine = own();
        Coordinator leader = otherParticipant();
        letOtherLead(leader);
        // Which finds out that it is not the leader any more; it would by itself, a little later.
        awaitFollows(
                leader,
                () -> mine.leadership().ifPresent(lease -> mine.election().renewLease()));
    }

    @Override
    public void reset() {
        if (role == Role.LEADER) {
            becomeLeader();
        } else {
            becomeFollower();
        }
    }

    private void letOtherLead(Coordinator leader) {
        store.leases().depose(group, leader.id());
        await("follower", () -> leader.leadership().isPresent());
    }

    private void awaitFollows(Coordinator leader, Runnable push) {
        Coordinator mine = own();
        await("follower", () -> {
            push.run();
            return mine.role() == Role.FOLLOWER
                    && mine.leader()
                            .filter(l -> l.participant().equals(leader.id()) && knows(l.term()))
                            .isPresent();
        });
    }

    private boolean knows(Term term) {
        return heard.equals(term) && handler.isTold(term);
    }

    private void await(String what, BooleanSupplier reached) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!reached.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("Interrupted while this participant was to become " + what);
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException("This participant did not become " + what + " within "
                        + PATIENCE.toSeconds() + " s: it is " + own().status());
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public void becameLeader(Leadership leadership) {
        heard = leadership.term();
    }

    @Override
    public void becameFollower(LeaderInfo leader) {
        heard = leader.term();
    }

    /** Whoever closes the application's participant need not wait for somebody who may claim. */
    synchronized void handOver() {
        if (other != null) {
            meant(other.id());
        }
    }

    synchronized void close() {
        if (other != null) {
            other.close();
        }
    }
}
