package dev.coord.spring.autoconfigure;

import dev.coord.work.Workers;
import java.util.concurrent.ThreadFactory;
import org.springframework.boot.thread.Threading;
import org.springframework.core.env.Environment;
import org.springframework.core.task.VirtualThreadTaskExecutor;

/** The threads on which the application's beans hear of their roles: virtual ones where the application wants them. */
final class RoleThreads {
    private RoleThreads() {}

    static ThreadFactory factory(Environment environment) {
        if (Threading.VIRTUAL.isActive(environment)) {
            return new VirtualThreadTaskExecutor().getVirtualThreadFactory();
        }
        return work -> Workers.daemon("coord-role", work);
    }
}
