package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Term;
import dev.coord.store.Store;
import dev.coord.store.StoredEntry;
import dev.coord.store.shared.SharedStoreSettings;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import dev.coord.time.Deadline;
import dev.coord.time.NanoClock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
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
        submissions.add(new Submission(
                "id-" + submissions.size(), "type", Ops.SENDER, false, false, work, new CompletableFuture<>()));
    }

    private Duration applyingTime = Patience.LIMIT;

    private GroupCommit apply() {
        var commit = new GroupCommit(
                submissions,
                Snapshot.EMPTY,
                new Term(1),
                blocks,
                new Results(seqno -> null, 1_000_000, NanoClock.system()),
                WorldSettings.MAX_OPERATION_SIZE,
                applyingTime,
                InstantSource.system());
        commit.apply();
        return commit;
    }

    private static void write(TransactionState state, int block) {
        write(state, block, ObjectRef.MAX_BLOCK);
    }

    private static void write(TransactionState state, int block, int size) {
        byte[] content = new byte[size];
        content[0] = (byte) block;
        state.createObject("key-" + block, state.storage().write(content));
    }

    @Test
    void theLargestCommitFitsIntoAMessage() {
        submit(state -> WorldResult.of(new byte[500_000]));
        submit(state -> {
            write(state, 1);
            write(state, 2);
            return WorldResult.of(new byte[1_000_000]);
        });
        submit(state -> WorldResult.of(new byte[1]));

        GroupCommit commit = apply();

        assertThat(commit.outcomes()).as("the third one has to wait").hasSize(2);
        assertThat(commit.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.entry()).isNotNull());
        long bytes = commit.entries().stream().mapToLong(StoredEntry::size).sum()
                + commit.writtenBlocks().stream()
                        .mapToLong(block -> block.content().length)
                        .sum();
        assertThat(bytes).isLessThan(SharedStoreSettings.DEFAULT_MAX_MESSAGE_SIZE * 9 / 10);
    }

    @Test
    void aCommitDoesNotWaitForWhatTakesLong() {
        applyingTime = Duration.ofMillis(2);
        for (int i = 0; i < 3; i++) {
            submit(state -> {
                LockSupport.parkNanos(5_000_000);
                return WorldResult.ofRev(1);
            });
        }

        assertThat(apply().outcomes()).hasSize(1);
    }

    @Test
    void whatIsTooMuchIsRefusedWhileItIsDone() {
        var made = new AtomicInteger();
        submit(state -> {
            while (true) {
                try {
                    state.createObject("key-" + made.incrementAndGet(), ObjectRef.EMPTY);
                } catch (InvalidOperationException e) {
                    return WorldResult.ofRev(1);
                }
            }
        });
        submit(state -> {
            for (int i = 0; ; i++) {
                state.storage().write((i + "x".repeat(1_000_000)).getBytes(UTF_8));
            }
        });

        GroupCommit commit = apply();

        assertThat(commit.outcomes())
                .allSatisfy(outcome -> assertThat(outcome.failure())
                        .isInstanceOf(InvalidOperationException.class)
                        .hasMessageContaining("too much"));
        assertThat(made).hasValueLessThan(200_000);
        assertThat(commit.snapshot().objects()).isEmpty();
    }

    @Test
    void whatIsOverIsNotBegun() {
        submissions.add(new Submission(
                "late",
                "type",
                Ops.SENDER,
                false,
                false,
                state -> {
                    throw new AssertionError("begun");
                },
                new CompletableFuture<>(),
                1,
                -1,
                Deadline.in(Duration.ZERO),
                1));

        assertThat(apply().outcomes().get(0).failure())
                .isInstanceOf(OperationTimeoutException.class)
                .hasMessageContaining("not begun");
    }

    @Test
    void anOperationThatChangesTooMuchIsRefusedAndTheOthersAreNot() {
        submit(state -> {
            write(state, 1);
            write(state, 2);
            write(state, 3);
            return WorldResult.ofRev(1);
        });
        submit(state -> WorldResult.of(new byte[WorldSettings.MAX_OPERATION_SIZE]));
        submit(state -> {
            write(state, 1);
            return WorldResult.ofRev(1);
        });

        GroupCommit commit = apply();

        assertThat(commit.outcomes().get(0).failure()).isInstanceOf(InvalidOperationException.class);
        assertThat(commit.outcomes().get(1).failure()).isInstanceOf(InvalidOperationException.class);
        assertThat(commit.outcomes().get(2).failure()).isNull();
        assertThat(commit.snapshot().objects()).containsOnlyKeys("key-1");
        assertThat(commit.snapshot().seqno()).isEqualTo(1);
        assertThat(commit.writtenBlocks()).hasSize(1);
    }

    @Test
    void eachOperationSeesThoseBeforeItAndNotThoseThatFailed() {
        submit(state -> {
            write(state, 1, 1000);
            return WorldResult.ofRev(1);
        });
        submit(state -> {
            write(state, 2, 1000);
            throw new OperationRejectedException("no", "on purpose");
        });
        submit(state -> {
            assertThat(state.countObjects()).isEqualTo(1);
            ObjectState first = state.object("key-1").orElseThrow();
            assertThat(first.content()).hasSize(1000);
            state.createObject("copy", first.rootRef());
            return WorldResult.ofRev(1);
        });

        GroupCommit commit = apply();

        assertThat(commit.outcomes().get(1).failure()).isInstanceOf(OperationRejectedException.class);
        assertThat(commit.outcomes().get(2).failure()).isNull();
        assertThat(commit.snapshot().objects()).containsOnlyKeys("copy", "key-1");
        assertThat(commit.writtenBlocks()).hasSize(1);
    }

    @Test
    void blocksThatNothingRefersToAreNotStored() {
        submit(state -> {
            ObjectRef unused = state.storage().write(new byte[1000]);
            assertThat(state.storage().at(unused).read()).hasSize(1000);
            return WorldResult.ofRev(1);
        });

        assertThat(apply().writtenBlocks()).isEmpty();
    }
}
