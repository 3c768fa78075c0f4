package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldListener;
import dev.coord.world.WorldChange;
import dev.coord.world.WorldListener.Event;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.core.ResolvableType;
import org.springframework.util.ReflectionUtils;

/**
 * A method with {@link WorldListener}, and how it is called.
 *
 * @param name for people
 */
record WorldListenerMethod(String name, String prefix, String group, dev.coord.world.WorldListener listener) {
    private static final ResolvableType CHANGES = ResolvableType.forClassWithGenerics(List.class, WorldChange.class);

    /** @throws InvalidWorldMethodException if {@code declared} cannot be a listener */
    static WorldListenerMethod of(WorldListener annotation, String beanName, Object bean, Method declared) {
        String name = "@WorldListener(\"" + annotation.value() + "\") "
                + declared.getDeclaringClass().getSimpleName() + "." + declared.getName() + " of bean '" + beanName
                + "'";
        Function<Event, @Nullable Object[]> arguments = arguments(declared);
        if (arguments == null) {
            throw new InvalidWorldMethodException(
                    name + " takes something that a listener is not given.",
                    "Declare it with no parameter, with a WorldListener.Event, or with a List<WorldChange>.");
        }
        try {
            Method method = AopUtils.selectInvocableMethod(declared, bean.getClass());
            ReflectionUtils.makeAccessible(method);
            return new WorldListenerMethod(
                    name, annotation.value(), annotation.group(), event -> call(method, bean, arguments.apply(event)));
        } catch (IllegalStateException e) {
            throw new InvalidWorldMethodException(
                    name + " cannot be called on the bean's proxy: " + e.getMessage(),
                    "Make it public, and part of the interface if the proxy is one of an interface.");
        }
    }

    private static @Nullable Function<Event, @Nullable Object[]> arguments(Method method) {
        if (method.getParameterCount() == 0) {
            return event -> new @Nullable Object[0];
        }
        ResolvableType first = ResolvableType.forMethodParameter(method, 0);
        if (method.getParameterCount() > 1) {
            return null;
        }
        if (first.toClass() == Event.class) {
            return event -> new @Nullable Object[] {event};
        }
        return first.toClass() == List.class && first.isAssignableFrom(CHANGES)
                ? event -> new @Nullable Object[] {event.changes()}
                : null;
    }

    private static void call(Method method, Object bean, @Nullable Object[] arguments) {
        try {
            Object unused = method.invoke(bean, arguments);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof RuntimeException thrown) {
                throw thrown;
            }
            if (e.getCause() instanceof Error thrown) {
                throw thrown;
            }
            throw new UndeclaredThrowableException(e.getCause());
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(e);
        }
    }
}
