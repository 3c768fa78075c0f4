package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.StoreException;
import dev.coord.StoreFullException;
import dev.coord.StoreUnavailableException;
import dev.coord.Term;
import dev.coord.store.Store;
import dev.coord.testing.FaultyWorld;
import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Engines that cannot be made, or fail. */
class EngineFailureTest {
    private WorldGroup group;
    private Store store;
    private volatile String failingBefore = "";
    private volatile String failingAfter = "";
    private volatile RuntimeException fault = new IllegalStateException("on purpose");
    private volatile Runnable onFault = () -> {};
    private final AtomicInteger faults = new AtomicInteger();

    @BeforeEach
    void open(@TempDir Path directory) {
        group = new WorldGroup(directory);
        store = group.openStore();
    }

    @AfterEach
    void stop() {
        group.close();
        store.close();
    }

    /** A participant whose store has faults, when a test says so. */
    private Member joinWithFaults() {
        var world = FaultyWorld.of(store.world(), call -> fail(call, failingBefore), call -> fail(call, failingAfter));
        return group.start(group.buildOn(FaultyWorld.in(store, world)));
    }

    private void fail(String call, String failing) {
        if (call.equals(failing) && faults.getAndDecrement() > 0) {
            RuntimeException thrown = fault;
            onFault.run();
            throw thrown;
        }
    }

    private static void append(Member member, String text) {
        var unused = member.world().submit(Ops.op("append", "a=" + text));
    }

    private static String content(Member member) {
        var read = member.world().submit(Ops.op("read", "a"));
        return Ops.text(read);
    }

    @Test
    void aParticipantWhoseEngineCannotBeMadeLeavesTheLeadToAnotherOne() {
        Member failing = group.build((leadership, defaults) -> {
            throw new IllegalStateException("no engine, on purpose");
        });
        failing.coordinator().start();
        await().until(() -> failing.coordinator().status().handlerFailure().isPresent());

        Member other = group.join();

        await().until(other::leads);
        append(failing, "x");
        assertThat(content(other)).isEqualTo("x");
        assertThat(failing.handler().engine()).isEmpty();
    }

    @Test
    void aFactoryThatFailsAfterItMadeTheDefaultEngineLeavesItsParticipantFollowing() {
        Member failing = group.build((leadership, defaults) -> {
            WorldEngine made = defaults.create(leadership);
            throw new IllegalStateException("no engine around " + made + ", on purpose");
        });
        failing.coordinator().start();
        await().until(() -> failing.coordinator().status().handlerFailure().isPresent());
        Member other = group.join();
        await().until(other::leads);

        append(other, "x");

        long seqno = other.world().seqno();
        assertThat(failing.viewUpTo(seqno).object("a")).isPresent();
    }

    @Test
    void anEngineOfOnesOwnIsWhatWrites() {
        List<String> ids = new ArrayList<>();
        Member member = group.join((leadership, defaults) -> new CountingEngine(defaults.create(leadership), ids));

        var result = member.world().submit("own-id", Ops.op("append", "a=x"));

        assertThat(result.seqno()).isEqualTo(1);
        assertThat(ids).containsExactly("own-id");
        assertThat(member.engine()).isInstanceOf(CountingEngine.class);
        group.join();
        append(group.follower(), "y");
        assertThat(ids).hasSize(2);
    }

    @Test
    void whenTheStoreRefusesACommitAnotherOneLeadsAndTheSubmissionIsAppliedOnce() throws Exception {
        fault = new StoreException("refused, on purpose", null);
        failsToCommitOnce();
    }

    @Test
    void whenThereIsNoSpaceForACommitItsSubmittersAreToldThatItDidNotHappenAndTheLeaderGoesOn() throws Exception {
        fault = new StoreFullException("the disk is full, on purpose", null);
        Member failing = joinWithFaults();
        Member other = group.join();
        append(failing, "x");
        failingBefore = "commit";
        for (Member submitter : List.of(failing, other)) {
            faults.set(1);

            assertThatThrownBy(() -> submitter.world().submit("y", Ops.op("append", "a=y")))
                    .isInstanceOf(NotStoredException.class)
                    .hasMessageContaining("nothing of it happened: the disk is full, on purpose")
                    .hasMessageContaining("submitted again with the same id");
        }
        assertThat(content(other)).isEqualTo("x");
        var submitted = other.world().submit("y", Ops.op("append", "a=y"));
        assertThat(submitted.term()).as("it leads all the time").isEqualTo(new Term(1));
        assertThat(content(failing)).isEqualTo("xy");

        // An answer was lost before: what the store says now is of another attempt.
        var unavailable = new StoreUnavailableException("no answer, on purpose", null);
        var full = new StoreFullException("the disk is full, on purpose", null);
        fault = unavailable;
        failingAfter = "commit";
        failingBefore = "";
        onFault = () -> {
            failingAfter = "";
            failingBefore = "commit";
            fault = full;
        };
        faults.set(2);
        var repeated = failing.world().submit("z", Ops.op("append", "a=z"));
        assertThat(faults.get()).isNotPositive();
        assertThat(Ops.text(repeated)).isEqualTo("xyz");
        assertThat(content(other)).isEqualTo("xyz");
    }

    @Test
    void whenTheWriterFailsAnotherOneLeadsAndTheSubmissionIsAppliedOnce() throws Exception {
        failsToCommitOnce();
    }

    private void failsToCommitOnce() throws Exception {
        Member failing = joinWithFaults();
        Member other = group.join();
        append(failing, "x");
        assertThat(failing.leads()).isTrue();
        failingBefore = "commit";
        faults.set(1);

        CompletableFuture<WorldResult> local = failing.world().submitAsync(Ops.op("append", "a=y"));
        CompletableFuture<WorldResult> forwarded = other.world().submitAsync(Ops.op("append", "a=y"));

        assertThat(local.get(Patience.SECONDS, TimeUnit.SECONDS).term()).isEqualTo(new Term(2));
        assertThat(forwarded.get(Patience.SECONDS, TimeUnit.SECONDS).seqno()).isIn(2L, 3L);
        await().until(other::leads);
        assertThat(content(other)).isEqualTo("xyy");
        assertThat(content(failing)).isEqualTo("xyy");
    }

    @ParameterizedTest
    @ValueSource(strings = {"before", "after"})
    void aCommitThatGetsNoAnswerIsRepeatedUntilItHasOne(String when) {
        fault = new StoreUnavailableException("no answer, on purpose", null);
        Member member = joinWithFaults();
        append(member, "x");
        failingBefore = when.equals("before") ? "commit" : "";
        failingAfter = when.equals("after") ? "commit" : "";
        faults.set(3);

        append(member, "y");

        assertThat(faults.get()).isNotPositive();
        assertThat(content(member)).isEqualTo("xy");
        assertThat(member.term()).as("it leads all the time").isEqualTo(1);
        assertThat(member.world().changes(0, 10)).extracting(LogEntry::seqno).containsExactly(1L, 2L, 3L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"begin", "log", "objects", "head"})
    void aWorldOpensWhenTheStoreAnswersAtLast(String call) {
        fault = new StoreUnavailableException("no answer, on purpose", null);
        failingBefore = call;
        faults.set(5);

        Member member = joinWithFaults();

        append(member, "x");
        assertThat(member.term()).isEqualTo(1);
    }

    @Test
    void whenABlockCannotBeReadTheOperationIsTriedAgain() {
        Member member = joinWithFaults();
        byte[] content = new byte[500];
        member.world()
                .state()
                .createObject("a", member.world().state().storage().write(content));
        fault = new StoreUnavailableException("no answer, on purpose", null);
        failingBefore = "block";
        faults.set(2);

        var made = member.world().submit("copy", Ops.op("copy", "a=b"));

        assertThat(made.seqno()).isEqualTo(2);
        assertThat(faults.get()).isNotPositive();
        assertThat(member.viewUpTo(2).object("b").orElseThrow().content()).isEqualTo(content);
    }

    @Test
    void aBlockThatWasSweptIsNotTakenForStoredBecauseItIsCached() {
        Member member = joinWithFaults();
        ObjectRef root = ObjectRef.of(new byte[500]);
        var world = member.world().state();
        world.createObject("a", world.storage().write(new byte[500]));
        world.deleteObject("a");
        world.sweep();
        Member other = group.join();

        await().until(() -> store.world().block("default", root.stored()).isEmpty());
        assertThatThrownBy(() -> other.world().state().createObject("b", root))
                .isInstanceOf(BlockNotFoundException.class);
        other.world().state().createObject("c", other.world().state().storage().write(new byte[500]));
        assertThat(store.world().block("default", root.stored())).isPresent();
    }
}
