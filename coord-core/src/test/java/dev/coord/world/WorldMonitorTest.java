package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.Registration;
import dev.coord.world.WorldGroup.Member;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a world tells of its work, and how far it says it is. */
class WorldMonitorTest {
    @TempDir
    private Path directory;

    private WorldGroup group;

    /** Notes what it is told. */
    private static final class Recorder implements WorldMonitor {
        final List<String> life = new CopyOnWriteArrayList<>();
        final List<Outcome> outcomes = new CopyOnWriteArrayList<>();
        final AtomicInteger commits = new AtomicInteger();
        final AtomicInteger operations = new AtomicInteger();

        @Override
        public void joined(String joined) {
            life.add("joined " + joined);
        }

        @Override
        public void left(String left) {
            life.add("left " + left);
        }

        @Override
        public void submitted(long nanos, Outcome outcome) {
            assertThat(nanos).isPositive();
            outcomes.add(outcome);
            throw new IllegalStateException("a monitor that throws, on purpose");
        }

        @Override
        public void committed(int committed, long nanos) {
            assertThat(nanos).isPositive();
            commits.incrementAndGet();
            operations.addAndGet(committed);
        }
    }

    @BeforeEach
    void open() {
        group = new WorldGroup(directory);
    }

    @AfterEach
    void stop() {
        group.close();
    }

    @Test
    void submissionsAreToldWhereTheyAreMadeAndCommitsWhereTheyAreWritten() {
        var byLeader = new Recorder();
        Member leader = group.build(EngineFactory.defaults());
        var unused = leader.handler().addMonitor(byLeader);
        assertThat(byLeader.life).isEmpty();
        group.start(leader);
        Member follower = group.join();
        var byFollower = new Recorder();
        Registration registration = follower.handler().addMonitor(byFollower);
        assertThat(byLeader.life).containsExactly("joined default");
        assertThat(byFollower.life).containsExactly("joined default");

        var answers = new ArrayList<CompletableFuture<WorldResult>>();
        for (int i = 0; i < 20; i++) {
            answers.add(follower.world().submitAsync(Ops.op("append", "a=x")));
        }
        answers.forEach(CompletableFuture::join);
        assertThatThrownBy(() -> leader.world().submit(Ops.op("reject", "b")))
                .isInstanceOf(OperationRejectedException.class);

        assertThat(byFollower.outcomes).hasSize(20).containsOnly(WorldMonitor.Outcome.COMMITTED);
        assertThat(byFollower.commits).hasValue(0);
        assertThat(byLeader.outcomes).containsExactly(WorldMonitor.Outcome.REFUSED);
        assertThat(byLeader.operations).hasValue(20);
        assertThat(byLeader.commits.get()).isBetween(1, 20);

        registration.close();
        var last = follower.world().submit(Ops.op("append", "a=y"));
        assertThat(last.seqno()).isEqualTo(21);
        assertThat(byFollower.outcomes).hasSize(20);
        leader.coordinator().close();
        assertThat(byLeader.life).containsExactly("joined default", "left default");
    }

    @Test
    void theStatusTellsHowFarAParticipantIs() {
        Member leader = group.build(EngineFactory.defaults());
        assertThat(leader.handler().status()).isEmpty();
        assertThat(leader.handler().group()).isEmpty();
        group.start(leader);
        Member follower = group.join();
        assertThat(follower.handler().group()).contains("default");

        var result = leader.world().submit(Ops.op("append", "a=x"));
        WorldStatus status = leader.handler().status().orElseThrow();
        assertThat(status.resultWindow()).isPositive();
        assertThat(status)
                .usingRecursiveComparison()
                .ignoringFields("resultWindow")
                .isEqualTo(new WorldStatus(result.seqno(), result.seqno(), 0, Duration.ZERO, List.of()));
        await().until(() -> follower.handler().status().orElseThrow().seqno() == result.seqno());
        assertThat(follower.handler().status().orElseThrow().lag()).isZero();
    }

    @Test
    void whatWaitsIsTheQueue() throws Exception {
        Member leader = group.join();
        var first = leader.world().submitAsync(Ops.op("sleep", "a"));
        await().until(() -> leader.handler().engine().isPresent());
        var others = new ArrayList<CompletableFuture<WorldResult>>();
        await().until(() -> {
            others.add(leader.world().submitAsync(Ops.op("append", "b=x")));
            return leader.handler().status().orElseThrow().queue() > 0;
        });
        assertThat(first).isNotDone();
        assertThat(others)
                .isNotEmpty()
                .first()
                .satisfies(waiting -> assertThat(waiting).isNotDone());
        leader.coordinator().close();
        assertThat(leader.handler().status().orElseThrow().queue()).isZero();
    }

    @Test
    void aLagIsWhatIsKnownAndNotThereYet() {
        assertThat(new WorldStatus(5, 8, 0, Duration.ZERO, List.of()).lag()).isEqualTo(3);
        assertThat(new WorldStatus(9, 8, 0, Duration.ZERO, List.of()).lag()).isZero();
    }
}
