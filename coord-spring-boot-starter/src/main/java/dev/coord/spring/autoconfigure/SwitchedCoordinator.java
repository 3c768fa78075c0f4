package dev.coord.spring.autoconfigure;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.Term;
import dev.coord.cluster.Coordinator;
import dev.coord.cluster.CoordinatorListener;
import dev.coord.cluster.CoordinatorSettings;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.test.TestCoordinator;
import dev.coord.world.WorldRoleHandler;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Two participants on one store in memory: the application's, and another one that is made when it is first needed. The leases of
 * the store let only the one of the two claim that is meant to lead; all else is as always.
 */
final class SwitchedCoordinator implements TestCoordinator, ApplicationContextAware, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchedCoordinator.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    /** However long a debugger stops the JVM, nobody loses the lease for that, or counts as gone. */
    private static final Duration NEVER = Duration.ofHours(24);

    private final Role role;
    private final TestStore store = new TestStore();
    private final Set<Thread> roleThreads = ConcurrentHashMap.newKeySet();
    private volatile @Nullable Pair pair;
    private @Nullable ApplicationContext context;

    /** @param role at the start of the application, and of each test */
    SwitchedCoordinator(Role role) {
        this.role = role;
    }

    /**
     * The application's participant.
     *
     * @param builder without a place, a handler and settings
     */
    Coordinator build(
            Coordinator.Builder builder,
            CoordinatorSettings settings,
            RoleChangeHandler handler,
            Optional<WorldRoleHandler> world) {
        CoordinatorSettings patient = patient(settings);
        builder.store(store).settings(patient).shutdownHook(false);
        var made = new Pair(builder, patient, handler, world);
        pair = made;
        LOG.warn(
                "Group {}: coord.test.role is set: this application takes part in memory only, as {}",
                made.own.group(),
                role);
        return made.own;
    }

    /** A participant of another group, which leads it: no test switches its role. */
    Coordinator leading(Coordinator.Builder builder, CoordinatorSettings settings) {
        Coordinator made = builder.store(store)
                .settings(patient(settings))
                .shutdownHook(false)
                .build();
        store.leases().setMeant(made.group(), made.id());
        return made;
    }

    private static CoordinatorSettings patient(CoordinatorSettings settings) {
        return settings.toBuilder()
                .renewDeadline(NEVER.dividedBy(2))
                .leaseStaleThreshold(NEVER)
                .maxLeaseStaleThreshold(NEVER)
                .participantExpiry(NEVER)
                .build();
    }

    /** Watches the threads on which the application's beans hear of their roles. */
    ThreadFactory watch(ThreadFactory threads) {
        return work -> {
            Thread thread = threads.newThread(() -> {
                try {
                    work.run();
                } finally {
                    roleThreads.remove(Thread.currentThread());
                }
            });
            roleThreads.add(thread);
            return thread;
        };
    }

    @Override
    public void becomeLeader() {
        pair().lead();
    }

    @Override
    public void becomeFollower() {
        pair().follow();
    }

    @Override
    public void loseLeadership() {
        pair().lose();
    }

    @Override
    public void reset() {
        if (role == Role.LEADER) {
            becomeLeader();
        } else {
            becomeFollower();
        }
    }

    @Override
    public Coordinator other() {
        return pair().other();
    }

    private Pair pair() {
        Pair made = pair;
        if (made == null) {
            throw new FailureAnalyzedException(
                    "The property 'coord.test.role' is set, but the Coordinator bean is the application's own, so that it would"
                            + " take part as in production.",
                    "Leave that bean out in tests, with @Profile(\"!test\") for instance, or remove the property 'coord.test.role'.");
        }
        return made;
    }

    @Override
    public void setApplicationContext(ApplicationContext applicationContext) {
        context = applicationContext;
    }

    /** Child contexts tell their parents, too. */
    @Order(Ordered.HIGHEST_PRECEDENCE)
    @EventListener({ContextRefreshedEvent.class, ContextClosedEvent.class})
    void on(ApplicationContextEvent event) {
        if (event.getApplicationContext() == context) {
            if (event instanceof ContextClosedEvent) {
                Optional.ofNullable(pair).ifPresent(Pair::handOver);
            } else {
                pair();
            }
        }
    }

    @Override
    public void close() {
        Optional.ofNullable(pair).ifPresent(Pair::close);
        store.close();
    }

    /** The two participants. */
    private final class Pair implements CoordinatorListener {
        private final CoordinatorSettings settings;
        private final Optional<WorldRoleHandler> world;
        private final ToldHandler handler;
        private final Coordinator own;
        private final String group;
        private volatile Term heard = Term.NONE;
        private @Nullable Coordinator other;

        Pair(
                Coordinator.Builder builder,
                CoordinatorSettings settings,
                RoleChangeHandler handler,
                Optional<WorldRoleHandler> world) {
            this.settings = settings;
            this.world = world;
            this.handler = new ToldHandler(handler, () -> roleThreads, this::join);
            this.own = builder.handler(this.handler).build();
            this.group = own.group();
        }

        /** The application's participant is about to stand for election. */
        private void join() {
            // After all those that came before.
            own.addListener(this);
            if (role == Role.LEADER) {
                meant(own.id());
            } else {
                letOtherLead(other());
            }
        }

        private void meant(ParticipantId participant) {
            store.leases().setMeant(group, participant);
        }

        synchronized Coordinator other() {
            Coordinator made = other;
            if (made == null) {
                Coordinator.Builder builder = Coordinator.builder()
                        .group(group)
                        .store(store)
                        .settings(settings)
                        .shutdownHook(false);
                world.ifPresent(handler -> builder.handler(handler.toBuilder().build()));
                made = builder.build();
                made.start();
                other = made;
            }
            return made;
        }

        synchronized void lead() {
            meant(own.id());
            Optional<Coordinator> leader = Optional.ofNullable(other);
            await("leader", () -> {
                leader.filter(l -> l.leadership().isPresent()).ifPresent(l -> l.stepDown(Duration.ZERO));
                return own.role() == Role.LEADER
                        && own.leadership().filter(lease -> knows(lease.term())).isPresent();
            });
        }

        synchronized void follow() {
            Coordinator leader = other();
            meant(leader.id());
            awaitFollows(leader, () -> own.leadership().ifPresent(lease -> own.stepDown(Duration.ZERO)));
        }

        synchronized void lose() {
            Coordinator leader = other();
            letOtherLead(leader);
            // Which finds out that it is not the leader any more; it would by itself, a little later.
            awaitFollows(
                    leader,
                    () -> own.leadership().ifPresent(lease -> own.election().renewLease()));
        }

        private void letOtherLead(Coordinator leader) {
            store.leases().depose(group, leader.id());
            await("follower", () -> leader.leadership().isPresent());
        }

        private void awaitFollows(Coordinator leader, Runnable push) {
            await("follower", () -> {
                push.run();
                return own.role() == Role.FOLLOWER
                        && own.leader()
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
                            + PATIENCE.toSeconds() + " s: it is " + own.status());
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
}
