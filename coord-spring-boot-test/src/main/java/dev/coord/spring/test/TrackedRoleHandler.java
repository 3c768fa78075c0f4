package dev.coord.spring.test;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.Term;
import dev.coord.cluster.ParticipantContext;
import dev.coord.cluster.RoleChangeHandler;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Knows what a role handler was told last, and whether it is done with it. */
final class TrackedRoleHandler implements RoleChangeHandler {
    /** A handler that waits for longer than this is one that works as long as its role lasts. */
    private static final Duration WORKS = Duration.ofMillis(20);

    private final RoleChangeHandler handler;
    private final Supplier<? extends Collection<Thread>> helpers;
    private final Consumer<ParticipantContext> joined;
    private Term told = Term.NONE;
    private @Nullable Thread running;
    private long waitingSince;
    private boolean waiting;

    /**
     * @param helpers the threads on which {@code handler} has work done, as long as there are any
     * @param joined told when the participant is about to take part, before {@code handler} hears of it
     */
    TrackedRoleHandler(
            RoleChangeHandler handler,
            Supplier<? extends Collection<Thread>> helpers,
            Consumer<ParticipantContext> joined) {
        this.handler = handler;
        this.helpers = helpers;
        this.joined = joined;
    }

    /** Whether it was told of {@code term}, whose leader or follower it is, and has returned, or works on. */
    synchronized boolean isTold(Term term) {
        return told.equals(term) && (running == null || works(running));
    }

    private boolean works(Thread thread) {
        boolean waits = waits(thread) && helpers.get().stream().allMatch(TrackedRoleHandler::waits);
        long now = System.nanoTime();
        if (waits && !waiting) {
            waitingSince = now;
        }
        waiting = waits;
        return waits && now - waitingSince > WORKS.toNanos();
    }

    private static boolean waits(Thread thread) {
        return switch (thread.getState()) {
            case WAITING, TIMED_WAITING -> true;
            default -> false;
        };
    }

    @Override
    public Map<String, String> attributes() {
        return handler.attributes();
    }

    @Override
    public void onBecomeLeader(Leadership leadership) throws Exception {
        begin(leadership.term());
        try {
            handler.onBecomeLeader(leadership);
        } finally {
            end();
        }
    }

    @Override
    public void onBecomeFollower(LeaderInfo leader) throws Exception {
        begin(leader.term());
        try {
            handler.onBecomeFollower(leader);
        } finally {
            end();
        }
    }

    private synchronized void begin(Term term) {
        told = term;
        running = Thread.currentThread();
        waiting = false;
    }

    private synchronized void end() {
        running = null;
    }

    @Override
    public void onJoin(ParticipantContext participant) {
        joined.accept(participant);
        handler.onJoin(participant);
    }

    @Override
    public void onHandOver() throws Exception {
        handler.onHandOver();
    }

    @Override
    public void onLeave() {
        handler.onLeave();
    }
}
