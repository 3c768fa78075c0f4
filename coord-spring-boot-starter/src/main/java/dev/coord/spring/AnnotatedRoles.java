package dev.coord.spring;

import dev.coord.cluster.Coordinator;
import dev.coord.cluster.RoleChangeHandler;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * The role handlers through which the application's beans hear of their roles: their {@link OnLeader} and {@link OnFollower} methods
 * and {@code Lifecycle} beans, and their {@link LeaderOnly} calls. The auto-configured coordinators have them. A
 * {@link Coordinator} bean of the application's own is built with one too:
 *
 * <pre>{@code
 * @Bean
 * Coordinator coordinator(AnnotatedRoles roles) {
 *     return Coordinator.builder().group("reports").handler(roles.handler("reports")). … .build();
 * }
 * }</pre>
 */
public final class AnnotatedRoles {
    private final ListableBeanFactory beans;
    private final Coordinators coordinators;
    private final ContextReadiness readiness;
    private final ThreadFactory threads;
    private final Map<String, GroupRoles> groups = new ConcurrentHashMap<>();

    /**
     * @param beans where the coordinators are, and the beans that have roles
     * @param readiness before which no handler is called
     * @param threads makes the threads on which beans are called; they must not keep the process alive
     */
    public AnnotatedRoles(ListableBeanFactory beans, ContextReadiness readiness, ThreadFactory threads) {
        this.beans = beans;
        this.coordinators = new Coordinators(beans);
        this.readiness = readiness;
        this.threads = threads;
    }

    /**
     * The handler for the one coordinator of {@code group}. It may be asked for before the beans are known.
     *
     * @throws IllegalStateException if it was handed out before
     */
    public RoleChangeHandler handler(String group) {
        return handOut(group, null);
    }

    /**
     * The handler for the one coordinator of {@code group}, which calls {@code own} beside the beans, on a thread made for the
     * call. If {@code own} fails as leader, this participant steps down.
     *
     * @throws IllegalStateException if it was handed out before
     */
    public RoleChangeHandler handler(String group, RoleChangeHandler own) {
        return handOut(group, own);
    }

    private RoleChangeHandler handOut(String group, @Nullable RoleChangeHandler own) {
        var roles = new GroupRoles(group, own, threads);
        if (groups.putIfAbsent(group, roles) != null) {
            throw new IllegalStateException(
                    "The role handler of group '" + group + "' is in use: build one Coordinator for each group");
        }
        return readiness.whenReady(roles);
    }

    /**
     * Once, when all singletons are there: what the beans of {@code home} do in their roles.
     *
     * @throws FailureAnalyzedException if that cannot be
     */
    void setMembers(ListableBeanFactory home, List<RoleMethod> methods, List<RoleLifecycle> lifecycles) {
        String first = methods.isEmpty()
                ? lifecycles.isEmpty() ? "" : lifecycles.get(0).name()
                : methods.get(0).name();
        if (first.isEmpty()) {
            return;
        }
        if (home != beans) {
            throw new FailureAnalyzedException(
                    first
                            + " is in an application context whose coordinator is in a parent context, which may lead before"
                            + " this one is there and after it is closed.",
                    "Put the bean in the context that has the coordinator, or listen to the role events, which reach both.");
        }
        Map<GroupRoles, List<RoleMethod>> methodsOf = new LinkedHashMap<>();
        methods.forEach(method -> methodsOf
                .computeIfAbsent(get(method.spec().group(), method.name()), roles -> new ArrayList<>())
                .add(method));
        Map<GroupRoles, List<RoleLifecycle>> lifecyclesOf = new LinkedHashMap<>();
        lifecycles.forEach(lifecycle -> lifecyclesOf
                .computeIfAbsent(get(lifecycle.spec().group(), lifecycle.name()), roles -> new ArrayList<>())
                .add(lifecycle));
        groups.values()
                .forEach(roles -> roles.setMembers(
                        methodsOf.getOrDefault(roles, List.of()), lifecyclesOf.getOrDefault(roles, List.of())));
    }

    /**
     * The roles in a group.
     *
     * @param group the group's name; empty for the group of the application
     * @param user who asks, for the message
     * @throws FailureAnalyzedException if there is no such group, or its coordinator has no handler from here
     */
    GroupRoles get(String group, String user) {
        Coordinator coordinator = coordinators.get(group, user);
        GroupRoles found = groups.get(coordinator.group());
        if (found == null) {
            throw new FailureAnalyzedException(
                    user + " would never hear of its role: the Coordinator bean of group '" + coordinator.group()
                            + "' was built by the application, without the handler for that.",
                    "Inject dev.coord.spring.AnnotatedRoles where the Coordinator is built, and build it with"
                            + " handler(annotatedRoles.handler(\"" + coordinator.group() + "\")), or"
                            + " annotatedRoles.handler(\"" + coordinator.group()
                            + "\", handler) if it has a handler of its own.");
        }
        found.setCoordinator(coordinator);
        return found;
    }
}
