package dev.coord.store;

import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;

/** The commit signal of one process, published by whoever learns of a commit. Safe for use by many threads. */
public final class SignalBoard implements CommitSignal {
    private final Map<Topic, Long> lastByTopic = new EnumMap<>(Topic.class);
    private long last;

    /** Wakes all waiters: something about {@code topics} may have changed. */
    public synchronized void publish(Collection<Topic> topics) {
        if (topics.isEmpty()) {
            return;
        }
        last++;
        for (Topic topic : topics) {
            lastByTopic.put(topic, last);
        }
        notifyAll();
    }

    @Override
    public synchronized long current() {
        return last;
    }

    @Override
    public synchronized long await(long lastSeen, Duration max) throws InterruptedException {
        long deadline = System.nanoTime() + max.toNanos();
        while (last <= lastSeen) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                break;
            }
            // Rounded up: a wait of 0 ms would last for ever.
            wait(left / 1_000_000, (int) (left % 1_000_000));
        }
        return last;
    }

    @Override
    public void wake(Topic topic) {
        publish(Set.of(topic));
    }

    @Override
    public synchronized boolean changedSince(long lastSeen, Topic topic) {
        return lastByTopic.getOrDefault(topic, 0L) > lastSeen;
    }
}
