package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coord.Registration;
import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a leader and a follower do when more is asked for than there is time and room. */
class WorldPressureTest {
    private static final int SLOW = 20;

    @TempDir
    private Path directory;

    private WorldGroup group;
    private Member leader;
    private Member follower;

    @BeforeEach
    void start() {
        start(WorldGroup.PATIENT);
    }

    private void start(WorldSettings settings) {
        group = new WorldGroup(directory, settings.withMemory(2 * 1024 * 1024, 1000));
        leader = group.join();
        follower = group.join();
    }

    @AfterEach
    void stop() {
        group.close();
    }

    private List<Member> both() {
        return List.of(leader, follower);
    }

    @Test
    void whatHasNoAnswerInTimeIsNotDoneAfterwards() {
        group.close();
        start(WorldGroup.PATIENT.withSubmitTimeout(Duration.ofSeconds(2)));
        List<CompletableFuture<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            for (Member member : both()) {
                all.add(member.world()
                        .submitAsync(Ops.op("pause", member.leads() + "-" + i))
                        .handle((result, failure) -> failure == null));
            }
        }
        long done = all.stream()
                .filter(answer ->
                        answer.orTimeout(Patience.SECONDS, TimeUnit.SECONDS).join())
                .count();
        assertThat(done).isPositive().isLessThan(2L * SLOW);

        // In line after all of them.
        long seqno = submitWhenIdle().seqno();

        // Those that were being applied or answered when their time was over may have been committed.
        assertThat((long) leader.viewUpTo(seqno).countObjects() - 1)
                .isBetween(done, done + 5)
                .isLessThan(2L * SLOW);
    }

    private WorldResult submitWhenIdle() {
        while (true) {
            try {
                return leader.world().submit(Ops.op("append", "end=x"));
            } catch (OperationTimeoutException | WorldUnavailableException e) {
                assertThat(e).isNotNull();
            }
        }
    }

    @Test
    void anOperationThatSubmitsAnotherFailsAtOnce() {
        for (Member member : both()) {
            Ops.OTHER.set(leader.world());

            assertThatThrownBy(() -> member.world().submit(Ops.op("submit-and-wait", "inner=x")))
                    .isInstanceOf(OperationFailedException.class)
                    .hasMessageContainingAll("'submit-and-wait'", "'append'", "nothing was submitted");
        }
        assertThat(follower.world().submit(Ops.op("append", "after=x")).seqno()).isEqualTo(1);
        assertThat(leader.world().state().object("inner")).isEmpty();
    }

    @Test
    void whoHasATransactionOpenCannotWaitForAnotherOne() {
        try (WorldTransaction open = leader.engine().newTransaction(true)) {
            assertThatThrownBy(() -> leader.world().submit(Ops.op("append", "inner=x")))
                    .isInstanceOf(BlockingCallException.class)
                    .hasMessageContaining("nothing was submitted");
            open.state().createObject("outer", ObjectRef.EMPTY);
            open.commit();
        }
        assertThat(leader.world().submit(Ops.op("append", "after=x")).seqno()).isEqualTo(2);
    }

    @Test
    void whateverAnOperationThrowsIsItsOwnFailureAndTheSameEverywhere() {
        List<String> said = new ArrayList<>();
        for (Member member : both()) {
            for (String type : List.of("throw-error", "fail")) {
                assertThatThrownBy(() -> member.world().submit(Ops.op(type, "key")))
                        .isInstanceOf(OperationFailedException.class)
                        .hasNoCause()
                        .satisfies(e -> said.add(e.getMessage()));
            }
        }
        assertThat(said.subList(0, 2)).isEqualTo(said.subList(2, 4));
        assertThat(leader.term()).isEqualTo(1);
        assertThat(leader.world().submit(Ops.op("append", "after=x")).seqno()).isEqualTo(1);
    }

    @Test
    void whoHasLeftReadsNothingAnyMore() {
        leader.world().submit(Ops.op("append", "a=x"));
        WorldView held = follower.viewUpTo(1);
        assertThat(leader.handler().status().orElseThrow().resultWindow()).isPositive();
        follower.coordinator().close();

        assertThatThrownBy(() -> follower.world().read(WorldView::countObjects))
                .isInstanceOf(WorldUnavailableException.class)
                .hasMessageContaining("has left group default");
        assertThatThrownBy(() -> follower.world().seqno()).isInstanceOf(WorldUnavailableException.class);
        assertThatThrownBy(() -> follower.world().state().object("a")).isInstanceOf(WorldUnavailableException.class);
        assertThat(held.countObjects()).isEqualTo(1);
    }

    @Test
    void aListenerThatIsToldWhileItsParticipantLeavesReadsOn() throws InterruptedException {
        var told = new CountDownLatch(1);
        var closing = new Thread(() -> follower.coordinator().close(), "closing");
        var read = new CompletableFuture<Long>();
        try (Registration watching = follower.world().watch("", event -> {
            told.countDown();
            while (closing.getState() == Thread.State.NEW || closing.isAlive()) {
                if (Stream.of(closing.getStackTrace()).anyMatch(WorldPressureTest::waitsForListeners)) {
                    read.completeAsync(() -> (long) follower.world().read(WorldView::countObjects), Runnable::run);
                }
                Thread.onSpinWait();
            }
        })) {
            assertThat(watching).isNotNull();
            leader.world().submit(Ops.op("append", "a=x"));
            assertThat(told.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

            closing.start();

            closing.join();
            // Which it does not wait for without end.
            assumeTrue(read.isDone(), "This machine is too slow for a listener to read while somebody waits for it");
            assertThat(read.join()).isEqualTo(1);
        }
        assertThatThrownBy(() -> follower.world().seqno()).isInstanceOf(WorldUnavailableException.class);
    }

    private static boolean waitsForListeners(StackTraceElement frame) {
        return frame.getClassName().equals(Thread.class.getName())
                && frame.getMethodName().equals("join");
    }

    @Test
    void submissionsThatNobodyWaitsForAreNotTakenWithoutEnd() {
        for (Member member : both()) {
            List<CompletableFuture<WorldResult>> all = new ArrayList<>();
            all.add(member.world().submitAsync(Ops.op("pause", "while the queue fills " + member.leads())));
            for (int i = 0; i < 200 && all.stream().noneMatch(CompletableFuture::isCompletedExceptionally); i++) {
                for (int j = 0; j < 100; j++) {
                    all.add(member.world().submitAsync(Ops.op("big", "1")));
                }
            }
            int refused = 0;
            for (CompletableFuture<WorldResult> one : all) {
                Throwable failure = one.handle((result, why) -> why)
                        .orTimeout(Patience.SECONDS, TimeUnit.SECONDS)
                        .join();
                refused += failure != null && Failures.cause(failure) instanceof QueueFullException ? 1 : 0;
            }
            assertThat(refused).isPositive();
            assertThat(member.world().submit(Ops.op("big", "1")).value()).hasSize(1);
        }
    }
}
