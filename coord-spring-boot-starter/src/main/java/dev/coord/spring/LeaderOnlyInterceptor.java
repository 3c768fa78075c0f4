package dev.coord.spring;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.NotLeaderException;
import java.lang.reflect.Method;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.support.AopUtils;

/** Lets a call through if this participant leads. */
final class LeaderOnlyInterceptor implements MethodInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(LeaderOnlyInterceptor.class);

    private final LeaderOnlyPointcut pointcut;
    private final RolesLookup lookup;
    private final Map<String, GroupRoles> groups = new ConcurrentHashMap<>();

    /** Finds the roles in a group; empty if the application takes part in none, or not yet. */
    @FunctionalInterface
    interface RolesLookup {
        Optional<GroupRoles> find(String group, String user);
    }

    LeaderOnlyInterceptor(LeaderOnlyPointcut pointcut, RolesLookup lookup) {
        this.pointcut = pointcut;
        this.lookup = lookup;
    }

    @Override
    public @Nullable Object invoke(MethodInvocation invocation) throws Throwable {
        Object bean = invocation.getThis();
        Class<?> type = bean == null ? invocation.getMethod().getDeclaringClass() : AopUtils.getTargetClass(bean);
        LeaderOnly spec = pointcut.find(invocation.getMethod(), type).orElse(null);
        return spec == null ? invocation.proceed() : invoke(invocation, spec, nameOf(invocation.getMethod(), type));
    }

    private static String nameOf(Method method, Class<?> type) {
        return "@LeaderOnly " + type.getSimpleName() + "." + method.getName() + "()";
    }

    private @Nullable Object invoke(MethodInvocation invocation, LeaderOnly spec, String name) throws Throwable {
        GroupRoles roles = roles(spec.group(), name);
        if (roles == null) {
            return refuse(spec, spec.group(), name, Optional.empty());
        }
        Optional<Leadership> outer = CurrentLeadership.find(roles.group());
        if (outer.isPresent()) {
            // Part of work that is interrupted and waited for as a whole.
            return outer.get().isHeld()
                    ? proceed(invocation, outer.get())
                    : refuse(spec, roles.group(), name, roles.leader());
        }
        LeaderCalls.Call call = roles.calls().begin(name).orElse(null);
        if (call == null) {
            return refuse(spec, roles.group(), name, roles.leader());
        }
        CurrentLeadership.Scope scope = CurrentLeadership.enter(call.leadership(), call::isInterrupted);
        try {
            return proceed(invocation, call.leadership());
        } catch (Exception e) {
            if (call.isInterrupted() && spec.otherwise() == LeaderOnly.Otherwise.SKIP && Interrupts.caused(e)) {
                LOG.info(
                        "Group {}: {} was interrupted: the leadership of term {} is over",
                        roles.group(),
                        name,
                        call.leadership().term());
                return null;
            }
            throw e;
        } finally {
            scope.leave();
            if (call.end()) {
                CurrentLeadership.passInterruptOn();
            }
        }
    }

    private @Nullable GroupRoles roles(String group, String name) {
        GroupRoles found = groups.get(group);
        if (found == null) {
            found = lookup.find(group, name).orElse(null);
            if (found != null) {
                groups.put(group, found);
            }
        }
        return found;
    }

    private static @Nullable Object proceed(MethodInvocation invocation, Leadership leadership) throws Throwable {
        Class<?>[] parameters = invocation.getMethod().getParameterTypes();
        Object[] arguments = invocation.getArguments();
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] == Leadership.class && arguments[i] == null) {
                arguments[i] = leadership;
            }
        }
        return invocation.proceed();
    }

    private static @Nullable Object refuse(LeaderOnly spec, String group, String name, Optional<LeaderInfo> leader) {
        if (spec.otherwise() == LeaderOnly.Otherwise.THROW) {
            throw new NotLeaderException(group, name, leader);
        }
        LOG.debug("Group {}: skips {}: this participant does not lead", group, name);
        return null;
    }
}
