package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.LossReason;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.testing.Patience;
import dev.coord.time.SettableNanoClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandlerRunnerTest {
    private static final Duration GOES_WELL_AFTER = Duration.ofSeconds(5);

    private final SettableNanoClock clock = new SettableNanoClock();

    private final List<String> calls = new CopyOnWriteArrayList<>();
    private final List<String> failed = new CopyOnWriteArrayList<>();
    private volatile Work onLead = () -> {};
    private volatile Work onFollow = () -> {};
    private final HandlerRunner runner = new HandlerRunner(
            new RoleChangeHandler() {
                @Override
                public void onBecomeLeader(Leadership leadership) throws Exception {
                    calls.add("lead " + leadership.term());
                    onLead.run();
                    calls.add("led " + leadership.term());
                }

                @Override
                public void onBecomeFollower(LeaderInfo leader) throws Exception {
                    calls.add("follow " + leader.term());
                    onFollow.run();
                    calls.add("followed " + leader.term());
                }
            },
            "group",
            (leadership, why) -> failed.add(leadership.term() + ": " + why.getMessage()),
            GOES_WELL_AFTER,
            clock);
    private final Thread thread = new Thread(runner, "test-handler");

    private interface Work {
        void run() throws Exception;
    }

    @AfterEach
    void close() throws Exception {
        runner.close();
        thread.join(Patience.MILLIS);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void callsOneAfterTheOther() {
        thread.start();
        runner.follow(leader(1));
        awaitCalls("follow 1", "followed 1");
        runner.lead(new FakeLeadership(2));
        awaitCalls("follow 1", "followed 1", "lead 2", "led 2");
        assertThat(failed).isEmpty();
    }

    @Test
    void leavesOutWhatIsOutdatedBeforeItsTurnCame() {
        runner.follow(leader(1));
        runner.lead(new FakeLeadership(2));
        runner.follow(leader(3));
        thread.start();

        awaitCalls("follow 3", "followed 3");
    }

    @Test
    void leavesOutALeadershipThatIsOverBeforeItsTurnCame() {
        var over = new FakeLeadership(1);
        over.held = false;
        runner.lead(over);
        thread.start();
        await().until(() -> !runner.isWaiting(over));
        runner.follow(leader(2));

        awaitCalls("follow 2", "followed 2");
    }

    @Test
    void interruptsTheCallWhoseRoleIsOver() {
        onLead = sleepsUntilInterrupted();
        thread.start();
        runner.lead(new FakeLeadership(1));
        awaitCalls("lead 1");

        runner.stop();

        awaitCalls("lead 1", "interrupted", "led 1");
    }

    @Test
    void interruptsACallForTheNextAndNeverRunsTwoAtATime() {
        onFollow = sleepsUntilInterrupted();
        thread.start();
        runner.follow(leader(1));
        awaitCalls("follow 1");

        runner.lead(new FakeLeadership(2));

        awaitCalls("follow 1", "interrupted", "followed 1", "lead 2", "led 2");
    }

    @Test
    void anInterruptDoesNotReachTheNextCall() throws Exception {
        var goOn = new CountDownLatch(1);
        onFollow = () -> awaitIgnoringInterrupts(goOn);
        onLead = () -> calls.add("interrupted: " + Thread.currentThread().isInterrupted());
        thread.start();
        runner.follow(leader(1));
        awaitCalls("follow 1");

        runner.lead(new FakeLeadership(2));
        goOn.countDown();

        awaitCalls("follow 1", "followed 1", "lead 2", "interrupted: false", "led 2");
    }

    @Test
    void aCallThatDoesNotEndKeepsTheNextWaiting() throws Exception {
        var goOn = new CountDownLatch(1);
        onLead = () -> awaitIgnoringInterrupts(goOn);
        thread.start();
        var first = new FakeLeadership(1);
        runner.lead(first);
        awaitCalls("lead 1");
        assertThat(runner.isWaiting(first)).isFalse();
        first.held = false;
        runner.stop();
        assertThat(runner.isDoneLeading()).isFalse();
        assertThat(runner.awaitDoneLeading(Duration.ofMillis(20))).isFalse();
        var second = new FakeLeadership(2);
        runner.lead(second);
        assertThat(runner.isWaiting(second)).isTrue();

        goOn.countDown();

        awaitCalls("lead 1", "led 1", "lead 2", "led 2");
        assertThat(runner.awaitDoneLeading(Patience.LIMIT)).isTrue();
        assertThat(runner.isWaiting(second)).isFalse();
    }

    @Test
    void aFailureWhileTheLeadershipIsHeldIsTold() {
        onLead = throwing(new IllegalStateException("no licence"));
        thread.start();
        runner.lead(new FakeLeadership(1));

        await().until(() -> failed.equals(List.of("1: no licence")));
        assertThat(runner.failure()).map(Throwable::getMessage).contains("no licence");
    }

    @Test
    void anErrorIsAFailureToo() {
        onLead = () -> {
            throw new NoClassDefFoundError("no such class, on purpose");
        };
        thread.start();
        runner.lead(new FakeLeadership(1));

        await().until(() -> failed.size() == 1);
        runner.follow(leader(2));
        awaitCalls("lead 1", "follow 2", "followed 2");
    }

    @Test
    void anInterruptedExceptionWhileTheLeadershipIsHeldIsAFailure() {
        onLead = throwing(new InterruptedException("by itself"));
        thread.start();
        runner.lead(new FakeLeadership(1));

        await().until(() -> failed.size() == 1);
    }

    @Test
    void anInterruptedExceptionAfterTheLeadershipWasLostIsNone() {
        var leadership = new FakeLeadership(1);
        onLead = () -> TimeUnit.SECONDS.sleep(Patience.SECONDS);
        thread.start();
        runner.lead(leadership);
        awaitCalls("lead 1");

        leadership.held = false;
        runner.stop();

        await().until(runner::isDoneLeading);
        assertThat(failed).isEmpty();
        assertThat(runner.failure()).isEmpty();
    }

    @Test
    void aFailureAfterTheLeadershipWasLostDoesNotCostTheNextOne() {
        var leadership = new FakeLeadership(1);
        onLead = () -> {
            leadership.held = false;
            throw new IllegalStateException("too late, on purpose");
        };
        thread.start();
        runner.lead(leadership);

        await().until(() -> calls.contains("lead 1") && runner.isDoneLeading());
        assertThat(failed).isEmpty();
    }

    @Test
    void aFailureToFollowIsReportedUntilALaterCallGoesWell() {
        onFollow = throwing(new IllegalStateException("cannot follow, on purpose"));
        thread.start();
        runner.follow(leader(1));
        await().until(() -> runner.failure().isPresent());
        assertThat(failed).isEmpty();

        onFollow = () -> {};
        runner.follow(leader(2));

        awaitCalls("follow 1", "follow 2", "followed 2");
        await().until(() -> runner.failure().isEmpty());
    }

    @Test
    void whatACallToldOfItselfStaysUntilALaterOneGoesWell() {
        onLead = () -> tell("one of many, on purpose");
        thread.start();
        runner.lead(new FakeLeadership(1));
        awaitCalls("lead 1", "led 1");
        await().until(runner::isIdle);
        assertThat(runner.failure()).isPresent();
        assertThat(failed).isEmpty();

        runner.follow(leader(2));

        awaitCalls("lead 1", "led 1", "follow 2", "followed 2");
        await().until(() -> runner.failure().isEmpty());
    }

    @Test
    void aLaterCallThatGoesOnWithoutAFailureGoesWell() {
        onLead = throwing(new IllegalStateException("the first time only, on purpose"));
        thread.start();
        runner.lead(new FakeLeadership(1));
        await().until(() -> failed.size() == 1);
        assertThat(runner.failure()).isPresent();

        onLead = sleepsUntilInterrupted();
        runner.lead(new FakeLeadership(2));
        await().until(() -> calls.contains("lead 2"));
        clock.tick(GOES_WELL_AFTER);
        assertThat(runner.failure()).isPresent();
        clock.tick(Duration.ofNanos(1));
        assertThat(runner.failure()).isEmpty();
        assertThat(runner.isIdle()).isFalse();
        runner.stop();
    }

    @Test
    void aCallThatToldOfAFailureDoesNotGoWellByGoingOn() throws Exception {
        onLead = () -> {
            tell("and goes on, on purpose");
            sleepsUntilInterrupted().run();
        };
        thread.start();
        runner.lead(new FakeLeadership(1));
        await().until(() -> runner.failure().isPresent());

        clock.tick(GOES_WELL_AFTER.multipliedBy(2));

        assertThat(runner.failure()).isPresent();
        runner.stop();
    }

    private void tell(String what) {
        runner.failed(new IllegalStateException(what));
    }

    @Test
    void endsWithTheCallThatRunsAndWithoutWhatWaits() throws Exception {
        onLead = sleepsUntilInterrupted();
        thread.start();
        runner.lead(new FakeLeadership(1));
        awaitCalls("lead 1");
        runner.follow(leader(2));
        runner.close();

        thread.join(Patience.MILLIS);
        assertThat(thread.isAlive()).isFalse();
        assertThat(calls).startsWith("lead 1", "interrupted", "led 1");
    }

    private void awaitCalls(String... expected) {
        await().untilAsserted(() -> assertThat(calls).containsExactly(expected));
    }

    private static Work throwing(Exception why) {
        return () -> {
            throw why;
        };
    }

    private Work sleepsUntilInterrupted() {
        return () -> {
            try {
                new CountDownLatch(1).await(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                calls.add("interrupted");
            }
        };
    }

    private static void awaitIgnoringInterrupts(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                done = latch.await(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                done = false;
            }
        }
    }

    private static LeaderInfo leader(long term) {
        return new LeaderInfo("group", new ParticipantId("other"), new Term(term), 1, "");
    }

    static final class FakeLeadership implements Leadership {
        private final Term term;
        private volatile boolean held = true;

        FakeLeadership(long term) {
            this.term = new Term(term);
        }

        @Override
        public String group() {
            return "group";
        }

        @Override
        public ParticipantId participant() {
            return new ParticipantId("self");
        }

        @Override
        public Term term() {
            return term;
        }

        @Override
        public boolean isHeld() {
            return held;
        }

        @Override
        public boolean isFreshSession() {
            return true;
        }

        @Override
        public void awaitLost() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean awaitLost(Duration timeout) {
            return !held;
        }

        @Override
        public Optional<LossReason> lossReason() {
            return Optional.empty();
        }

        @Override
        public Registration onLost(Runnable listener) {
            return () -> {};
        }
    }
}
