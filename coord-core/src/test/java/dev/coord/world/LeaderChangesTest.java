package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.ParticipantId;
import dev.coord.proto.SubmitWorldOpRequest;
import dev.coord.testing.Patience;
import dev.coord.time.NanoClock;
import dev.coord.work.SharedTimer;
import dev.coord.work.Workers;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeaderChangesTest {

    private final SilentLeaders leaders = new SilentLeaders();

    @Test
    void eachOtherLeaderIsToldOnceAndNeitherTheFirstOneNorNobody() {
        var told = new AtomicInteger();
        try (var changes = new LeaderChanges(leaders, told::incrementAndGet)) {
            assertThat(changes).isNotNull();
            leaders.lead(1);
            leaders.tell();
            leaders.tell();
            leaders.noneLeads();
            leaders.tell();
            assertThat(told).hasValue(0);
            leaders.lead(2);
            leaders.tell();
            leaders.tell();
            assertThat(told).hasValue(1);
        }
        leaders.lead(3);
        leaders.tell();
        assertThat(told).as("after the end").hasValue(1);
    }

    @Test
    void whatWasSubmittedToTheOldLeaderIsSubmittedAgainToTheNextOne() {
        leaders.lead(1);
        try (var forwarder = new Forwarder(
                "test",
                new ParticipantId("me"),
                Optional::empty,
                () -> 1,
                leaders,
                leaders,
                WorldSettings.defaults(),
                new WorldMonitors(),
                within -> {},
                new Workers(NanoClock.system()))) {
            var first = forwarder.submit(WorldWrite.delete("key"), "first", Patience.LIMIT);
            awaitAsked("first", 1);
            leaders.lead(2);
            var second = forwarder.submit(WorldWrite.delete("key"), "second", Patience.LIMIT);
            leaders.tell();
            awaitAsked("first", 2);
            awaitAsked("second", 1);
            assertThat(first).isNotDone();
            assertThat(second).isNotDone();
        }
    }

    private void awaitAsked(String operationId, int times) {
        await().until(() -> leaders.requests().stream()
                        .filter(request -> ids(request).contains(operationId))
                        .count()
                >= times);
    }

    private static String ids(Object request) {
        var submission = (SubmitWorldOpRequest) request;
        return submission.getOpId() + " " + submission.getMoreList();
    }

    @Test
    void theSequenceNumberOfTheNextLeaderIsWatchedWhenTheOldOneIsSilent() {
        var timer = new SharedTimer();
        leaders.lead(1);
        try (var watch = new SeqnoWatch(
                leaders, leaders, timer, new Workers(NanoClock.system()), () -> true, (seqno, first) -> {})) {
            watch.watch();
            assertThat(leaders.requests()).hasSize(1);
            leaders.lead(2);
            leaders.tell();
            await().until(() -> leaders.requests().size() == 2);
        } finally {
            timer.close();
        }
    }
}
