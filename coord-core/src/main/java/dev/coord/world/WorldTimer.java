package dev.coord.world;

import dev.coord.work.Workers;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * A timer with one {@link NonBlockingThread}, which is there while there is something to do, and for a moment after. A task that fails
 * is told of.
 */
final class WorldTimer extends ScheduledThreadPoolExecutor {
    private static final int REST_SECONDS = 5;

    private final Executor guarded;

    WorldTimer(String name, Workers workers) {
        super(1, work -> new NonBlockingThread(name, work));
        setKeepAliveTime(REST_SECONDS, TimeUnit.SECONDS);
        allowCoreThreadTimeOut(true);
        this.guarded = workers.guarded(name);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return super.schedule(() -> guarded.execute(task), delay, unit);
    }
}
