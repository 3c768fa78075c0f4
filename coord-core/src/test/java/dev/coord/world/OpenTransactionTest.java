package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that a thread of the application drives. */
class OpenTransactionTest {
    private static final Duration TIMEOUT = Duration.ofMillis(500);

    private static WorldGroup group;
    private static Member member;

    private WorldEngine engine;
    private long before;

    @BeforeAll
    static void open(@TempDir Path directory) {
        group = new WorldGroup(directory);
        member = group.join();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    @BeforeEach
    void lead() {
        engine = group.leader().engine();
        before = engine.seqno();
    }

    private static boolean exists(String key) {
        return member.world().read(world -> world.object(key)).isPresent();
    }

    @Test
    void whatIsCommittedIsOneCommitAndSeesItself() {
        try (WorldTransaction transaction = engine.newTransaction(true)) {
            WorldState world = transaction.state();
            assertThat(world.readOnly()).isFalse();
            assertThat(world.seqno()).isEqualTo(before);
            world.createObject("one/a", ObjectRef.EMPTY);
            world.createObject("one/b", ObjectRef.EMPTY);
            assertThat(world.setQuad(GraphQuad.of("one/a", "p", "one/b"))).isTrue();
            assertThat(world.object("one/a").orElseThrow().rev()).isEqualTo(2);
            assertThat(exists("one/a")).as("for others, before the commit").isFalse();

            assertThat(transaction.commit()).isEqualTo(before + 1);
        }
        assertThat(exists("one/b")).isTrue();
        assertThat(engine.seqno()).isEqualTo(before + 1);
    }

    @Test
    void whatIsNotCommittedNeverWas() {
        try (WorldTransaction transaction = engine.newTransaction(true)) {
            transaction.state().createObject("discarded", ObjectRef.EMPTY);
        }
        var unused = member.world().submit(Ops.op("count", ""));

        assertThat(exists("discarded")).isFalse();
        assertThat(engine.seqno()).isEqualTo(before + 1);
    }

    @Test
    void anErrorInTheMiddleChangesNothingOfTheRest() {
        try (WorldTransaction transaction = engine.newTransaction(true)) {
            WorldState world = transaction.state();
            world.createObject("rest", ObjectRef.EMPTY);
            assertThatThrownBy(() -> world.createObject("rest", ObjectRef.EMPTY))
                    .isInstanceOf(ObjectExistsException.class);
            assertThatThrownBy(() -> world.applyWorldOp(Ops.op("fail", "rest/failed"), Ops.SENDER))
                    .isInstanceOf(OperationFailedException.class);
            transaction.commit();
        }
        assertThat(exists("rest")).isTrue();
        assertThat(exists("rest/failed")).isFalse();
    }

    @Test
    void aTransactionThatHasEndedIsOfNoUse() {
        WorldTransaction transaction = engine.newTransaction(true);
        WorldState world = transaction.state();
        ObjectState object = world.createObject("ended", ObjectRef.EMPTY);
        transaction.commit();

        assertThatThrownBy(transaction::commit).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> world.object("ended")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> world.createObject("more", ObjectRef.EMPTY)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(object::incrementRev).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> world.storage().write(new byte[500])).isInstanceOf(IllegalStateException.class);
        transaction.close();
        transaction.close();
        assertThat(engine.seqno()).isEqualTo(before + 1);
    }

    @Test
    void aTransactionDoesNotWaitForItself() {
        try (WorldTransaction transaction = engine.newTransaction(true)) {
            ObjectState object = transaction.state().createObject("waits", ObjectRef.EMPTY);

            assertThatThrownBy(() -> object.awaitRev(2, Duration.ofSeconds(1)))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }

    @Test
    void othersWriteWhenTheTransactionHasEnded() throws Exception {
        CompletableFuture<WorldResult> other;
        try (WorldTransaction transaction = engine.newTransaction(true)) {
            transaction.state().createObject("first", ObjectRef.EMPTY);
            other = member.world().submitAsync(Ops.op("read", "first"));
            transaction.commit();
        }
        assertThat(other.get(Patience.SECONDS, TimeUnit.SECONDS).seqno()).isEqualTo(before + 2);
    }

    @Test
    void aTransactionThatTakesTooLongFailsAndHoldsNobodyUp(@TempDir Path directory) {
        try (var impatient = new WorldGroup(directory, WorldGroup.PATIENT.withOperationTimeout(TIMEOUT))) {
            World world = impatient.join().world();
            try (WorldTransaction transaction = impatient.leader().engine().newTransaction(true)) {
                transaction.state().createObject("slow", ObjectRef.EMPTY);

                // It is applied as soon as the transaction's time is over; on a slow machine its own may be, too.
                WorldResult other = await("another one's operation")
                        .ignoreException(OperationTimeoutException.class)
                        .until(() -> world.submit(Ops.op("append", "other=x")), result -> true);

                assertThat(other.seqno()).isEqualTo(1);
                assertThatThrownBy(() -> transaction.state().createObject("late", ObjectRef.EMPTY))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(transaction::commit).isInstanceOf(OperationTimeoutException.class);
            }
            assertThat(world.state().object("slow")).isEmpty();
            assertThat(world.state().object("late")).isEmpty();
        }
    }

    @Test
    void aReadingTransactionStaysAtItsInstant() {
        var unused = member.world().submit(Ops.op("append", "seen=x"));
        try (WorldTransaction transaction = engine.newTransaction(false)) {
            var later = member.world().submit(Ops.op("append", "seen=y"));

            assertThat(transaction.state().readOnly()).isTrue();
            assertThat(transaction.state().object("seen").orElseThrow().rev()).isEqualTo(2);
            assertThat(transaction.commit()).isEqualTo(later.seqno() - 1);
        }
    }

    @Test
    void aCommitAfterTheLeadershipWasLostIsRefusedAndNothingIsLeft() {
        WorldTransaction transaction = engine.newTransaction(true);
        transaction.state().createObject("lost", ObjectRef.EMPTY);
        member.stepDown();
        await().until(() -> member.handler().engine().isEmpty());

        assertThatThrownBy(transaction::commit).isInstanceOf(WorldUnavailableException.class);

        assertThatThrownBy(() -> engine.newTransaction(true)).isInstanceOf(WorldUnavailableException.class);
        assertThat(engine.submit(WorldWrite.delete("lost"), "id", Ops.SENDER)).isCompletedExceptionally();
        group.leader();
        var unused = member.world().submit(Ops.op("count", ""));
        assertThat(exists("lost")).isFalse();
    }
}
