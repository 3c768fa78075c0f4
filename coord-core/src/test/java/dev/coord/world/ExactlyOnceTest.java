package dev.coord.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.proto.CoordinatorServiceGrpc;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.proto.SubmitWorldOpResponse;
import dev.coord.testing.AtOnce;
import dev.coord.testing.Patience;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Submissions that are repeated. Each test has an object, and ids, of its own. */
class ExactlyOnceTest {
    private static WorldGroup group;
    private static Member one;
    private static Member two;

    @BeforeAll
    static void start(@TempDir Path directory) {
        group = new WorldGroup(directory);
        one = group.join();
        two = group.join();
    }

    @AfterAll
    static void stop() {
        group.close();
    }

    private static WorldOperation append(String key, String text) {
        return Ops.op("append", key + "=" + text);
    }

    private static String content(String key) {
        WorldView view = two.viewUpTo(group.leader().world().seqno());
        return new String(view.object(key).orElseThrow().content(), UTF_8);
    }

    private static List<String> logged(String prefix) {
        List<String> ids = new ArrayList<>();
        long seqno = 0;
        for (var part = one.world().changes(seqno, 1000);
                !part.isEmpty();
                part = one.world().changes(seqno, 1000)) {
            for (LogEntry entry : part) {
                assertThat(entry.seqno()).as("no gap").isEqualTo(seqno + 1);
                assertThat(entry.result().seqno()).isEqualTo(entry.seqno());
                seqno = entry.seqno();
                if (entry.operationId().startsWith(prefix)) {
                    ids.add(entry.operationId());
                }
            }
        }
        return ids;
    }

    @Test
    void anOperationThatIsSubmittedManyTimesAtOnceIsAppliedOnce() throws Exception {
        List<Callable<WorldResult>> submissions = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            World world = (i % 2 == 0 ? one : two).world();
            submissions.add(() -> world.submit("at-once", append("at-once", "x")));
        }

        List<WorldResult> results = AtOnce.run(submissions);

        assertThat(results).allSatisfy(result -> assertThat(result).isEqualTo(results.get(0)));
        assertThat(content("at-once")).isEqualTo("x");
        assertThat(logged("at-once")).hasSize(1);
    }

    @Test
    void aRepetitionGetsTheResultOfTheFirstTime() {
        WorldResult first = one.world().submit("repeated", append("repeated", "x"));
        var unused = two.world().submit(append("repeated", "y"));

        assertThat(two.world().submit("repeated", append("repeated", "x"))).isEqualTo(first);
        assertThat(content("repeated")).isEqualTo("xy");
    }

    @Test
    void anIdThatWasUsedForSomethingElseIsRefused() {
        for (String step : List.of("before", "after a change of leader")) {
            var unused = two.world().submit("reused", append("reused", "x"));
            for (Member member : List.of(one, two)) {
                assertThatThrownBy(() -> member.world().submit("reused", Ops.op("fail", "never")))
                        .as(step)
                        .isInstanceOf(OperationIdReusedException.class)
                        .hasMessageContainingAll("'reused'", "'append'", "'fail'");
                assertThatThrownBy(() -> member.world().submit("reused", append("reused", "y")))
                        .as(step)
                        .isInstanceOf(OperationIdReusedException.class)
                        .hasMessageContainingAll("'reused'", "'append'", "another body");
            }
            assertThat(content("reused")).isEqualTo("x");
            group.changeLeader();
        }
    }

    @Test
    void aRepetitionAfterAChangeOfLeaderGetsTheResultOfTheFirstTime() {
        WorldResult first = two.world().submit("changed", append("changed", "x"));
        group.changeLeader();

        assertThat(two.world().submit("changed", append("changed", "x"))).isEqualTo(first);
        assertThat(one.world().submit("changed", append("changed", "x"))).isEqualTo(first);
        group.changeLeader();

        assertThat(two.world().submit("changed", append("changed", "x"))).isEqualTo(first);
        assertThat(content("changed")).isEqualTo("x");
        assertThat(logged("changed")).hasSize(1);
    }

    @Test
    void aRepetitionInTheSameCommitIsRecognised() throws Exception {
        WorldEngine engine = group.leader().engine();
        List<CompletableFuture<WorldResult>> answers = new ArrayList<>();
        try (WorldTransaction open = engine.newTransaction(true)) {
            for (int i = 0; i < 3; i++) {
                answers.add(engine.submit(WorldWrite.of(append("same", "x")), "same", Ops.SENDER));
            }
            answers.add(engine.submit(WorldWrite.of(append("same", "y")), "same-2", Ops.SENDER));
            open.commit();
        }

        WorldResult first = answers.get(0).get(Patience.SECONDS, TimeUnit.SECONDS);
        assertThat(answers.get(1).get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(first);
        assertThat(answers.get(2).get(Patience.SECONDS, TimeUnit.SECONDS)).isEqualTo(first);
        assertThat(answers.get(3).get(Patience.SECONDS, TimeUnit.SECONDS).seqno())
                .isEqualTo(first.seqno() + 1);
        assertThat(content("same")).isEqualTo("xy");
        assertThat(logged("same")).containsExactly("same", "same-2");
    }

    @Test
    void aRepetitionInTheSameRequestIsAnsweredAlike() {
        Member follower = group.follower();
        var stub = CoordinatorServiceGrpc.newBlockingStub(
                        follower.coordinator().mesh().channel("coord:///leader"))
                .withWaitForReady();
        var request = SubmitWorldOpRequest.newBuilder()
                .setOpData(WorldWrite.of(append("request", "x")).encoded())
                .setOpId("request")
                .setSender("sender")
                .build();

        SubmitWorldOpResponse response = stub.submitWorldOp(
                request.toBuilder().addMore(request).addMore(request).build());

        assertThat(response.getError()).isEmpty();
        assertThat(response.getMoreList()).hasSize(2).allSatisfy(more -> {
            assertThat(more.getSeqno()).isEqualTo(response.getSeqno());
            assertThat(more.getResult()).isEqualTo(response.getResult());
        });
        assertThat(content("request")).isEqualTo("x");
    }

    @Test
    void whatWasRefusedIsTriedAgainWhenItIsSubmittedAgain() {
        assertThatThrownBy(() -> two.world().submit("refused", Ops.op("read", "refused")))
                .isInstanceOf(ObjectNotFoundException.class);
        var unused = one.world().submit(append("refused", "x"));

        assertThat(Ops.text(two.world().submit("refused", Ops.op("read", "refused"))))
                .isEqualTo("x");
        assertThat(logged("refused")).hasSize(1);
    }

    @Test
    void batchesAreRepeatedLikeOperations() {
        var batch = new WorldBatch().create("batch", new byte[500]).incrementRev("batch");

        WorldResult first = one.world().submit("batch", batch);

        assertThat(two.world().submit("batch", batch)).isEqualTo(first);
        assertThat(first.batch()).extracting(WorldResult::rev).containsExactly(1L, 2L);
        assertThat(logged("batch")).hasSize(1);
    }

    @Test
    void aThousandSubmissionsThroughChangesOfLeaderAreAppliedOnceEach() throws Exception {
        List<CompletableFuture<WorldResult>> answers = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            World world = (i % 3 == 0 ? one : two).world();
            answers.add(world.submitAsync("many-" + i, append("many", ".")));
            if (i % 400 == 399) {
                group.changeLeader();
            }
        }
        for (CompletableFuture<WorldResult> answer : answers) {
            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).value()).isNotEmpty();
        }

        assertThat(content("many")).hasSize(1000);
        assertThat(logged("many-")).hasSize(1000).doesNotHaveDuplicates();
        assertThat(answers).extracting(answer -> answer.join().value().length).doesNotHaveDuplicates();
    }

    @Test
    void answersThatDoNotFitIntoOneMessageAllArrive() throws Exception {
        Member follower = group.follower();
        List<CompletableFuture<WorldResult>> answers = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            answers.add(follower.world().submitAsync("big-" + i, Ops.op("big", "600000")));
        }

        for (CompletableFuture<WorldResult> answer : answers) {
            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).value()).hasSize(600_000);
        }
        assertThat(logged("big-")).hasSize(12);
    }

    @Test
    void largeContentThatTheOperationBeforeWroteIsReadInTheSameCommit() throws Exception {
        String large = "x".repeat(1000);
        List<CompletableFuture<WorldResult>> answers = new ArrayList<>();
        WorldEngine engine = group.leader().engine();
        try (WorldTransaction open = engine.newTransaction(true)) {
            for (int i = 0; i < 5; i++) {
                answers.add(engine.submit(WorldWrite.of(append("large", large)), "large-" + i, Ops.SENDER));
            }
            answers.add(engine.submit(WorldWrite.of(Ops.op("copy", "large=large/copy")), "copy", Ops.SENDER));
            open.commit();
        }

        for (CompletableFuture<WorldResult> answer : answers) {
            assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).seqno()).isPositive();
        }
        assertThat(content("large")).hasSize(5000);
        assertThat(content("large/copy")).hasSize(5000);
    }
}
