package dev.coord.spring;

import dev.coord.Leadership;
import dev.coord.cluster.EndingThreads;
import dev.coord.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The {@link LeaderOnly} calls of a group that run: they begin only while its role handler works as the leader, which does not
 * end before they have. Safe for use by many threads.
 */
final class LeaderCalls {
    /** How often it is looked at whether a call that runs waits for the end itself. */
    private static final Duration LOOK = Duration.ofMillis(20);

    private final List<Call> running = new ArrayList<>();
    private @Nullable Leadership leadership;

    /** From now on calls run, under {@code began}. */
    synchronized void open(Leadership began) {
        leadership = began;
    }

    /** A call on the present thread, until that ends it; empty if this participant does not lead. */
    synchronized Optional<Call> begin(String what) {
        Leadership now = leadership;
        if (now == null || !now.isHeld()) {
            return Optional.empty();
        }
        var call = new Call(what, now, Thread.currentThread());
        running.add(call);
        return Optional.of(call);
    }

    /** No call begins any more, and those that run are interrupted. */
    synchronized void close() {
        leadership = null;
        running.forEach(Call::interrupt);
    }

    /** Waits until no call runs, but for those that wait for the end themselves, until {@code deadline}; says whether none does. */
    synchronized boolean awaitEnded(Deadline deadline) throws InterruptedException {
        return deadline.await(this, () -> running.stream().allMatch(call -> EndingThreads.isEnding(call.thread)), LOOK);
    }

    /** What runs. */
    synchronized List<String> running() {
        return running.stream().map(call -> call.what).toList();
    }

    /** A call that runs. */
    final class Call {
        private final String what;
        private final Leadership under;
        private final Thread thread;
        private boolean interrupted;

        private Call(String what, Leadership under, Thread thread) {
            this.what = what;
            this.under = under;
            this.thread = thread;
        }

        Leadership leadership() {
            return under;
        }

        private void interrupt() {
            if (!EndingThreads.isEnding(thread)) {
                interrupted = true;
                thread.interrupt();
            }
        }

        /** Whether it was interrupted because the leadership is over. */
        boolean isInterrupted() {
            synchronized (LeaderCalls.this) {
                return interrupted;
            }
        }

        /** Ends the call; an interrupt that was meant for it does not outlive it. Says whether there was one. */
        boolean end() {
            synchronized (LeaderCalls.this) {
                running.remove(this);
                if (interrupted) {
                    var unused = Thread.interrupted();
                }
                LeaderCalls.this.notifyAll();
                return interrupted;
            }
        }
    }
}
