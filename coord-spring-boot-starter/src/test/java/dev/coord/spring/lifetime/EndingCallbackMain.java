package dev.coord.spring.lifetime;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.LeaderOnly;
import dev.coord.spring.OnFollower;
import dev.coord.spring.OnLeader;
import dev.coord.spring.Patience;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.Lifecycle;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/**
 * Applications that end themselves from inside a callback: arguments "CALLBACK END DIRECTORY …". Those that close themselves do so
 * one after the other, one for each line of the standard input. Those that exit are there together, and all exit after one line.
 */
final class EndingCallbackMain {
    static final int CODE = 7;

    /** Which callback ends the application. */
    enum Place {
        LEADER(Leader.class),
        FOLLOWER(Follower.class),
        SCHEDULED(Job.class),
        EVENT(Listener.class),
        LEADER_LIFECYCLE(LeaderLifecycle.class),
        FOLLOWER_LIFECYCLE(FollowerLifecycle.class);

        private final Class<?> bean;

        Place(Class<?> bean) {
            this.bean = bean;
        }

        /** Whether it is called as a follower. */
        boolean follows() {
            return this == FOLLOWER || this == FOLLOWER_LIFECYCLE;
        }
    }

    /** What it calls. */
    enum End {
        EXIT,
        CLOSE,
        SPRING_EXIT
    }

    private EndingCallbackMain() {}

    public static void main(String[] arguments) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var exits = new ArrayList<Ending>();
        var allExit = new CountDownLatch(
                (int) Stream.of(arguments).filter(End.EXIT.name()::equals).count());
        for (int i = 0; i < arguments.length; i += 3) {
            var ending = new Ending(End.valueOf(arguments[i + 1]), allExit);
            ConfigurableApplicationContext context = start(Place.valueOf(arguments[i]), ending, arguments[i + 2]);
            // It stands for election when it has started: without a role, whoever comes now could lead before it does.
            if (context.getBean(Coordinator.class).awaitRole(Patience.LIMIT) == Role.UNKNOWN) {
                throw new IllegalStateException("no role");
            }
            System.out.println("STARTED");
            if (ending.how == End.EXIT) {
                exits.add(ending);
                continue;
            }
            input.readLine();
            ending.may.countDown();
            ending.did.await();
            if (context.isActive()) {
                throw new IllegalStateException("still active");
            }
            System.out.println("ENDED");
        }
        if (!exits.isEmpty()) {
            input.readLine();
            exits.forEach(ending -> ending.may.countDown());
        }
    }

    private static ConfigurableApplicationContext start(Place place, Ending ending, String directory) {
        List<String> flags = new ArrayList<>(Patience.flags("--", Path.of(directory)));
        flags.addAll(List.of(
                "--spring.main.banner-mode=off",
                "--coord.store.h2.frozen-owner=wait",
                // Spring's scheduler waits for the job that closes it, by default 30 s; coord has left by then.
                "--spring.lifecycle.timeout-per-shutdown-phase=1s"));
        return new SpringApplication(Application.class, place.bean) {
            {
                setWebApplicationType(WebApplicationType.NONE);
                addInitializers(made -> {
                    ending.context = made;
                    made.getBeanFactory().registerSingleton("ending", ending);
                });
            }
        }.run(flags.toArray(String[]::new));
    }

    static final class Ending {
        private final CountDownLatch may = new CountDownLatch(1);
        private final CountDownLatch did = new CountDownLatch(1);
        private final End how;
        private final CountDownLatch allExit;
        private volatile ConfigurableApplicationContext context;

        Ending(End how, CountDownLatch allExit) {
            this.how = how;
            this.allExit = allExit;
        }

        void end() throws InterruptedException {
            may.await();
            Supplier<Integer> code =
                    how == End.SPRING_EXIT ? () -> SpringApplication.exit(context, () -> CODE) : () -> CODE;
            if (how == End.EXIT) {
                // The first one to exit ends all of them: by then each of them is on its way, too.
                allExit.countDown();
                allExit.await();
                System.exit(code.get());
            } else if (how == End.CLOSE) {
                context.close();
            } else if (code.get() != CODE) {
                throw new IllegalStateException("another exit code");
            }
            did.countDown();
        }

        boolean isDue() {
            return may.getCount() == 0;
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableScheduling
    static class Application {}

    record Leader(Ending ending) {
        @OnLeader
        void lead() throws InterruptedException {
            ending.end();
        }
    }

    record Follower(Ending ending) {
        @OnFollower
        void follow() throws InterruptedException {
            ending.end();
        }
    }

    static class Job {
        private final Ending ending;

        Job(Ending ending) {
            this.ending = ending;
        }

        @LeaderOnly
        @Scheduled(fixedDelay = 5)
        void run() throws InterruptedException {
            if (ending.isDue()) {
                ending.end();
            }
        }
    }

    record Listener(Ending ending) {
        @EventListener(BecameLeaderEvent.class)
        void hear() throws InterruptedException {
            ending.end();
        }
    }

    private abstract static class Ended implements Lifecycle {
        private final Ending ending;
        private volatile boolean running;

        Ended(Ending ending) {
            this.ending = ending;
        }

        @Override
        public void start() {
            running = true;
            try {
                ending.end();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void stop() {
            running = false;
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }

    @OnLeader
    static class LeaderLifecycle extends Ended {
        LeaderLifecycle(Ending ending) {
            super(ending);
        }
    }

    @OnFollower
    static class FollowerLifecycle extends Ended {
        FollowerLifecycle(Ending ending) {
            super(ending);
        }
    }
}
