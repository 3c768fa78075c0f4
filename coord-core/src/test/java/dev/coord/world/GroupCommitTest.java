package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.proto.WorldCommit;
import dev.coord.store.Store;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.testing.TestStores;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one commit holds. */
class GroupCommitTest {
    private final Store store = TestStores.local(TestStores.memory());
    private final Blocks blocks = new Blocks(store.world(), "group", 1_000_000);
    private final List<Submission> submissions = new ArrayList<>();

    @AfterEach
    void close() {
        store.close();
    }

    private void submit(Submission.Work work) {
        submissions.add(
                new Submission("id-" + submissions.size(), "type", Ops.SENDER, false, work, new CompletableFuture<>()));
    }

    private GroupCommit apply() {
        var round = new GroupCommit(
                submissions,
                Snapshot.EMPTY,
                1,
                blocks,
                new Results(),
                WorldSettings.MAX_OPERATION_SIZE,
                InstantSource.system());
        round.apply();
        return round;
    }

    private static void write(TransactionState draft, int block) {
        write(draft, block, ObjectRef.MAX_BLOCK);
    }

    private static void write(TransactionState draft, int block, int size) {
        byte[] content = new byte[size];
        content[0] = (byte) block;
        draft.createObject("key-" + block, draft.storage().write(content));
    }

    @Test
    void theLargestCommitFitsIntoAMessage() {
        submit(draft -> WorldResult.of(new byte[500_000]));
        submit(draft -> {
            write(draft, 1);
            write(draft, 2);
            return WorldResult.of(new byte[1_000_000]);
        });
        submit(draft -> WorldResult.of(new byte[1]));

        GroupCommit round = apply();

        assertThat(round.outcomes()).as("the third one has to wait").hasSize(2);
        assertThat(round.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.entry()).isNotNull());
        WorldCommit commit = WorldCommit.newBuilder()
                .addAllEntries(round.entries())
                .addAllBlocks(round.writtenBlocks())
                .build();
        assertThat(commit.getSerializedSize()).isLessThan(SharedStoreSettings.DEFAULT_MAX_MESSAGE_SIZE * 9 / 10);
    }

    @Test
    void anOperationThatChangesTooMuchIsRefusedAndTheOthersAreNot() {
        submit(draft -> {
            write(draft, 1);
            write(draft, 2);
            write(draft, 3);
            return WorldResult.ofRev(1);
        });
        submit(draft -> WorldResult.of(new byte[WorldSettings.MAX_OPERATION_SIZE]));
        submit(draft -> {
            write(draft, 1);
            return WorldResult.ofRev(1);
        });

        GroupCommit round = apply();

        assertThat(round.outcomes().get(0).failure()).isInstanceOf(InvalidOperationException.class);
        assertThat(round.outcomes().get(1).failure()).isInstanceOf(InvalidOperationException.class);
        assertThat(round.outcomes().get(2).failure()).isNull();
        assertThat(round.snapshot().objects()).containsOnlyKeys("key-1");
        assertThat(round.snapshot().seqno()).isEqualTo(1);
        assertThat(round.writtenBlocks()).hasSize(1);
    }

    @Test
    void eachOperationSeesThoseBeforeItAndNotThoseThatFailed() {
        submit(draft -> {
            write(draft, 1, 1000);
            return WorldResult.ofRev(1);
        });
        submit(draft -> {
            write(draft, 2, 1000);
            throw new OperationRejectedException("no", "on purpose");
        });
        submit(draft -> {
            assertThat(draft.countObjects()).isEqualTo(1);
            ObjectState first = draft.object("key-1").orElseThrow();
            assertThat(first.content()).hasSize(1000);
            draft.createObject("copy", first.rootRef());
            return WorldResult.ofRev(1);
        });

        GroupCommit round = apply();

        assertThat(round.outcomes().get(1).failure()).isInstanceOf(OperationRejectedException.class);
        assertThat(round.outcomes().get(2).failure()).isNull();
        assertThat(round.snapshot().objects()).containsOnlyKeys("copy", "key-1");
        assertThat(round.writtenBlocks()).hasSize(1);
    }

    @Test
    void blocksThatNothingRefersToAreNotStored() {
        submit(draft -> {
            ObjectRef unused = draft.storage().write(new byte[1000]);
            assertThat(draft.storage().at(unused).read()).hasSize(1000);
            return WorldResult.ofRev(1);
        });

        assertThat(apply().writtenBlocks()).isEmpty();
    }
}
