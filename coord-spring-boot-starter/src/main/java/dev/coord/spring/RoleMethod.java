package dev.coord.spring;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.Order;
import org.springframework.util.ReflectionUtils;

/** A method with {@link OnLeader} or {@link OnFollower}, and how it is called. */
final class RoleMethod {
    private final RoleSpec spec;
    private final BeanFactory beans;
    private final String beanName;
    private final Method declared;
    private @Nullable Target target;

    private record Target(Object bean, Method method) {}

    private RoleMethod(RoleSpec spec, BeanFactory beans, String beanName, Method declared) {
        this.spec = spec;
        this.beans = beans;
        this.beanName = beanName;
        this.declared = declared;
    }

    /** @throws FailureAnalyzedException if {@code declared} cannot be called so */
    static RoleMethod of(RoleSpec spec, BeanFactory beans, String beanName, Method declared) {
        var method = new RoleMethod(spec, beans, beanName, declared);
        if (Modifier.isStatic(declared.getModifiers())) {
            throw new FailureAnalyzedException(
                    method.name() + " is static.", "Make it an instance method: it is called on the bean.");
        }
        if (declared.getReturnType() != void.class) {
            throw new FailureAnalyzedException(
                    method.name() + " returns a " + declared.getReturnType().getSimpleName() + ", which nobody gets.",
                    "Let it return void, and end when its work has ended: what it leaves to other threads is not"
                            + " interrupted, and not waited for, when the role is over.");
        }
        for (Class<?> parameter : declared.getParameterTypes()) {
            if (!spec.role().parameters().contains(parameter)) {
                throw new FailureAnalyzedException(
                        method.name() + " takes a " + parameter.getSimpleName() + ", which is not there to be given.",
                        "Let it take nothing, or any of "
                                + spec.role().parameters().stream()
                                        .map(Class::getSimpleName)
                                        .collect(Collectors.joining(", "))
                                + ". Other beans are injected into its bean.");
            }
        }
        return method;
    }

    RoleSpec spec() {
        return spec;
    }

    /** What messages call it. */
    String name() {
        return spec.annotation() + " " + declared.getDeclaringClass().getSimpleName() + "." + declared.getName()
                + "() of bean '" + beanName + "'";
    }

    int order() {
        Order order = AnnotatedElementUtils.findMergedAnnotation(declared, Order.class);
        return order == null ? Ordered.LOWEST_PRECEDENCE : order.value();
    }

    /**
     * Makes the bean if it is not there yet.
     *
     * @throws FailureAnalyzedException if the method cannot be called on the bean's proxy
     */
    synchronized void resolve() {
        if (target == null) {
            target = find(beans.getBean(beanName));
        }
    }

    private Target find(Object bean) {
        if (AopUtils.isCglibProxy(bean) && Modifier.isFinal(declared.getModifiers())) {
            throw new FailureAnalyzedException(
                    name() + " is final, and its bean is proxied: the call would reach the proxy, which has none of the"
                            + " bean's fields.",
                    "Make the method not final.");
        }
        try {
            Method method = AopUtils.selectInvocableMethod(declared, bean.getClass());
            ReflectionUtils.makeAccessible(method);
            return new Target(bean, method);
        } catch (IllegalStateException e) {
            throw new FailureAnalyzedException(
                    name() + " cannot be called on the bean's proxy: " + e.getMessage(),
                    Modifier.isPrivate(declared.getModifiers())
                            ? "Make the method package-private, or more visible than that."
                            : "Declare the method in an interface of the bean too, or let the proxy have the bean's class"
                                    + " (spring.aop.proxy-target-class=true).",
                    e);
        }
    }

    /** The call for a role that began. */
    RoleTask task(String group, Occasion occasion) {
        return new RoleTask(
                name(),
                "coord-" + spec.role().label() + "-" + group + "-" + beanName + "." + declared.getName(),
                spec.stepsDown(),
                () -> call(occasion));
    }

    private void call(Occasion occasion) throws Exception {
        Leadership leadership = occasion.leadership();
        if (leadership == null) {
            invoke(occasion);
            return;
        }
        CurrentLeadership.Scope scope = CurrentLeadership.enter(leadership);
        try {
            invoke(occasion);
        } finally {
            scope.leave();
        }
    }

    private void invoke(Occasion occasion) throws Exception {
        resolve();
        Target resolved = target();
        Object[] arguments = Arrays.stream(declared.getParameterTypes())
                .map(occasion::argument)
                .toArray();
        try {
            resolved.method().invoke(resolved.bean(), arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Exception thrown) {
                throw thrown;
            }
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    private synchronized Target target() {
        Target resolved = target;
        if (resolved == null) {
            throw new IllegalStateException(name() + " is not resolved");
        }
        return resolved;
    }

    /**
     * A role that began, as methods are told of it.
     *
     * @param leadership the leadership, if it is an own one
     * @param leader who leads
     */
    record Occasion(@Nullable Leadership leadership, LeaderInfo leader, RoleEvent event) {
        private Object argument(Class<?> type) {
            List<@Nullable Object> candidates = Arrays.asList(leadership, leader, event);
            for (Object candidate : candidates) {
                if (candidate != null && type.isInstance(candidate)) {
                    return candidate;
                }
            }
            throw new IllegalArgumentException("Nothing to give for a " + type);
        }
    }
}
