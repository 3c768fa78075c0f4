package dev.coord.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.store.CommitSignal.Topic;
import dev.coord.testing.Patience;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SignalBoardTest {
    private static final Duration LONG = Patience.LIMIT;

    private final SignalBoard board = new SignalBoard();

    @Test
    void itsNumberGrowsWithEachSignal() {
        long before = board.current();
        board.publish(Set.of(Topic.LEASE));
        board.publish(Set.of(Topic.LEASE, Topic.PARTICIPANTS));

        assertThat(board.current()).isEqualTo(before + 2);
    }

    @Test
    void nothingChangedIsNoSignal() {
        long before = board.current();
        board.publish(Set.of());

        assertThat(board.current()).isEqualTo(before);
    }

    @Test
    void tellsWhatChangedSinceANumber() {
        long start = board.current();
        board.publish(Set.of(Topic.LEASE));
        long afterLease = board.current();
        board.publish(Set.of(Topic.PARTICIPANTS));

        assertThat(board.changedSince(start, Topic.LEASE)).isTrue();
        assertThat(board.changedSince(start, Topic.PARTICIPANTS)).isTrue();
        assertThat(board.changedSince(start, Topic.HEAD)).isFalse();
        assertThat(board.changedSince(afterLease, Topic.LEASE)).isFalse();
        assertThat(board.changedSince(afterLease, Topic.PARTICIPANTS)).isTrue();
        assertThat(board.changedSince(board.current(), Topic.PARTICIPANTS)).isFalse();
    }

    @Test
    void whoMissedASignalDoesNotWait() throws Exception {
        long seen = board.current();
        board.publish(Set.of(Topic.HEAD));

        assertThat(board.await(seen, LONG)).isEqualTo(seen + 1);
    }

    @Test
    void whoWaitsInVainGetsTheSameNumber() throws Exception {
        long seen = board.current();

        assertThat(board.await(seen, Duration.ofMillis(5))).isEqualTo(seen);
        assertThat(board.await(seen, Duration.ofNanos(1))).isEqualTo(seen);
        assertThat(board.await(seen, Duration.ZERO)).isEqualTo(seen);
        assertThat(board.await(seen, Duration.ofMillis(-5))).isEqualTo(seen);
    }

    @Test
    void noWakeUpIsLostAmongManyThreads() throws Exception {
        int publishers = 4;
        int signals = 2000;
        long last = board.current() + (long) publishers * signals;
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            running.add(inThread(() -> {
                long seen = 0;
                while (seen < last) {
                    long now = board.await(seen, LONG);
                    assertThat(now).as("woken without a signal, or not woken").isGreaterThan(seen);
                    seen = now;
                }
            }));
        }
        for (int i = 0; i < publishers; i++) {
            running.add(inThread(() -> {
                for (int n = 0; n < signals; n++) {
                    board.publish(Set.of(Topic.LEASE));
                }
            }));
        }

        for (CompletableFuture<Void> one : running) {
            one.get(Patience.SECONDS / 2, TimeUnit.SECONDS);
        }
        assertThat(board.current()).isEqualTo(last);
    }

    @Test
    void aWakeUpMeansThatTheTopicIsAlreadyToBeSeen() throws Exception {
        int signals = 2000;
        CompletableFuture<Void> waiter = inThread(() -> {
            long seen = 0;
            while (seen < signals) {
                long now = board.await(seen, LONG);
                assertThat(board.changedSince(seen, Topic.LEASE) || board.changedSince(seen, Topic.HEAD))
                        .isTrue();
                seen = now;
            }
        });
        for (int i = 0; i < signals; i++) {
            board.publish(Set.of(i % 2 == 0 ? Topic.LEASE : Topic.HEAD));
        }

        waiter.get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    private interface Work {
        void run() throws Exception;
    }

    private static CompletableFuture<Void> inThread(Work work) {
        var done = new CompletableFuture<Void>();
        var thread = new Thread(() -> {
            try {
                work.run();
                done.complete(null);
            } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return done;
    }
}
