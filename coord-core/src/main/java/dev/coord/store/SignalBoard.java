package dev.coord.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The commit signal of one process, published by whoever learns of a commit. Safe for use by many threads. */
public final class SignalBoard implements CommitSignal {
    private static final Set<Topic> ALL = EnumSet.allOf(Topic.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiter> waiters = new ArrayList<>();
    private final Map<Topic, Long> lastByTopic = new EnumMap<>(Topic.class);
    private long last;

    private record Waiter(Set<Topic> topics, Condition woken) {}

    /** Wakes all who wait for one of {@code topics}: something about them may have changed. */
    public void publish(Collection<Topic> topics) {
        if (topics.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            last++;
            for (Topic topic : topics) {
                lastByTopic.put(topic, last);
            }
            for (Waiter waiter : waiters) {
                if (topics.stream().anyMatch(waiter.topics()::contains)) {
                    waiter.woken().signal();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long current() {
        lock.lock();
        try {
            return last;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long await(long lastSeen, Duration max) throws InterruptedException {
        return await(lastSeen, ALL, max);
    }

    @Override
    public long await(long lastSeen, Set<Topic> topics, Duration max) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            var waiter = new Waiter(topics, lock.newCondition());
            waiters.add(waiter);
            try {
                long left = max.toNanos();
                while (left > 0 && topics.stream().noneMatch(topic -> changedSince(lastSeen, topic))) {
                    left = waiter.woken().awaitNanos(left);
                }
            } finally {
                waiters.remove(waiter);
            }
            return last;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake(Topic topic) {
        publish(Set.of(topic));
    }

    @Override
    public boolean changedSince(long lastSeen, Topic topic) {
        lock.lock();
        try {
            return lastByTopic.getOrDefault(topic, 0L) > lastSeen;
        } finally {
            lock.unlock();
        }
    }
}
