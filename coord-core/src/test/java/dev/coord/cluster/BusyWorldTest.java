package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.store.CommitSignal;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.Store;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A world that is written to all the time is no reason to look at the lease more often. */
class BusyWorldTest extends CoordinatorTestBase {
    /** Counts how often somebody waits for what happens to leases. */
    private record Counting(CommitSignal signal, AtomicInteger looks) implements CommitSignal {
        @Override
        public long current() {
            return signal.current();
        }

        @Override
        public long await(long lastSeen, Duration max) throws InterruptedException {
            return signal.await(lastSeen, max);
        }

        @Override
        public long await(long lastSeen, Set<Topic> topics, Duration max) throws InterruptedException {
            if (topics.contains(Topic.LEASE)) {
                looks.incrementAndGet();
            }
            return signal.await(lastSeen, topics, max);
        }

        @Override
        public void wake(Topic topic) {
            signal.wake(topic);
        }

        @Override
        public boolean changedSince(long lastSeen, Topic topic) {
            return signal.changedSince(lastSeen, topic);
        }
    }

    private Store with(CommitSignal signal) {
        return (Store) Proxy.newProxyInstance(
                Store.class.getClassLoader(), new Class<?>[] {Store.class}, (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("signal") ? signal : method.invoke(store, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void aFollowerDoesNotLookAtEachCommit() throws InterruptedException {
        var settings = CoordinatorSettings.builder()
                .leaseRenewalInterval(Duration.ofSeconds(5))
                .renewDeadline(Duration.ofSeconds(20))
                .leaseStaleThreshold(Duration.ofSeconds(30))
                .build();
        member(settings).startLeading();
        var looks = new AtomicInteger();
        try (Coordinator follower = Coordinator.builder()
                .store(with(new Counting(store.signal(), looks)))
                .group(group)
                .settings(settings)
                .build()) {
            follower.start();
            assertThat(follower.awaitRole(SOON)).isEqualTo(Role.FOLLOWER);
            int before = looks.get();
            long began = System.nanoTime();
            int commits = 0;
            while (System.nanoTime() - began < Duration.ofSeconds(1).toNanos()) {
                store.signal().wake(Topic.HEAD);
                commits++;
                Thread.sleep(1);
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);

            // Every 100 ms, and a few times when roles are written to the registry.
            assertThat(looks.get() - before)
                    .as("%d commits in %s", commits, took)
                    .isLessThan(20 + (int) took.toMillis() / 50);
        }
    }
}
