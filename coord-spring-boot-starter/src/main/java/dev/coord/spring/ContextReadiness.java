package dev.coord.spring;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.Registration;
import dev.coord.cluster.EndingThreads;
import dev.coord.cluster.ParticipantContext;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.work.Workers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ApplicationContextEvent;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.context.event.SmartApplicationListener;

/**
 * When the coordinators of an application context take part: from when the application is ready until its context is closed. That
 * is, if it is run by a {@link org.springframework.boot.SpringApplication}, when all has started, its runners have returned and
 * those who listen to {@link ApplicationReadyEvent} were told; and in any other context when that has been refreshed. It ends before
 * anything else does, with {@link ContextClosedEvent}.
 */
public final class ContextReadiness {
    private static final Logger LOG = LoggerFactory.getLogger(ContextReadiness.class);
    /** What a {@code SpringApplication} puts into the context that it runs. */
    private static final String RUN_BY_SPRING_APPLICATION = "springApplicationArguments";
    /** After so long it is said what is waited for. */
    private static final Duration LONG_START = Duration.ofSeconds(10);

    private final ConfigurableApplicationContext context;
    private final List<CoordinatorLifecycle> lifecycles = new CopyOnWriteArrayList<>();
    private final CountDownLatch decided = new CountDownLatch(1);
    private volatile boolean ready;
    private volatile boolean ending;
    private volatile boolean over;

    public ContextReadiness(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Calls {@code handler}, but not before the context is ready, and not at all if it never will be. */
    RoleChangeHandler whenReady(RoleChangeHandler handler) {
        return new RoleChangeHandler() {
            @Override
            public Map<String, String> attributes() {
                return handler.attributes();
            }

            @Override
            public void onJoin(ParticipantContext participant) {
                handler.onJoin(participant);
            }

            @Override
            public void onHandOver() throws Exception {
                handler.onHandOver();
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

    /** Whether the context is on its way down. */
    boolean isEnding() {
        return ending;
    }

    /** Whether the context is closed, but for the rest of what its coordinators do. */
    boolean isOver() {
        return over;
    }

    /** The coordinators are leaving. */
    void contextIsOver() {
        over = true;
    }

    /** What {@code lifecycle} has opened is to take part when the refresh, and all else, that is under way has ended. */
    synchronized void expect(CoordinatorLifecycle lifecycle) {
        if (lifecycles.isEmpty()) {
            // A listener that comes this late is told after all others of its order.
            context.addApplicationListener(new Beginning());
            context.addApplicationListener(new End());
            if (isRunBySpringApplication()) {
                explainLongStart();
            }
        }
        lifecycles.add(lifecycle);
    }

    private boolean isRunBySpringApplication() {
        return context.getBeanFactory().containsSingleton(RUN_BY_SPRING_APPLICATION);
    }

    private void explainLongStart() {
        Workers.daemon("coord-start", () -> {
                    try {
                        if (!decided.await(LONG_START.toNanos(), TimeUnit.NANOSECONDS)) {
                            LOG.info(
                                    "This application does not take part in an election yet: it will when it has started, and"
                                            + " its ApplicationRunners and CommandLineRunners have returned. Work that goes on"
                                            + " belongs on a thread of its own");
                        }
                    } catch (InterruptedException e) {
                        LOG.debug("Does not wait for the start of the application", e);
                    }
                })
                .start();
    }

    /** The context is on its way down: if it is not ready yet it never will be. */
    void contextStops() {
        ending = true;
        decided.countDown();
    }

    private void contextIsReady() {
        if (ending) {
            return;
        }
        lifecycles.forEach(CoordinatorLifecycle::takePart);
        ready = true;
        decided.countDown();
    }

    private void contextEnds() {
        contextStops();
        // A callback may close the context: it is not waited for.
        Registration waiting = EndingThreads.enter();
        try {
            List<Thread> others = lifecycles.stream()
                    .skip(1)
                    .map(lifecycle -> Workers.daemon("coord-hand-over", lifecycle::handOver))
                    .toList();
            others.forEach(Thread::start);
            lifecycles.stream().findFirst().ifPresent(CoordinatorLifecycle::handOver);
            for (Thread other : others) {
                other.join();
            }
        } catch (InterruptedException e) {
            // They go on; closing waits for them.
            Thread.currentThread().interrupt();
        } finally {
            waiting.close();
        }
        if (ready) {
            ProcessEnd.explain();
        }
    }

    /** After all else. */
    private final class Beginning implements SmartApplicationListener {
        private final Class<? extends ApplicationEvent> event =
                isRunBySpringApplication() ? ApplicationReadyEvent.class : ContextRefreshedEvent.class;

        @Override
        public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
            return event.isAssignableFrom(type);
        }

        @Override
        public void onApplicationEvent(ApplicationEvent told) {
            // Child contexts tell their parents.
            if (told instanceof ApplicationReadyEvent application
                    ? application.getApplicationContext() == context
                    : told instanceof ApplicationContextEvent refreshed
                            && refreshed.getApplicationContext() == context) {
                contextIsReady();
            }
        }

        @Override
        public int getOrder() {
            return LOWEST_PRECEDENCE;
        }
    }

    /** Before all else: executors refuse work from this event on. */
    private final class End implements SmartApplicationListener {
        @Override
        public boolean supportsEventType(Class<? extends ApplicationEvent> type) {
            return ContextClosedEvent.class.isAssignableFrom(type);
        }

        @Override
        public void onApplicationEvent(ApplicationEvent told) {
            if (((ContextClosedEvent) told).getApplicationContext() == context) {
                contextEnds();
            }
        }

        @Override
        public int getOrder() {
            return HIGHEST_PRECEDENCE + 10;
        }
    }
}
