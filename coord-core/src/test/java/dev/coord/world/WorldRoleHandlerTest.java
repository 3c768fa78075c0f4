package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coord.cluster.Coordinator;
import dev.coord.testing.Patience;
import dev.coord.testing.TestStores;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a handler offers, and when. */
class WorldRoleHandlerTest {
    @TempDir
    private Path directory;

    private WorldGroup group;

    @BeforeEach
    void open() {
        group = new WorldGroup(directory);
    }

    @AfterEach
    void stop() {
        group.close();
    }

    @Test
    void thereIsNoWorldBeforeTheCoordinatorHasStarted() {
        WorldRoleHandler handler = group.build(EngineFactory.defaults()).handler();

        assertThatThrownBy(() -> handler.world().seqno())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("started");
        assertThatThrownBy(handler::followerEngine).isInstanceOf(IllegalStateException.class);
        assertThat(handler.engine()).isEmpty();
    }

    @Test
    void aHandlerIsForOneCoordinator() {
        Member member = group.join();
        var second = Coordinator.builder()
                .directory(directory.resolve("shared"))
                .storeSettings(TestStores.PATIENT)
                .group("another")
                .handler(member.handler())
                .shutdownHook(false)
                .build();

        assertThatThrownBy(second::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("another coordinator");

        second.close();
        assertThat(member.world().submit(Ops.op("append", "a=x")).seqno()).isEqualTo(1);
    }

    @Test
    void onlyTheLeaderHasAnEngineThatWrites() throws InterruptedException {
        Member leader = group.join();
        Member follower = group.join();

        assertThat(leader.handler().awaitEngine(Patience.LIMIT)).isPresent();
        assertThat(follower.handler().awaitEngine(Duration.ofMillis(1))).isEmpty();

        group.changeLeader();
        assertThat(follower.handler().awaitEngine(Patience.LIMIT)).isPresent();
    }

    @Test
    void aParticipantThatLeftAnswersNothingAndKeepsNobodyWaiting() throws Exception {
        Member member = group.join();
        List<CompletableFuture<WorldResult>> answers = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            answers.add(member.world().submitAsync(Ops.op("append", "a=x")));
        }

        member.coordinator().close();

        answers.add(member.world().submitAsync(Ops.op("append", "a=x")));
        int unknown = 0;
        for (CompletableFuture<WorldResult> answer : answers) {
            try {
                assertThat(answer.get(Patience.SECONDS, TimeUnit.SECONDS).seqno())
                        .isPositive();
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(WorldUnavailableException.class);
                unknown++;
            }
        }
        assertThat(unknown).isPositive();
        assertThat(member.handler().engine()).isEmpty();
        assertThatThrownBy(() -> member.world().state().countObjects()).isInstanceOf(WorldUnavailableException.class);
    }

    @Test
    void whatDependsOnAnAnswerMayWaitForOtherAnswers() throws Exception {
        group.join();
        World world = group.join().world();
        List<CompletableFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            all.add(world.submitAsync(Ops.op("append", "a=x")).thenApply(first -> {
                long joined = world.submitAsync(Ops.op("append", "b=x"))
                        .thenApply(WorldResult::seqno)
                        .join();
                return joined + world.submit(Ops.op("append", "c=x")).seqno();
            }));
        }
        for (CompletableFuture<Long> one : all) {
            assertThat(one.get(Patience.SECONDS, TimeUnit.SECONDS)).isPositive();
        }
        assertThat(world.seqno()).isEqualTo(150);
    }

    @Test
    void aTypeIsRegisteredOnce() {
        var lookup = OperationLookup.builder().world("a", body -> Ops.op("count", ""));

        assertThatThrownBy(() -> lookup.world("a", body -> Ops.op("count", "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'a'");
        assertThat(lookup.object("a", body -> Ops.onObject("bump")).build().worldOperation("a", new byte[0]))
                .isPresent();
        assertThat(OperationLookup.none().worldOperation("a", new byte[0])).isEmpty();
        assertThat(OperationLookup.none().objectOperation("a", new byte[0])).isEmpty();
    }
}
