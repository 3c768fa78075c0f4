package dev.coord.world;

import dev.coord.store.ForwardingStore;
import dev.coord.store.Store;
import dev.coord.store.WorldStore;
import dev.coord.testing.Freeze;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;

/** A store whose process can be made to freeze when a commit of the world is built, and about to be sent. */
final class FreezingStore extends ForwardingStore {
    private final WorldStore world;

    /** When to freeze. */
    static final class Trigger {
        private final AtomicReference<Path> armed = new AtomicReference<>();

        /** At the next commit, before which it makes the file {@code marker}. */
        void arm(Path marker) {
            armed.set(marker);
        }

        private void committing() {
            Path marker = armed.getAndSet(null);
            if (marker == null) {
                return;
            }
            try {
                Files.createFile(marker);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            Freeze.self();
        }
    }

    FreezingStore(Store store, Trigger trigger) {
        super(store);
        WorldStore inner = store.world();
        this.world = (WorldStore) Proxy.newProxyInstance(
                WorldStore.class.getClassLoader(), new Class<?>[] {WorldStore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit")) {
                        trigger.committing();
                    }
                    return call(inner, method, arguments);
                });
    }

    private static Object call(WorldStore inner, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(inner, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public WorldStore world() {
        return world;
    }
}
