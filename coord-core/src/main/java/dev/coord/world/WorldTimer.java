package dev.coord.world;

import dev.coord.work.Workers;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A timer with one {@link NonBlockingThread}. A task that fails is told of, and one that repeats itself goes on. */
final class WorldTimer extends ScheduledThreadPoolExecutor {
    private final Executor guarded;

    WorldTimer(String name, Workers workers) {
        super(1, work -> new NonBlockingThread(name, work));
        this.guarded = workers.guarded(name);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
        return super.schedule(() -> guarded.execute(task), delay, unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long first, long delay, TimeUnit unit) {
        return super.scheduleWithFixedDelay(() -> guarded.execute(task), first, delay, unit);
    }
}
