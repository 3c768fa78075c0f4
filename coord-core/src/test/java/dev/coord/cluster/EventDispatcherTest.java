package dev.coord.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.LeaderInfo;
import dev.coord.ParticipantId;
import dev.coord.Registration;
import dev.coord.Term;
import dev.coord.testing.Patience;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventDispatcherTest {
    private final EventDispatcher events = new EventDispatcher("group");
    private final List<String> told = new ArrayList<>();

    @Test
    void tellsAllListenersInOrder() {
        events.addListener(noting("first"));
        events.addListener(noting("second"));
        publish(1);
        publish(2);
        events.end();

        events.run();

        assertThat(told).containsExactly("first 1", "second 1", "first 2", "second 2");
    }

    @Test
    void aListenerThatThrowsCostsTheOthersNothing() {
        events.addListener(new CoordinatorListener() {
            @Override
            public void becameFollower(LeaderInfo leader) {
                throw new IllegalStateException("a listener that throws, on purpose");
            }
        });
        events.addListener(noting("second"));
        publish(1);
        publish(2);
        events.end();

        events.run();

        assertThat(told).containsExactly("second 1", "second 2");
    }

    @Test
    void aListenerThatFailsWithAnErrorCostsTheOthersNothing() {
        events.addListener(new CoordinatorListener() {
            @Override
            public void becameFollower(LeaderInfo leader) {
                throw new NoClassDefFoundError("a class that is missing, on purpose");
            }
        });
        events.addListener(noting("second"));
        publish(1);
        publish(2);
        events.end();

        events.run();

        assertThat(told).containsExactly("second 1", "second 2");
    }

    @Test
    void aListenerThatLeavesItsInterruptBehindCostsTheOthersNothing() throws Exception {
        var both = new CountDownLatch(2);
        events.addListener(new CoordinatorListener() {
            @Override
            public void becameFollower(LeaderInfo leader) {
                Thread.currentThread().interrupt();
            }
        });
        events.addListener(new CoordinatorListener() {
            @Override
            public void becameFollower(LeaderInfo leader) {
                told.add(leader.term() + (Thread.currentThread().isInterrupted() ? " interrupted" : ""));
                both.countDown();
            }
        });
        publish(1);
        publish(2);
        var thread = new Thread(events);
        thread.start();

        assertThat(both.await(Patience.SECONDS, TimeUnit.SECONDS)).isTrue();

        events.end();
        thread.join(Patience.MILLIS);
        assertThat(told).containsExactly("1", "2");
    }

    @Test
    void whatComesAfterTheEndIsNotTold() {
        events.addListener(noting("first"));
        publish(1);
        events.end();
        publish(2);

        events.run();

        assertThat(told).containsExactly("first 1");
    }

    @Test
    void aListenerThatWasTakenBackIsNotTold() {
        Registration registration = events.addListener(noting("first"));
        registration.close();
        registration.close();
        publish(1);
        events.end();

        events.run();

        assertThat(told).isEmpty();
    }

    private CoordinatorListener noting(String name) {
        return new CoordinatorListener() {
            @Override
            public void becameFollower(LeaderInfo leader) {
                told.add(name + " " + leader.term());
            }
        };
    }

    private void publish(long term) {
        var leader = new LeaderInfo("group", new ParticipantId("a"), new Term(term), 1, "");
        events.publish(listener -> listener.becameFollower(leader));
    }
}
