package dev.coord.testing;

import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/** Worlds of stores, where something happens before and after each call: it is told the name of the method, and may throw. */
public final class FaultyWorld {
    private FaultyWorld() {}

    public static WorldStore of(WorldStore world, Consumer<String> before, Consumer<String> after) {
        return proxy(WorldStore.class, (proxy, method, arguments) -> {
            before.accept(method.getName());
            Object answer = invoke(world, method, arguments);
            after.accept(method.getName());
            return answer;
        });
    }

    /** {@code store} with another way to its worlds. */
    public static Store in(Store store, WorldStore world) {
        return proxy(
                Store.class,
                (proxy, method, arguments) ->
                        method.getName().equals("world") ? world : invoke(store, method, arguments));
    }

    private static Object invoke(Object target, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }
}
