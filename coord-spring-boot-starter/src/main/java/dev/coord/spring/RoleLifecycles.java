package dev.coord.spring;

import dev.coord.cluster.EndingThreads;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link RoleLifecycle}s of a group and role: started one after the other by their phase, stopped in reverse order, those of
 * one phase at the same time.
 */
final class RoleLifecycles {
    private static final Logger LOG = LoggerFactory.getLogger(RoleLifecycles.class);

    private static final long LOOK_MILLIS = 20;

    private final String group;
    private final List<RoleLifecycle> all;
    private final List<RoleLifecycle> started = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable Thread working;
    private volatile boolean left;

    RoleLifecycles(String group, List<RoleLifecycle> all) {
        this.group = group;
        this.all = all;
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    /** Starts those that are not started, as long as {@code run} is not over; one that fails keeps no other from it. */
    void start(RoleRun run) {
        locked(() -> startAll(run));
    }

    private void startAll(RoleRun run) {
        Map<RoleLifecycle, Integer> phases = new LinkedHashMap<>();
        for (RoleLifecycle lifecycle : all) {
            attempt(run, lifecycle, () -> phases.put(lifecycle, lifecycle.phase()));
        }
        phases.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .map(Map.Entry::getKey)
                .filter(lifecycle -> !started.contains(lifecycle))
                .forEachOrdered(lifecycle -> attempt(run, lifecycle, () -> {
                    if (!left && !run.isOver()) {
                        // Before it starts: one that fails half-way may have something to stop.
                        started.add(lifecycle);
                        lifecycle.start();
                    }
                }));
    }

    private static void attempt(RoleRun run, RoleLifecycle lifecycle, Runnable attempted) {
        try {
            attempted.run();
        } catch (RuntimeException | Error e) {
            run.failed(lifecycle.name(), lifecycle.spec().stepsDown(), e);
        }
    }

    /** Stops those that were started; none starts any more. */
    void leave() {
        left = true;
        stop();
    }

    /** Stops those that were started. */
    void stop() {
        locked(this::stopAll);
    }

    /** Does {@code work} when no other does, unless that other one waits for the end itself. */
    private void locked(Runnable work) {
        while (!tryLock()) {
            Thread other = working;
            if (other != null && EndingThreads.isEnding(other)) {
                return;
            }
        }
        try {
            working = Thread.currentThread();
            work.run();
        } finally {
            working = null;
            lock.unlock();
        }
    }

    private boolean tryLock() {
        boolean interrupted = Thread.interrupted();
        try {
            return lock.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void stopAll() {
        started.stream()
                .map(RoleLifecycle::phase)
                .distinct()
                .sorted(Comparator.reverseOrder())
                .forEachOrdered(this::stop);
        started.clear();
    }

    private void stop(int phase) {
        Map<RoleLifecycle, CountDownLatch> stopping = new LinkedHashMap<>();
        for (int i = started.size() - 1; i >= 0; i--) {
            RoleLifecycle lifecycle = started.get(i);
            if (lifecycle.phase() == phase) {
                try {
                    stopping.put(lifecycle, lifecycle.stop());
                } catch (RuntimeException | Error e) {
                    LOG.warn("Group {}: {} failed to stop", group, lifecycle.name(), e);
                }
            }
        }
        stopping.forEach((lifecycle, stopped) -> {
            try {
                lifecycle.awaitStopped(stopped);
            } catch (InterruptedException e) {
                LOG.debug("Group {}: does not wait for {} to stop", group, lifecycle.name(), e);
                Thread.currentThread().interrupt();
            }
        });
    }
}
