package dev.coord.cluster;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the role handler, one call at a time and in order, on a thread of its own. A call that is outdated before its turn came
 * is left out; one that is outdated while it runs is interrupted.
 */
final class HandlerRunner implements Runnable, RoleTransitions.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(HandlerRunner.class);

    /** How often it is looked at whether what is waited for waits for the end itself. */
    private static final Duration LOOK = Duration.ofMillis(20);
    /** A call that has gone on for so long without a failure goes well, though it may go on for days. */
    private static final Duration GOES_WELL_AFTER = Duration.ofSeconds(5);

    /** One call; one of the two is there, or none for the one that hands over. */
    private record Call(
            @Nullable Leadership leadership, @Nullable LeaderInfo leader) {
        static Call handOver() {
            return new Call(null, null);
        }

        boolean isHandOver() {
            return leadership == null && leader == null;
        }
    }

    /** @param during the number of the last call that had begun */
    private record Failure(Throwable why, long during, boolean toldByHandler) {}

    private final RoleChangeHandler handler;
    private final String group;
    private final BiConsumer<Leadership, Throwable> failedToLead;
    private final Duration goesWellAfter;
    private final NanoClock clock;
    private final Deque<Call> waiting = new ArrayDeque<>();
    private @Nullable Call running;
    private @Nullable Thread thread;
    private long calls;
    private long runningSince;
    private @Nullable Failure failure;
    private boolean closed;
    private boolean handingOver;
    private boolean handedOver;
    private boolean stuck;
    /** What is wrong with the handler was told, and has not been mended since. */
    private boolean reported;

    /** @param failedToLead told when the handler throws while the leadership is held */
    HandlerRunner(RoleChangeHandler handler, String group, BiConsumer<Leadership, Throwable> failedToLead) {
        this(handler, group, failedToLead, GOES_WELL_AFTER, NanoClock.system());
    }

    HandlerRunner(
            RoleChangeHandler handler,
            String group,
            BiConsumer<Leadership, Throwable> failedToLead,
            Duration goesWellAfter,
            NanoClock clock) {
        this.handler = handler;
        this.group = group;
        this.failedToLead = failedToLead;
        this.goesWellAfter = goesWellAfter;
        this.clock = clock;
    }

    /** This participant is about to take part. */
    void join(ParticipantContext participant) {
        handler.onJoin(participant);
    }

    /** This participant no longer takes part. */
    void leave() {
        try {
            handler.onLeave();
        } catch (RuntimeException | Error e) {
            LOG.warn("Group {}: the role handler failed when leaving", group, e);
        }
    }

    @Override
    public synchronized void lead(Leadership leadership) {
        replaceWaiting(new Call(leadership, null));
    }

    @Override
    public synchronized void follow(LeaderInfo leader) {
        replaceWaiting(new Call(null, leader));
    }

    private void replaceWaiting(Call call) {
        waiting.clear();
        waiting.add(call);
        interruptRunning();
        notifyAll();
    }

    /** Whatever waits is left out, and what runs is interrupted. */
    @Override
    public synchronized void stop() {
        waiting.clear();
        interruptRunning();
    }

    private void interruptRunning() {
        Thread runs = thread;
        if (running != null && !running.isHandOver() && runs != null && !EndingThreads.isEnding(runs)) {
            runs.interrupt();
        }
    }

    /** Has the handler told, once the call that runs has ended, that this participant hands over. */
    synchronized void handOver() {
        handingOver = true;
        stop();
        notifyAll();
    }

    /** Waits until the handler was told that this participant hands over, at most for {@code max}; says whether it was. */
    synchronized boolean awaitHandedOver(Duration max) throws InterruptedException {
        return Deadline.in(max).await(this, () -> handedOver || closed || thread == null || isEnding(), LOOK);
    }

    private boolean isEnding() {
        Thread runs = thread;
        return running != null && runs != null && EndingThreads.isEnding(runs);
    }

    /** Whether the call for {@code leadership} has not begun yet, because the one before it does not end. */
    synchronized boolean isWaiting(Leadership leadership) {
        return waiting.stream().anyMatch(call -> call.leadership() == leadership);
    }

    /** Whether no call is running. */
    synchronized boolean isIdle() {
        return running == null;
    }

    /** Whether a new leadership can begin, as far as the handler goes; tells of it if not. */
    synchronized boolean mayLead() {
        if (!isDoneLeading() || (stuck && running != null)) {
            report("the role handler has not ended its work for the last leadership; it cannot lead again before");
            return false;
        }
        reported = false;
        stuck = false;
        return true;
    }

    /** It does not return from its call as a follower: nothing can be led before it does. */
    synchronized void stuck() {
        stuck = true;
        report("the role handler does not return from its call as a follower, so that it cannot lead");
    }

    /** It did not end its work within {@code grace}. */
    void slowToEnd(Duration grace) {
        report("the role handler did not end within the grace time of " + grace.toMillis()
                + " ms after the leadership was lost");
    }

    private synchronized void report(String what) {
        if (!reported) {
            reported = true;
            LOG.warn("Group {}: {}", group, what);
            setFailure(new IllegalStateException(what));
        }
    }

    /** Whether no call to lead is running. */
    synchronized boolean isDoneLeading() {
        return running == null || running.leadership() == null || isEnding();
    }

    /** Waits until no call to lead is running, at most for {@code max}; says whether none is. */
    synchronized boolean awaitDoneLeading(Duration max) throws InterruptedException {
        return Deadline.in(max).await(this, this::isDoneLeading, LOOK);
    }

    /** What went wrong last, until a later call went well, or has gone well for a while. */
    synchronized Optional<Throwable> failure() {
        Failure last = failure;
        if (last != null
                && running != null
                && calls != last.during()
                && clock.since(runningSince).compareTo(goesWellAfter) > 0) {
            last = null;
            failure = null;
        }
        return Optional.ofNullable(last).map(Failure::why);
    }

    /** Something is wrong with the handler, until its call ends. */
    synchronized void setFailure(Throwable why) {
        failure = new Failure(why, calls, false);
    }

    /** The handler tells that something failed, though its call goes on, or has ended. */
    synchronized void failed(Throwable why) {
        failure = new Failure(why, calls, true);
    }

    /** Ends {@link #run()} when the call that runs has ended. */
    synchronized void close() {
        closed = true;
        stop();
        notifyAll();
    }

    @Override
    public void run() {
        synchronized (this) {
            thread = Thread.currentThread();
        }
        for (Call call = next(null); call != null; call = next(call)) {
            Throwable thrown = null;
            try {
                call(call);
            } catch (Exception | Error e) {
                thrown = e;
            }
            ended(call, thrown);
        }
    }

    /** The next call, or null at the end. */
    private synchronized @Nullable Call next(@Nullable Call before) {
        while (waiting.isEmpty() && !closed && !handingOver) {
            try {
                wait();
            } catch (InterruptedException e) {
                LOG.trace("Group {}: interrupted after {}", group, before, e);
            }
        }
        if (handingOver) {
            handingOver = false;
            running = Call.handOver();
        } else {
            running = waiting.poll();
        }
        calls++;
        runningSince = clock.nanoTime();
        return running;
    }

    private void call(Call call) throws Exception {
        Leadership leadership = call.leadership();
        LeaderInfo leader = call.leader();
        if (leadership != null) {
            if (leadership.isHeld()) {
                handler.onBecomeLeader(leadership);
            }
        } else if (leader != null) {
            handler.onBecomeFollower(leader);
        } else {
            handler.onHandOver();
        }
    }

    /** The last call returned; what it told of itself stands. */
    private void forgetEarlierFailure() {
        Failure last = failure;
        if (last != null && !(last.toldByHandler() && last.during() == calls)) {
            failure = null;
        }
    }

    /** Libraries, this one too, wrap it in exceptions of their own. */
    private static boolean isInterrupt(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof InterruptedException) {
                return true;
            }
        }
        return false;
    }

    private void ended(Call call, @Nullable Throwable thrown) {
        Leadership leadership = call.leadership();
        boolean held = leadership != null && leadership.isHeld();
        synchronized (this) {
            // Under the lock that interrupts: an interrupt for this call does not reach the next one.
            if (Thread.interrupted()) {
                LOG.trace("Group {}: the handler left its interrupt behind", group);
            }
            boolean outdated = closed || handingOver || !waiting.isEmpty() || (leadership != null && !held);
            if (thrown == null) {
                forgetEarlierFailure();
            } else if (!outdated || !isInterrupt(thrown)) {
                failure = outdated ? failure : new Failure(thrown, calls, true);
                LOG.warn("Group {}: the role handler failed", group, thrown);
            }
            running = null;
            handedOver |= call.isHandOver();
            notifyAll();
        }
        if (thrown != null && leadership != null && held) {
            failedToLead.accept(leadership, thrown);
        }
    }
}
