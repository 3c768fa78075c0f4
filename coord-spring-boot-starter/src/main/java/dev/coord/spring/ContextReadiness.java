package dev.coord.spring;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.ParticipantContext;
import dev.coord.cluster.RoleChangeHandler;
import java.util.concurrent.CountDownLatch;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.Ordered;

/**
 * Whether an application context has finished its refresh. A coordinator takes part a little earlier, so that a failure to start
 * is a failure of the refresh; what it has to say waits until then.
 */
public final class ContextReadiness {
    private final ConfigurableApplicationContext context;
    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile boolean ready;

    public ContextReadiness(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Calls {@code handler}, but not before the context is ready, and not at all if it never will be. */
    RoleChangeHandler whenReady(RoleChangeHandler handler) {
        return new RoleChangeHandler() {
            @Override
            public void onJoin(ParticipantContext participant) {
                handler.onJoin(participant);
            }

            @Override
            public void onLeave() {
                handler.onLeave();
            }

            @Override
            public void onBecomeLeader(Leadership leadership) throws Exception {
                if (await()) {
                    handler.onBecomeLeader(leadership);
                }
            }

            @Override
            public void onBecomeFollower(LeaderInfo leader) throws Exception {
                if (await()) {
                    handler.onBecomeFollower(leader);
                }
            }

            @Override
            public String toString() {
                return handler.toString();
            }
        };
    }

    /** Waits until it is known whether the context becomes ready; says whether it did. */
    boolean await() throws InterruptedException {
        decided.await();
        return ready;
    }

    /** Expects the end of the refresh that is under way. A listener that comes this late is told after all others. */
    void contextStarts() {
        context.addApplicationListener(new LastListener());
    }

    /** The context is on its way down: if it is not ready yet it never will be. */
    void contextStops() {
        decided.countDown();
    }

    private final class LastListener implements ApplicationListener<ContextRefreshedEvent>, Ordered {
        @Override
        public void onApplicationEvent(ContextRefreshedEvent event) {
            // Child contexts tell their parents.
            if (event.getApplicationContext() == context) {
                ready = true;
                decided.countDown();
            }
        }

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }
    }
}
