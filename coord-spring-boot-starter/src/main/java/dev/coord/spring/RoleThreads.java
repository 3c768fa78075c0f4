package dev.coord.spring;

import dev.coord.work.Workers;
import java.util.concurrent.ThreadFactory;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * The threads on which the application's beans hear of their roles: virtual ones where {@code spring.threads.virtual.enabled} wants
 * them. They do not keep the process alive.
 */
public final class RoleThreads {
    private RoleThreads() {}

    /** Makes such threads, for {@link AnnotatedRoles}. */
    public static ThreadFactory factory(Environment environment) {
        if (Threading.VIRTUAL.isActive(environment)) {
            return new VirtualThreadTaskExecutor().getVirtualThreadFactory();
        }
        return work -> Workers.daemon("coord-role", work);
    }
}
