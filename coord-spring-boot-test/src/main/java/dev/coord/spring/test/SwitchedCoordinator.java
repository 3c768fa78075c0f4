package dev.coord.spring.test;

import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.CoordinatorBuilderCustomizer;
import dev.coord.world.WorldRoleHandler;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Puts the application's coordinators on one store in memory, and switches the role of each: see {@link SwitchedRole}. */
final class SwitchedCoordinator
        implements TestCoordinator, CoordinatorBuilderCustomizer, ApplicationContextAware, Ordered, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchedCoordinator.class);

    private final String mainGroup;
    private final Role role;
    private final Set<String> followerIn;
    private final ObjectProvider<WorldRoleHandler> worlds;
    private final TestStore store = new TestStore();
    private final Set<Thread> roleThreads = ConcurrentHashMap.newKeySet();
    private final Map<String, SwitchedRole> roles = new ConcurrentHashMap<>();
    private @Nullable ApplicationContext context;

    /**
     * @param role in the main group, at the start of the application, and of each test
     * @param followerIn the other groups that this application does not lead then
     * @param worlds the world of the main group, if it has one
     */
    SwitchedCoordinator(String mainGroup, Role role, Set<String> followerIn, ObjectProvider<WorldRoleHandler> worlds) {
        this.mainGroup = mainGroup;
        this.role = role;
        this.followerIn = Set.copyOf(followerIn);
        this.worlds = worlds;
    }

    @Override
    public void customize(Coordinator.Builder builder) {
        String group = builder.group();
        boolean main = group.equals(mainGroup);
        Role begin = main ? role : followerIn.contains(group) ? Role.FOLLOWER : Role.LEADER;
        roles.put(
                group,
                new SwitchedRole(
                        builder,
                        begin,
                        store,
                        main ? Optional.ofNullable(worlds.getIfAvailable()) : Optional.empty(),
                        this::coordinator,
                        roleThreads));
        LOG.warn("Group {}: coord.test.role is set: this application takes part in memory only, as {}", group, begin);
    }

    /** After all others, which see the application as it is. */
    @Override
    public int getOrder() {
        return Ordered.LOWEST_PRECEDENCE;
    }

    private Coordinator coordinator(ParticipantId participant) {
        return context().getBeansOfType(Coordinator.class).values().stream()
                .filter(coordinator -> coordinator.id().equals(participant))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(participant + " is no bean of " + context));
    }

    private ApplicationContext context() {
        ApplicationContext mine = context;
        if (mine == null) {
            throw new IllegalStateException("Not a bean of an application context");
        }
        return mine;
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
        main().becomeLeader();
    }

    @Override
    public void becomeFollower() {
        main().becomeFollower();
    }

    @Override
    public void loseLeadership() {
        main().loseLeadership();
    }

    @Override
    public void reset() {
        roles.values().forEach(SwitchedRole::reset);
    }

    @Override
    public Coordinator otherParticipant() {
        return main().otherParticipant();
    }

    @Override
    public TestRole inGroup(String group) {
        SwitchedRole found = roles.get(group);
        if (found == null) {
            throw new IllegalArgumentException("This application decides no role in a group '" + group
                    + "', but in these: " + String.join(", ", new TreeSet<>(roles.keySet()))
                    + ". Name the group in coord.groups, without a Coordinator bean of your own for it.");
        }
        return found;
    }

    private TestRole main() {
        return inGroup(mainGroup);
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
                roles.values().forEach(SwitchedRole::handOver);
            } else {
                check();
            }
        }
    }

    private void check() {
        if (!roles.containsKey(mainGroup)) {
            throw new FailureAnalyzedException(
                    "The property 'coord.test.role' is set, but the Coordinator bean is the application's own, so that it would"
                            + " take part as in production.",
                    "Leave that bean out in tests, with @Profile(\"!test\") for instance, or remove the property 'coord.test.role'.");
        }
        var unknown = new TreeSet<>(followerIn);
        unknown.removeAll(roles.keySet());
        if (!unknown.isEmpty() || followerIn.contains(mainGroup)) {
            throw new FailureAnalyzedException(
                    "The property 'coord.test.follower-in' (followerIn of @CoordTest) names "
                            + (unknown.isEmpty()
                                    ? "the main group '" + mainGroup + "'."
                                    : "groups that this application does not take part in: "
                                            + String.join(", ", unknown) + "."),
                    "Name groups of 'coord.groups' in it; the role in the main group is 'coord.test.role'.");
        }
    }

    @Override
    public void close() {
        roles.values().forEach(SwitchedRole::close);
        store.close();
    }
}
