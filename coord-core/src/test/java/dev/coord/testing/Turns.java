package dev.coord.testing;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The build runs its test classes in several JVMs side by side. This lets those that {@linkplain MeasuresTime measure time} run
 * alone. JUnit finds it by itself.
 */
public final class Turns implements BeforeAllCallback, AfterAllCallback {
    private static final Path PLACE = Path.of("target", "turns").toAbsolutePath();

    /** One for a JVM, which runs one class at a time. */
    private static FileLock held;

    @Override
    public void beforeAll(ExtensionContext context) throws IOException {
        if (isOutermost(context)) {
            boolean alone = context.getRequiredTestClass().isAnnotationPresent(MeasuresTime.class);
            // Whoever comes after one that wants to be alone waits behind it.
            FileLock queue = lock("queue", false);
            held = lock("running", !alone);
            release(queue);
        }
    }

    @Override
    public void afterAll(ExtensionContext context) throws IOException {
        if (isOutermost(context) && held != null) {
            release(held);
            held = null;
        }
    }

    private static boolean isOutermost(ExtensionContext context) {
        return context.getRequiredTestClass().getEnclosingClass() == null;
    }

    private static FileLock lock(String name, boolean shared) throws IOException {
        Files.createDirectories(PLACE);
        FileChannel channel = FileChannel.open(
                PLACE.resolve(name), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        return channel.lock(0, Long.MAX_VALUE, shared);
    }

    private static void release(FileLock lock) throws IOException {
        lock.acquiredBy().close();
    }
}
