package dev.coord.sample.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Several instances on one directory, and what each last said of itself. For one thread, except {@link #stop}. */
final class Fleet {
    private final List<Instance> instances = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Instance.Change> changes = new LinkedBlockingQueue<>();
    private final Map<Instance, RoleLine> roles = new HashMap<>();

    /** Starts one more; {@code options} are more arguments for it. */
    Instance start(Path jar, int port, Path dir, Path work, String... options) throws IOException {
        Instance instance = Instance.start(jar, port, dir, work, List.of(options), changes::add);
        instances.add(instance);
        return instance;
    }

    /** The next change, or null if there is none until {@code deadline}, by {@link System#nanoTime()}. */
    Instance.@Nullable Change next(long deadline) throws InterruptedException {
        Instance.Change change = changes.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (change != null) {
            change.role()
                    .ifPresentOrElse(role -> roles.put(change.instance(), role), () -> roles.remove(change.instance()));
        }
        return change;
    }

    /** Whether the next change is there already. */
    boolean hasNews() {
        return !changes.isEmpty();
    }

    List<Instance> instances() {
        return List.copyOf(instances);
    }

    /** Who leads, by its own account: of several, because one did not hear yet that it lost the lease, the latest. */
    Optional<Instance> leader() {
        return roles.entrySet().stream()
                .filter(entry -> entry.getValue().isLeader())
                .max(Comparator.comparingLong(entry -> entry.getValue().term()))
                .map(Map.Entry::getKey);
    }

    /** What {@code instance} last said of itself. */
    Optional<RoleLine> role(Instance instance) {
        return Optional.ofNullable(roles.get(instance));
    }

    /** Whether one leads, and all others that live follow it. */
    boolean isSettled() {
        Optional<RoleLine> leader = leader().flatMap(this::role);
        return leader.isPresent()
                && instances.stream().filter(Instance::isAlive).allMatch(instance -> agrees(instance, leader.get()));
    }

    private boolean agrees(Instance instance, RoleLine leader) {
        RoleLine role = roles.get(instance);
        return role != null && role.term() == leader.term() && role.leaderPid() == leader.pid();
    }

    /** Ends all of them; those that do not end within {@code grace} are killed. */
    void stop(Duration grace) throws InterruptedException {
        long deadline = System.nanoTime() + grace.toNanos();
        instances.forEach(Instance::stop);
        for (Instance instance : instances) {
            if (!instance.awaitEnd(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
                instance.kill();
                instance.awaitEnd(grace);
            }
        }
    }
}
