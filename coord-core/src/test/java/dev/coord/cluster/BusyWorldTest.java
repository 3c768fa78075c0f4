package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.election.LeaseTiming;
import dev.coord.store.CommitSignal;
import dev.coord.store.CommitSignal.Topic;
import dev.coord.store.Store;
import dev.coord.testing.NotBefore;
import dev.coord.testing.Patience;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A world that is written to all the time is no reason to look at the lease more often. */
class BusyWorldTest extends CoordinatorTestBase {
    private static final int SOME_LOOKS = 8;

    /** Counts how often somebody waits for what happens to leases, and how often that ends before its time for nothing. */
    private record Counting(CommitSignal signal, AtomicInteger looks, AtomicInteger forNothing)
            implements CommitSignal {
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
            if (!topics.contains(Topic.LEASE)) {
                return signal.await(lastSeen, topics, max);
            }
            looks.incrementAndGet();
            var beginning = NotBefore.fromNow();
            long now = signal.await(lastSeen, topics, max);
            if (!beginning.hasPassed(max) && topics.stream().noneMatch(topic -> signal.changedSince(lastSeen, topic))) {
                forNothing.incrementAndGet();
            }
            return now;
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
        var settings = CoordinatorSettings.defaults()
                .withLease(new LeaseTiming(Duration.ofSeconds(5), Duration.ofSeconds(20), Duration.ofSeconds(30)));
        member(settings).startLeading();
        var looks = new AtomicInteger();
        var forNothing = new AtomicInteger();
        try (Coordinator follower = Coordinator.builder()
                .store(with(new Counting(store.signal(), looks, forNothing)))
                .group(group)
                .settings(settings)
                .build()) {
            follower.start();
            assertThat(follower.awaitRole(Patience.LIMIT)).isEqualTo(Role.FOLLOWER);
            int before = looks.get();

            await("some looks at the lease").pollInterval(Duration.ofMillis(1)).until(() -> {
                store.signal().wake(Topic.HEAD);
                return looks.get() > before + SOME_LOOKS;
            });

            assertThat(forNothing).hasValue(0);
        }
    }
}
