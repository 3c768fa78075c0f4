package dev.coord.spring;

import dev.coord.cluster.EndingThreads;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The tasks of one role from its beginning to its end, each on a thread of its own. */
final class RoleRun {
    private static final Logger LOG = LoggerFactory.getLogger(RoleRun.class);

    /** How often it is looked at whether what runs waits for the end itself. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final String group;
    private final ThreadFactory threads;
    private final BooleanSupplier held;
    private final Consumer<Throwable> failures;
    private final Duration othersTurn;
    private final Map<RoleTask, Thread> running = new LinkedHashMap<>();
    private @Nullable Throwable stepDownFor;
    /** Set with the failure for which the leader steps down. */
    private @Nullable Deadline othersHaveUntil;

    private boolean over;

    /**
     * @param held whether the role is still had, as far as this process knows, which may be before {@link #end()} is called
     * @param failures told of each failure, on the thread of its task
     * @param othersTurn how long after a failure for which the leader steps down the others still get their turn
     */
    RoleRun(
            String group,
            ThreadFactory threads,
            BooleanSupplier held,
            Consumer<Throwable> failures,
            Duration othersTurn) {
        this.group = group;
        this.threads = threads;
        this.held = held;
        this.failures = failures;
        this.othersTurn = othersTurn;
    }

    /** Starts all of {@code tasks}, whatever becomes of any of them. */
    synchronized void start(Collection<RoleTask> tasks) {
        for (RoleTask task : tasks) {
            Thread thread = threads.newThread(() -> run(task));
            thread.setName(task.thread());
            running.put(task, thread);
            try {
                thread.start();
            } catch (Error e) {
                // No memory for another thread: the others are started all the same.
                running.remove(task);
                failed(task.name(), task.stepsDown(), e);
            }
        }
    }

    private void run(RoleTask task) {
        Throwable thrown = null;
        try {
            task.body().run();
        } catch (Exception | Error e) {
            thrown = e;
        }
        try {
            if (thrown != null) {
                failed(task.name(), task.stepsDown(), thrown);
            }
        } finally {
            ended(task);
        }
    }

    /** Something that is done in this role failed. */
    void failed(String what, boolean stepsDown, Throwable thrown) {
        if (isOver()) {
            if (Interrupts.caused(thrown)) {
                LOG.debug("Group {}: {} was interrupted at the end of its role", group, what);
            } else {
                LOG.warn("Group {}: {} failed at the end of its role", group, what, thrown);
            }
            return;
        }
        LOG.warn("Group {}: {} failed", group, what, thrown);
        var failure = new RoleFailedException(what, thrown);
        failures.accept(failure);
        if (stepsDown) {
            stepDownFor(failure);
        }
    }

    boolean isOver() {
        return !held.getAsBoolean() || isEnded();
    }

    private synchronized boolean isEnded() {
        return over;
    }

    /** Waits until the role is over. */
    synchronized void awaitOver() throws InterruptedException {
        while (!over) {
            wait();
        }
    }

    private synchronized void stepDownFor(Throwable failure) {
        if (stepDownFor == null) {
            stepDownFor = failure;
            othersHaveUntil = Deadline.in(othersTurn);
            notifyAll();
        }
    }

    private synchronized void ended(RoleTask task) {
        running.remove(task);
        notifyAll();
    }

    /** Waits until {@code tasks} have returned; false if one failed so that the leader steps down, and others do not return soon. */
    synchronized boolean awaitReturned(Collection<RoleTask> tasks) throws InterruptedException {
        while (tasks.stream().anyMatch(running::containsKey)) {
            Deadline deadline = othersHaveUntil;
            if (deadline == null) {
                wait();
            } else if (!deadline.awaitNotification(this)) {
                return false;
            }
        }
        return true;
    }

    /** Waits until all tasks have returned. */
    synchronized void awaitAllReturned() throws InterruptedException {
        while (!running.isEmpty()) {
            wait();
        }
    }

    /** Waits until there is a failure for which the leader steps down. */
    synchronized Throwable awaitFailure() throws InterruptedException {
        Throwable failure;
        for (failure = stepDownFor; failure == null; failure = stepDownFor) {
            wait();
        }
        return failure;
    }

    /** The role is over: what its tasks throw from now on does not matter, and those that run are interrupted. */
    synchronized void end() {
        over = true;
        running.values().stream()
                .filter(thread -> !EndingThreads.isEnding(thread))
                .forEach(Thread::interrupt);
    }

    /** Waits until no task runs, but for those that wait for the end themselves, until {@code deadline}; says whether none does. */
    synchronized boolean awaitEnded(Deadline deadline) throws InterruptedException {
        return deadline.await(this, () -> running.values().stream().allMatch(EndingThreads::isEnding), LOOK);
    }

    /** What runs. */
    synchronized List<String> running() {
        return running.keySet().stream().map(RoleTask::name).toList();
    }
}
