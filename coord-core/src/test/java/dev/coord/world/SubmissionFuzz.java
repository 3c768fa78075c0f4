package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.CoordinatorServiceGrpc.CoordinatorServiceBlockingStub;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.proto.WorldErrorKind;
import dev.coord.store.Store;
import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import io.grpc.StatusRuntimeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Sends a leader messages of all kinds, good and bad. Each gets its result or a typed error, the leader leads on in the same
 * term, and in the end log, tables, leader and follower say the same.
 */
final class SubmissionFuzz {
    private static final Set<WorldErrorKind> KINDS = Set.of(
            WorldErrorKind.WorldErrorKind_OBJECT_EXISTS,
            WorldErrorKind.WorldErrorKind_OBJECT_NOT_FOUND,
            WorldErrorKind.WorldErrorKind_INVALID_OPERATION,
            WorldErrorKind.WorldErrorKind_UNKNOWN_OPERATION,
            WorldErrorKind.WorldErrorKind_OPERATION_REJECTED,
            WorldErrorKind.WorldErrorKind_OPERATION_FAILED,
            WorldErrorKind.WorldErrorKind_BLOCK_NOT_FOUND,
            // Messages that are sent again with one bit changed have the id of the first.
            WorldErrorKind.WorldErrorKind_OPERATION_ID_REUSED);

    private final long seed;
    private final Random random;
    private final RandomMessages messages;
    private int sent;
    private int refused;

    SubmissionFuzz(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.messages = new RandomMessages(random);
    }

    void run(Path directory, Duration duration) {
        try (var group = new WorldGroup(directory);
                Store store = group.openStore()) {
            Member leader = group.join();
            Member follower = group.join();
            var stub = CoordinatorServiceGrpc.newBlockingStub(
                            follower.coordinator().mesh().channel("coord:///leader"))
                    .withWaitForReady();
            long end = System.nanoTime() + duration.toNanos();
            while (System.nanoTime() - end < 0) {
                send(stub);
            }
            assertThat(leader.term()).as("term after %s", this).isEqualTo(1);
            assertThat(refused).as("refusals of %s", this).isBetween(sent / 10, sent * 9 / 10);
            check(leader, follower, store);
        }
    }

    private void send(CoordinatorServiceBlockingStub stub) {
        ByteString data = messages.next();
        SubmitWorldOpRequest request = SubmitWorldOpRequest.newBuilder()
                .setOpData(data)
                .setOpId(random.nextInt(20) == 0 ? messages.word() : "id-" + sent)
                .setSender(random.nextInt(50) == 0 ? messages.word() : "sender")
                .build();
        sent++;
        try {
            check(
                    data,
                    stub.withDeadlineAfter(Patience.SECONDS, TimeUnit.SECONDS).submitWorldOp(request));
        } catch (StatusRuntimeException e) {
            throw new AssertionError(this + " got no answer to " + hex(data), e);
        }
    }

    private void check(ByteString data, SubmitWorldOpResponse answer) {
        if (answer.getError().isEmpty()) {
            assertThat(answer.getSeqno())
                    .as("%s: answer to %s", this, hex(data))
                    .isPositive();
            assertThat(answer.getResult().getSeqno()).isEqualTo(answer.getSeqno());
        } else {
            refused++;
            assertThat(answer.getSeqno())
                    .as("%s: answer to %s", this, hex(data))
                    .isZero();
            assertThat(answer.hasResult()).isFalse();
            assertThat(KINDS)
                    .as("%s: answer to %s", this, hex(data))
                    .contains(answer.getErrorDetail().getKind());
        }
    }

    private static String hex(ByteString data) {
        return HexFormat.of().formatHex(data.toByteArray());
    }

    private void check(Member leader, Member follower, Store store) {
        var unused = follower.viewUpTo(leader.world().seqno());
        Snapshot expected = leader.handler().followerEngine().replica().snapshot();
        Snapshot replayed = Snapshot.EMPTY;
        for (var part = leader.world().changes(0, 10_000);
                !part.isEmpty();
                part = leader.world().changes(replayed.seqno(), 10_000)) {
            for (LogEntry entry : part) {
                assertThat(entry.seqno()).isEqualTo(replayed.seqno() + 1);
                replayed = replayed.after(entry);
            }
        }
        Snapshot followers = follower.handler().followerEngine().replica().snapshot();
        Snapshot loaded = new WorldLoader(store.world(), "default").load(entry -> {});
        assertThat(replayed.seqno()).isEqualTo(expected.seqno());
        assertThat(Model.of(replayed)).as("the log, %s", this).isEqualTo(Model.of(expected));
        assertThat(Model.of(followers)).as("the follower, %s", this).isEqualTo(Model.of(expected));
        assertThat(Model.of(loaded)).as("the tables, %s", this).isEqualTo(Model.of(expected));
    }

    @Override
    public String toString() {
        return "message " + sent + " of seed " + seed + ", " + refused + " refused";
    }
}
