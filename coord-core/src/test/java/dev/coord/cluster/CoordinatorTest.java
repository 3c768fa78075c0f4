package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.ParticipantId;
import dev.coord.Role;
import dev.coord.registry.ProcessIdentity;
import dev.coord.store.Participant;
import dev.coord.testing.AtOnce;
import dev.coord.testing.FaultyLeases.Fault;
import dev.coord.testing.Patience;
import dev.coord.transport.Address;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The life of coordinators that nothing goes wrong with, and of those that lose their store. */
class CoordinatorTest extends CoordinatorTestBase {
    @Test
    void whoIsAloneLeads() throws Exception {
        Member a = member();
        assertThat(a.coordinator.role()).isEqualTo(Role.UNKNOWN);
        assertThat(a.coordinator.status().participants()).isZero();

        a.start();

        assertThat(a.coordinator.awaitRole(Patience.LIMIT)).isEqualTo(Role.LEADER);
        a.awaitLeads();
        Leadership leadership = a.coordinator.leadership().orElseThrow();
        assertThat(leadership.term().value()).isEqualTo(1);
        assertThat(leadership.isFreshSession()).isTrue();
        assertThat(leadership.group()).isEqualTo(group);
        assertThat(leadership.participant()).isEqualTo(a.coordinator.id());
        LeaderInfo leader = a.coordinator.leader().orElseThrow();
        assertThat(leader.participant()).isEqualTo(a.coordinator.id());
        assertThat(leader.pid()).isEqualTo(ProcessHandle.current().pid());
        assertThat(a.coordinator.countParticipants()).isEqualTo(1);
        a.awaitRecordedRole(Role.LEADER);
        a.awaitEvents("leader 1");
        assertThat(a.coordinator.status()).satisfies(status -> {
            assertThat(status.role()).isEqualTo(Role.LEADER);
            assertThat(status.participants()).isEqualTo(1);
            assertThat(status.sinceRenewal()).isPresent();
            assertThat(status.storeFailure()).isEmpty();
            assertThat(status.handlerFailure()).isEmpty();
        });
    }

    @Test
    void theOthersFollowAndKnowTheLeader() {
        Member a = member().startLeading();
        Member b = member().startFollowing();
        Member c = member().startFollowing();

        for (Member follower : List.of(b, c)) {
            assertThat(follower.coordinator.leader()).isEqualTo(a.coordinator.leader());
            assertThat(follower.coordinator.leadership()).isEmpty();
            follower.awaitEvents("follower 1");
            await().until(() -> follower.handler.calls().equals(List.of("follow 1", "followed 1")));
            follower.awaitRecordedRole(Role.FOLLOWER);
        }
        for (Member each : List.of(a, b, c)) {
            await().until(() -> each.coordinator.countParticipants() == 3);
        }
    }

    @Test
    void whoClosesHandsOverAtOnce() {
        Member a = member().startLeading();
        Member b = member().startFollowing();

        a.coordinator.close();

        b.awaitLeads();
        assertThat(b.term()).isEqualTo(2);
        assertThat(a.record()).isEmpty();
        assertThat(b.coordinator.leadership().orElseThrow().isFreshSession()).isFalse();
        await("the reason, which is not that the lease was stale")
                .untilAsserted(() -> assertThat(b.coordinator.roleChanges())
                        .last()
                        .satisfies(change -> assertThat(change.reason()).isEqualTo("RELEASED")));
        a.awaitEvents("leader 1", "lost 1 CLOSED");
        assertThat(a.coordinator.role()).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void closingIsInOrder() {
        Member a = member();
        a.handler.leading(leadership -> {
            try {
                new CountDownLatch(1).await(Patience.SECONDS, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                assertThat(leadership.isHeld()).isFalse();
            }
            // Lost for the work, and not released before the work has ended.
            a.handler.note("ended, lease held by '" + holder() + "', registered: "
                    + a.record().isPresent());
        });
        a.startLeading();
        await().until(() -> a.handler.calls().contains("lead 1"));
        a.participants.beforeDelete(() -> a.handler.note("deregistered, lease held by '" + holder() + "'"));

        a.coordinator.close();

        assertThat(a.handler.calls())
                .containsExactly(
                        "lead 1",
                        "ended, lease held by '" + a.coordinator.id() + "', registered: true",
                        "led 1",
                        "deregistered, lease held by ''");
        assertThat(a.record()).isEmpty();
    }

    @Test
    void closingTwiceIsTheSameAsOnce() throws Exception {
        Member a = member().startLeading();
        var stillClosing = new CountDownLatch(1);
        a.participants.beforeDelete(() -> RecordingHandler.awaitIgnoringInterrupts(stillClosing));
        CompletableFuture<Void> first = CompletableFuture.runAsync(a.coordinator::close);
        await().until(() -> holder().isEmpty());

        Thread second = AtOnce.startAndAwaitBlocked(a.coordinator::close);

        stillClosing.countDown();
        first.get(Patience.SECONDS, TimeUnit.SECONDS);
        second.join(Patience.MILLIS);
        assertThat(second.isAlive()).isFalse();
        a.coordinator.close();
    }

    @Test
    void closingOnAnInterruptedThreadIsInOrderToo() throws Exception {
        Member a = member();
        a.handler.leading(leadership -> {
            try {
                leadership.awaitLost();
            } catch (InterruptedException e) {
                assertThat(leadership.isHeld()).isFalse();
            }
        });
        a.startLeading();
        var interrupted = new CompletableFuture<Boolean>();
        new Thread(() -> {
                    Thread.currentThread().interrupt();
                    a.coordinator.close();
                    interrupted.complete(Thread.currentThread().isInterrupted());
                })
                .start();

        assertThat(interrupted.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(holder()).as("released").isEmpty();
        assertThat(a.record()).as("deregistered").isEmpty();
    }

    @Test
    void whatWasNotStartedCanBeClosedAndThenNotStarted() {
        Member a = member();
        a.coordinator.close();
        a.coordinator.close();

        assertThatThrownBy(a.coordinator::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(group)
                .hasMessageContaining("build another one");
    }

    @Test
    void whatWasStartedIsNotStartedAgain() {
        Member a = member().startLeading();

        assertThatThrownBy(a.coordinator::start).isInstanceOf(IllegalStateException.class);
        assertThat(a.leads()).isTrue();
        a.coordinator.close();
        assertThatThrownBy(a.coordinator::start).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatWasNotStartedHasNoPartsYet() {
        Member a = member();

        assertThatThrownBy(a.coordinator::election)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("call start()");
        assertThatThrownBy(a.coordinator::registry).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(a.coordinator::watcher).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(a.coordinator::countParticipants).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> a.coordinator.stepDown(Duration.ZERO)).isInstanceOf(IllegalStateException.class);
        assertThat(a.coordinator.leadership()).isEmpty();
        assertThat(a.coordinator.leader()).isEmpty();
    }

    @Test
    void theRoleOfWhoIsNotStartedStaysUnknown() throws Exception {
        assertThat(member().coordinator.awaitRole(Duration.ofMillis(10))).isEqualTo(Role.UNKNOWN);
    }

    @Test
    void runReturnsWhenAnotherThreadCloses() throws Exception {
        Member a = member();
        CompletableFuture<Void> running = CompletableFuture.runAsync(a.coordinator::run);
        a.awaitLeads();
        assertThat(running).isNotDone();

        a.coordinator.close();

        running.get(Patience.SECONDS, TimeUnit.SECONDS);
    }

    @Test
    void runClosesWhenItsThreadIsInterrupted() throws Exception {
        Member a = member();
        var interrupted = new CompletableFuture<Boolean>();
        var thread = new Thread(() -> {
            a.coordinator.run();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        thread.start();
        a.awaitLeads();

        thread.interrupt();

        assertThat(interrupted.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(a.record()).isEmpty();
        assertThat(holder()).isEmpty();
    }

    @Test
    void severalOfOneGroupInOneJvmHaveOneLeader() {
        var all = new ArrayList<Member>();
        for (int i = 0; i < 5; i++) {
            all.add(member().start());
        }

        await().until(() -> all.stream().filter(Member::leads).count() == 1
                && all.stream()
                                .filter(m -> m.coordinator.role() == Role.FOLLOWER)
                                .count()
                        == 4);
        assertThat(all.stream().map(m -> m.coordinator.leader()).distinct()).hasSize(1);
        assertThat(all.stream().map(m -> m.coordinator.id()).distinct()).hasSize(5);
        assertThat(term()).isEqualTo(1);
    }

    @Test
    void groupsHaveNothingToDoWithEachOther() {
        Member a = member().startLeading();
        a.coordinator.stepDown(Duration.ZERO);
        await().until(() -> a.leads() && a.term() == 2);
        String groupOfA = group;
        newGroup();
        Member b = member().startLeading();

        assertThat(b.term()).isEqualTo(1);
        assertThat(b.coordinator.countParticipants()).isEqualTo(1);
        assertThat(b.coordinator.watcher().participants()).hasSize(1);
        assertThat(a.leads()).isTrue();
        assertThat(a.coordinator.group()).isEqualTo(groupOfA);
    }

    @Test
    void everyLeadershipIsPairedWithItsEndAndTermsIncrease() {
        var all = List.of(member().start(), member().start(), member().start());
        int rounds = 12;
        for (int round = 1; round <= rounds; round++) {
            long next = round;
            await().pollInterval(Duration.ofMillis(2))
                    .until(() -> term() >= next && told(all).isPresent());
            told(all).ifPresent(leader -> leader.coordinator.stepDown(Duration.ofMillis(1)));
        }
        all.forEach(member -> member.coordinator.close());

        var terms = new ArrayList<Long>();
        for (Member each : all) {
            await().until(() -> each.events.stream()
                            .filter(e -> e.startsWith("lea"))
                            .count()
                    == each.events.stream().filter(e -> e.startsWith("lost")).count());
            long last = 0;
            long leading = 0;
            for (String event : each.events) {
                long term = Long.parseLong(event.split(" ", -1)[1]);
                switch (event.split(" ", -1)[0]) {
                    case "leader" -> {
                        assertThat(term).as("%s", each.events).isGreaterThan(last);
                        assertThat(leading).as("%s", each.events).isZero();
                        leading = term;
                        terms.add(term);
                    }
                    case "lost" -> {
                        assertThat(term).as("%s", each.events).isEqualTo(leading);
                        leading = 0;
                    }
                    default -> {
                        assertThat(term).as("%s", each.events).isGreaterThan(last);
                        assertThat(leading).as("%s", each.events).isZero();
                    }
                }
                last = term;
            }
            List<String> calls = each.handler.calls();
            assertThat(calls.size() % 2).as("%s", calls).isZero();
            for (int i = 0; i < calls.size(); i += 2) {
                String begin = calls.get(i);
                assertThat(calls.get(i + 1))
                        .as("one call at a time: %s", calls)
                        .isEqualTo(
                                begin.startsWith("lead")
                                        ? begin.replace("lead", "led")
                                        : begin.replace("follow", "followed"));
            }
        }
        // A lease that is lost before its leadership began, as by closing, has had a term that nobody was told of.
        assertThat(terms).doesNotHaveDuplicates().hasSizeBetween(rounds, (int) term());
    }

    /** Who leads, and has said so: a lease that has just been won may not have begun. */
    private static Optional<Member> told(List<Member> members) {
        return members.stream()
                .filter(member -> member.coordinator.role() == Role.LEADER)
                .findFirst();
    }

    @Test
    void whoStepsDownDoesNotClaimForAWhile() {
        Member a = member().startLeading();
        Member b = member().startFollowing();
        a.coordinator.stepDown(Duration.ofMinutes(5));
        b.awaitLeads();
        Member c = member().startFollowing();

        b.coordinator.stepDown(Duration.ofMinutes(5));

        c.awaitLeads();
        assertThat(a.events).doesNotContain("leader 3");
    }

    @Test
    void whoStepsDownLeadsAgainIfNobodyElseDoes() {
        Member a = member(BRISK).startLeading();

        a.coordinator.stepDown(Duration.ofMinutes(5));

        a.awaitEventsAmongOthers("leader 1", "leader 2");
    }

    @Test
    void whoStepsDownForNoTimeMayLeadAgainAtOnce() {
        Member a = member().startLeading();

        a.coordinator.stepDown(Duration.ZERO);

        await().until(() -> a.leads() && a.term() == 2);
    }

    @Test
    void aFollowerThatStepsDownLetsOthersGoFirst() {
        Member a = member().startLeading();
        Member b = member().startFollowing();
        b.coordinator.stepDown(Duration.ofMinutes(5));
        Member c = member().startFollowing();

        a.coordinator.close();

        c.awaitLeads();
        b.awaitEvents("follower 1", "follower 2");
    }

    @Test
    void theRegistryAlwaysShowsTheRoleOfNow() {
        Member a = member().startLeading();
        a.awaitRecordedRole(Role.LEADER);
        Member b = member().startFollowing();
        b.awaitRecordedRole(Role.FOLLOWER);

        a.coordinator.stepDown(Duration.ofMinutes(5));

        b.awaitRecordedRole(Role.LEADER);
        a.awaitRecordedRole(Role.FOLLOWER);
    }

    @Test
    void anOwnRecordThatSomebodyRemovedIsWrittenAgain() {
        Member a = member().startLeading();
        a.awaitRecordedRole(Role.LEADER);
        Participant before = a.record().orElseThrow();

        store.participants().delete(group, a.coordinator.id());

        await().until(() -> a.record().isPresent());
        Participant after = a.record().orElseThrow();
        assertThat(after.role()).isEqualTo(Role.LEADER);
        assertThat(after.started()).isEqualTo(before.started());
        assertThat(after.capabilities()).containsExactly("mail");
        assertThat(a.leads()).isTrue();
    }

    @Test
    void onlyTheLivingAreCounted() {
        Member a = member().startLeading();
        ProcessIdentity self = ProcessIdentity.current("");
        store.participants()
                .put(other("dead", new ProcessIdentity("", self.boot(), self.pidNamespace(), self.pid(), 1, "")));
        store.participants().put(other("doubtful", new ProcessIdentity("", "another boot", "pid:[1]", 1, 1, "")));

        // The leader removes the dead one as well; whoever counts does not wait for that.
        await().until(() -> a.coordinator.watcher().participants().stream()
                .anyMatch(p -> p.id().value().startsWith("doubtful")));
        assertThat(a.coordinator.countParticipants()).isEqualTo(2);
        await().until(() -> a.coordinator.watcher().participants().size() == 2);
    }

    private Participant other(String name, ProcessIdentity process) {
        return Participant.builder(group, new ParticipantId(name + "-" + group))
                .process(process.toString())
                .build();
    }

    @Test
    void theWatcherWakesThoseWhoWaitForOthers() throws Exception {
        Member a = member().startLeading();
        CompletableFuture<Boolean> waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return a.coordinator
                        .watcher()
                        .awaitParticipants(all -> all.size() == 2, Patience.LIMIT)
                        .isPresent();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        member().start();

        assertThat(waiter.get(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aStoreOutOfReachEndsTheLeadershipByTheDeadlineAndNotTheCoordinator() {
        Member a = member(BRISK).startLeading();

        a.leases.faults(() -> Fault.BEFORE);

        await().until(() -> a.events.contains("lost 1 RENEW_DEADLINE_PASSED"));
        await().until(() -> a.coordinator.role() == Role.UNKNOWN);
        await().until(() -> a.coordinator.status().storeFailure().isPresent());

        a.leases.faults(() -> Fault.NONE);

        await().until(() -> a.coordinator.status().storeFailure().isEmpty());
        a.awaitEventsAmongOthers("leader 1", "lost 1 RENEW_DEADLINE_PASSED", "leader 2");
    }

    @Test
    void aStoreThatFailsNowAndThenCostsNothing() {
        var count = new AtomicInteger();
        Member a = member().startLeading();

        a.leases.faults(() -> switch (count.incrementAndGet() % 4) {
            case 0 -> Fault.BEFORE;
            case 1 -> Fault.AFTER;
            default -> Fault.NONE;
        });

        long before = renewals();
        await().until(() -> renewals() > before + 20);
        assertThat(a.leads()).isTrue();
        assertThat(a.term()).isEqualTo(1);
    }

    @Test
    void whoLosesTheStoreIsReplacedAndFollowsWhenItIsBack() {
        Member a = member(BRISK).startLeading();
        Member b = member(BRISK).startFollowing();

        a.leases.faults(() -> Fault.BEFORE);
        await().until(() -> b.events.stream().anyMatch(event -> event.startsWith("leader ")));
        a.leases.faults(() -> Fault.NONE);

        a.awaitEventsAmongOthers("leader 1", "lost 1 RENEW_DEADLINE_PASSED");
        await().until(() -> a.events.stream().anyMatch(event -> event.startsWith("follower ")));
    }

    @Test
    void aLeaseThatIsTakenAwayEndsTheLeadership() {
        Member a = member().startLeading();
        Leadership leadership = a.coordinator.leadership().orElseThrow();
        var told = new CopyOnWriteArrayList<String>();
        leadership.onLost(() -> told.add("lost, held: " + leadership.isHeld()));

        store.leases().delete(group);

        a.awaitEvents("leader 1", "lost 1 DEPOSED", "leader 2");
        await().until(() -> told.equals(List.of("lost, held: false")));
    }

    @Test
    void listenersThatThrowOrBlockCostNobodyTheLease() {
        Member a = member();
        var goOn = new CountDownLatch(1);
        a.coordinator.addListener(new CoordinatorListener() {
            @Override
            public void becameLeader(Leadership leadership) {
                RecordingHandler.awaitIgnoringInterrupts(goOn);
                throw new IllegalStateException("a listener that throws, on purpose");
            }
        });
        try {
            a.startLeading();
            long before = renewals();
            await().until(() -> renewals() > before + 30);
            assertThat(a.leads()).isTrue();
            assertThat(a.handler.calls()).contains("lead 1");
        } finally {
            goOn.countDown();
        }
        a.coordinator.stepDown(Duration.ZERO);
        a.awaitEvents("leader 1", "lost 1 STEPPED_DOWN", "leader 2");
    }

    @Test
    void whoIsToldOfTheLossAndFailsCostsNobodyTheLease() {
        Member a = member().startLeading();
        a.coordinator.leadership().orElseThrow().onLost(() -> {
            throw new NoClassDefFoundError("a class that is missing, on purpose");
        });
        store.leases().delete(group);

        await().dontCatchUncaughtExceptions().until(() -> a.leads() && a.term() == 2);
        long before = renewals();
        await().dontCatchUncaughtExceptions().until(() -> renewals() > before + 20);
    }

    @Test
    void aClosedOneNoLongerSaysThatItFollows() {
        member().startLeading();
        Member b = member().startFollowing();

        b.coordinator.close();

        assertThat(b.coordinator.role()).isEqualTo(Role.UNKNOWN);
        assertThat(b.coordinator.leadership()).isEmpty();
    }

    @Test
    void participantsOfOneJvmShareAnAddress() {
        Member a = member().startLeading();
        Member b = member().startFollowing();

        Optional<Address> addressOfA = a.record().orElseThrow().address();
        assertThat(addressOfA)
                .isPresent()
                .isEqualTo(lease().orElseThrow().holder().orElseThrow().address());
        assertThat(b.record().orElseThrow().address()).isEqualTo(addressOfA);
    }
}
