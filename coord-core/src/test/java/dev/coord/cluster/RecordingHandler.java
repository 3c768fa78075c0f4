package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.testing.Patience;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A role handler that notes its calls, and does what a test says. */
final class RecordingHandler implements RoleChangeHandler {
    /** What it does when it leads. */
    interface Leading {
        void lead(Leadership leadership) throws Exception;
    }

    /** What it does when it follows. */
    interface Following {
        void follow(LeaderInfo leader) throws Exception;
    }

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<Leadership> leaderships = new CopyOnWriteArrayList<>();
    private volatile Leading leading = leadership -> {};
    private volatile Following following = leader -> {};

    RecordingHandler leading(Leading work) {
        leading = work;
        return this;
    }

    RecordingHandler following(Following work) {
        following = work;
        return this;
    }

    /** "lead term", "led term", "follow term", "followed term". */
    List<String> calls() {
        return List.copyOf(calls);
    }

    Optional<Leadership> lastLeadership() {
        List<Leadership> all = List.copyOf(leaderships);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
    }

    void note(String what) {
        calls.add(what);
    }

    @Override
    public void onBecomeLeader(Leadership leadership) throws Exception {
        leaderships.add(leadership);
        calls.add("lead " + leadership.term());
        try {
            leading.lead(leadership);
        } finally {
            calls.add("led " + leadership.term());
        }
    }

    @Override
    public void onBecomeFollower(LeaderInfo leader) throws Exception {
        calls.add("follow " + leader.term());
        try {
            following.follow(leader);
        } finally {
            calls.add("followed " + leader.term());
        }
    }

    /** Waits like code that does not care for interrupts. */
    static void awaitIgnoringInterrupts(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                done = latch.await(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                done = false;
            }
        }
    }
}
