package dev.coord.store.shared;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.proto.GroupKey;
import dev.coord.proto.LeaseClaimMessage;
import dev.coord.proto.LeaseRecord;
import dev.coord.proto.LeaseRenewalMessage;
import dev.coord.proto.StoreRequest;
import dev.coord.proto.StoreResponse;
import dev.coord.proto.WorldCheckpoint;
import dev.coord.proto.WorldCommit;
import dev.coord.proto.WorldLogRequest;
import dev.coord.testing.Patience;
import dev.coord.transport.unix.PrivateDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OwnerTest {
    private static final StoreRequest READ = StoreRequest.newBuilder()
            .setGetLease(GroupKey.newBuilder().setGroup("group"))
            .build();

    private static final StoreRequest LOG = StoreRequest.newBuilder()
            .setReadWorldLog(WorldLogRequest.newBuilder().setGroup("group").setMaxBytes(1))
            .build();

    private static final StoreRequest COMMIT = StoreRequest.newBuilder()
            .setCommitWorld(WorldCommit.newBuilder().setGroup("group").setTerm(1))
            .build();

    private static final StoreRequest CHECKPOINT = StoreRequest.newBuilder()
            .setCheckpointWorld(WorldCheckpoint.newBuilder().setGroup("group").setMaxChanges(1))
            .build();

    @TempDir
    private Path root;

    private EpochFile epochs;
    private Owner owner;
    private boolean closed;
    private volatile Runnable beforeAnswer = () -> {};

    @BeforeEach
    void open() throws Exception {
        var directory = new SharedDirectory(root);
        epochs = EpochFile.open(directory);
        Path file = PrivateDirectory.createFile(directory.database(1));
        JournaledDatabase.create(directory, file, directory.journal(1), 1);
        owner = owner(directory);
    }

    private Owner owner(SharedDirectory directory) throws Exception {
        Failpoints failpoints = step -> {
            if (step == Failpoints.Step.DONE_NOT_ANSWERED) {
                beforeAnswer.run();
            }
        };
        var opened = new Owner(
                1,
                epochs,
                () -> JournaledDatabase.open(directory, 1, () -> true, changed -> {}, failpoints),
                failpoints);
        opened.open();
        return opened;
    }

    @AfterEach
    void close() {
        beforeAnswer = () -> {};
        if (!closed) {
            owner.close();
        }
    }

    private void closeOwner() {
        closed = true;
        owner.close();
    }

    private static StoreRequest claim(long seen) {
        return StoreRequest.newBuilder()
                .setClaimLease(LeaseClaimMessage.newBuilder()
                        .setGroup("group")
                        .setParticipantId("a")
                        .setNonce(UUID.randomUUID().toString())
                        .setSeenTerm(seen))
                .build();
    }

    static List<StoreRequest> requests() {
        return List.of(
                // A read, an acknowledgement, a refusal, an error.
                READ,
                claim(0),
                StoreRequest.newBuilder()
                        .setRenewLease(LeaseRenewalMessage.newBuilder()
                                .setGroup("group")
                                .setParticipantId("a")
                                .setTerm(77))
                        .build(),
                StoreRequest.getDefaultInstance());
    }

    @ParameterizedTest
    @MethodSource("requests")
    void answersWhileItsEpochLasts(StoreRequest request) throws Exception {
        assertThat(owner.execute(request, Long.MAX_VALUE)).isNotNull();
        assertThat(owner.awaitEnd(Duration.ZERO)).isFalse();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void givesNoAnswerOnceItsEpochIsOver(StoreRequest request) throws Exception {
        beforeAnswer = () -> assertThat(epochs.advance(1)).isTrue();

        assertThatThrownBy(() -> owner.execute(request, Long.MAX_VALUE)).isInstanceOf(NotOwnerException.class);
        assertThat(owner.awaitEnd(Duration.ZERO)).as("it stops").isTrue();
    }

    @Test
    void anOperationThatIsUnknownToItIsRefused() throws Exception {
        assertThat(owner.execute(StoreRequest.getDefaultInstance(), Long.MAX_VALUE)
                        .getError())
                .contains("no operation that this version of coord knows");
    }

    @Test
    void aClosedOwnerAnswersNobody() {
        closeOwner();

        assertThatThrownBy(() -> owner.execute(READ, Long.MAX_VALUE)).isInstanceOf(NotOwnerException.class);
    }

    @Test
    void oneOperationRunsAtATime() throws Exception {
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        beforeAnswer = () -> {
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            LockSupport.parkNanos(10_000);
            running.decrementAndGet();
        };
        List<CompletableFuture<StoreResponse>> answers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            answers.add(owner.submit(READ));
        }
        for (CompletableFuture<StoreResponse> answer : answers) {
            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).getError())
                    .isEmpty();
        }
        assertThat(most).hasValue(1);
    }

    @Test
    void whatIsStillWaitingWhenItClosesIsUnknownAndNotRefused() throws Exception {
        var goOn = new CountDownLatch(1);
        CompletableFuture<StoreResponse> running = submitHeld(goOn);
        CompletableFuture<StoreResponse> waiting = owner.submit(claim(0));

        closeOwner();
        goOn.countDown();

        assertUnknown(running);
        assertUnknown(waiting);
    }

    /** An operation that is carried out, and not answered before {@code goOn}. */
    private CompletableFuture<StoreResponse> submitHeld(CountDownLatch goOn) throws InterruptedException {
        var working = new CountDownLatch(1);
        beforeAnswer = () -> {
            working.countDown();
            await(goOn);
        };
        CompletableFuture<StoreResponse> running = owner.submit(READ);
        assertThat(working.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        return running;
    }

    private static void assertUnknown(CompletableFuture<StoreResponse> answer) {
        assertThatThrownBy(() -> {
                    StoreResponse given = answer.get(Patience.SECONDS, TimeUnit.SECONDS);
                    throw new AssertionError("an answer: " + given);
                })
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotOwnerException.class);
    }

    /** Another owner may serve already; whoever waited for the rest of a call's time would wait for nothing. */
    @Test
    void whoWaitsForAnAnswerIsToldWhenItEndsWhateverItsThreadIsBusyWith() throws Exception {
        var goOn = new CountDownLatch(1);
        CompletableFuture<StoreResponse> running = submitHeld(goOn);
        CompletableFuture<StoreResponse> waiting = owner.submit(claim(0));

        owner.end();

        assertUnknown(running);
        assertUnknown(waiting);
        assertUnknown(owner.submit(READ));
        goOn.countDown();
    }

    @Test
    void whatItAcknowledgedIsThereAfterItIsClosedWithoutWriting() throws Exception {
        assertThat(owner.execute(claim(0), Long.MAX_VALUE).getAccepted()).isTrue();
        closeOwner();

        Owner second = owner(new SharedDirectory(root));
        try {
            assertThat(second.execute(READ, Long.MAX_VALUE).getLease().getTerm())
                    .isEqualTo(1);
        } finally {
            second.close();
        }
    }

    @Test
    void theTimesOfWhatIsCarriedOutAgainAreWhatTheyWere() throws Exception {
        LeaseRecord acknowledged = owner.execute(claim(0), Long.MAX_VALUE).getLease();
        closeOwner();

        Owner second = owner(new SharedDirectory(root));
        try {
            assertThat(second.execute(READ, Long.MAX_VALUE).getLease()).isEqualTo(acknowledged);
        } finally {
            second.close();
        }
    }

    @Test
    void whatWasRefusedIsRefusedAgainWhenItIsCarriedOutAgain() throws Exception {
        StoreRequest back = StoreRequest.newBuilder()
                .setPutLease(LeaseRecord.newBuilder().setGroup("group").setTerm(1))
                .build();
        StoreRequest tooLong = StoreRequest.newBuilder()
                .setPutLease(LeaseRecord.newBuilder().setGroup("x".repeat(1000)).setTerm(1))
                .build();
        owner.execute(put(5), Long.MAX_VALUE);
        assertThat(owner.execute(back, Long.MAX_VALUE).getError()).contains("only grow");
        assertThat(owner.execute(tooLong, Long.MAX_VALUE).getError()).isNotEmpty();
        owner.execute(put(6), Long.MAX_VALUE);
        closeOwner();

        Owner second = owner(new SharedDirectory(root));
        try {
            assertThat(second.execute(READ, Long.MAX_VALUE).getLease().getTerm())
                    .isEqualTo(6);
        } finally {
            second.close();
        }
    }

    @Test
    void aLeaseWaitsForNothingThatWaitsButLeases() throws Exception {
        var goOn = new CountDownLatch(1);
        CompletableFuture<StoreResponse> running = submitHeld(goOn);
        List<String> answered = new CopyOnWriteArrayList<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(owner.submit(LOG).thenRun(() -> answered.add("log")));
            all.add(owner.submit(COMMIT).thenRun(() -> answered.add("commit")));
            all.add(owner.submit(CHECKPOINT).thenRun(() -> answered.add("checkpoint")));
        }
        all.add(owner.submit(claim(0)).thenRun(() -> answered.add("lease")));
        goOn.countDown();
        for (CompletableFuture<?> one : all) {
            one.get(Patience.SECONDS, TimeUnit.SECONDS);
        }

        assertThat(running).isCompleted();
        assertThat(answered).hasSize(151).startsWith("lease");
    }

    @Test
    void whatNobodyWaitsForAnyMoreIsNotBegun() throws Exception {
        var goOn = new CountDownLatch(1);
        CompletableFuture<StoreResponse> running = submitHeld(goOn);

        assertThatThrownBy(() -> owner.execute(put(5), 1_000_000)).isInstanceOf(TimeoutException.class);
        goOn.countDown();

        assertThat(running.get(Patience.SECONDS, TimeUnit.SECONDS).hasLease()).isFalse();
        assertThat(owner.execute(READ, Long.MAX_VALUE).hasLease()).isFalse();
    }

    private static StoreRequest put(long term) {
        return StoreRequest.newBuilder()
                .setPutLease(LeaseRecord.newBuilder().setGroup("group").setTerm(term))
                .build();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
