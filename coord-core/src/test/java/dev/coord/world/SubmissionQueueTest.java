package dev.coord.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.ParticipantId;
import dev.coord.time.Deadline;
import dev.coord.world.SubmissionQueue.Added;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** In which order what waits has its turn, and how much may wait. */
class SubmissionQueueTest {
    private final SubmissionQueue queue = new SubmissionQueue(1000);

    private static Submission submission(String sender, String id, long fingerprint) {
        return new Submission(
                id,
                "type",
                new ParticipantId(sender),
                false,
                false,
                state -> WorldResult.ofRev(1),
                new CompletableFuture<>(),
                fingerprint,
                -1,
                Deadline.in(Duration.ofDays(1)),
                100);
    }

    private Added add(String sender, String id) {
        return queue.add(submission(sender, id, 1));
    }

    private List<String> next(int most) throws InterruptedException {
        return queue.next(most, 0).stream().map(Submission::operationId).toList();
    }

    @Test
    void thoseWhoSubmitTakeTurns() throws Exception {
        add("a", "a1");
        add("a", "a2");
        add("a", "a3");
        add("b", "b1");
        add("c", "c1");
        add("b", "b2");

        assertThat(next(4)).containsExactly("a1", "b1", "c1", "a2");
        add("c", "c2");
        assertThat(next(10)).containsExactlyInAnyOrder("b2", "a3", "c2").containsSubsequence("b2", "a3");
        assertThat(next(10)).isEmpty();
    }

    @Test
    void whatWasPutBackComesFirst() throws Exception {
        add("a", "a1");
        add("a", "a2");
        List<Submission> taken = queue.next(2, 0);
        add("a", "a3");

        assertThat(queue.putBack(taken)).isTrue();

        assertThat(queue.size()).isEqualTo(3);
        assertThat(next(10)).containsExactly("a1", "a2", "a3");
    }

    @Test
    void noMoreWaitsThanMay() throws Exception {
        for (int i = 0; i < 10; i++) {
            assertThat(add("a", "a" + i)).isEqualTo(Added.WAITS);
        }
        assertThat(add("b", "b1")).isEqualTo(Added.FULL);

        assertThat(next(1)).hasSize(1);
        assertThat(add("b", "b1")).isEqualTo(Added.WAITS);
        assertThat(queue.end()).hasSize(10);
        assertThat(add("b", "b2")).isEqualTo(Added.ENDED);
    }

    @Test
    void whatHasNoAnswerYetIsFoundByItsId() throws Exception {
        Submission first = submission("a", "id", 7);
        queue.add(first);

        assertThat(queue.unanswered(submission("b", "id", 7))).isEqualTo(first);
        assertThat(queue.unanswered(submission("b", "id", 8))).isNull();
        assertThat(next(1)).containsExactly("id");
        assertThat(queue.unanswered(submission("b", "id", 7))).isEqualTo(first);
        first.answer().complete(WorldResult.ofRev(1));
        assertThat(queue.unanswered(submission("b", "id", 7))).isNull();
    }
}
