package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.greeting.Greetings.greeting;

import dev.coord.Leadership;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.CurrentLeadership;
import dev.coord.spring.LeaderOnly;
import dev.coord.spring.OnLeader;
import dev.coord.spring.Patience;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.spring.greeting.GreeterGrpc;
import dev.coord.spring.greeting.Greetings.AsyncGreeter;
import dev.coord.world.ObjectRef;
import dev.coord.world.WorldState;
import io.micrometer.core.instrument.MeterRegistry;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/**
 * Starts and closes an application many times, in one way after the other, and says what the JVM has in between and at the end:
 * arguments directory and how many times.
 */
final class StartStopMain {
    /** So many ways there are; when each has been gone once, everything is there that is there only once. */
    static final int WAYS = 5;

    private StartStopMain() {}

    public static void main(String[] arguments) throws Exception {
        Path directory = Path.of(arguments[0]);
        int lives = Integer.parseInt(arguments[1]);
        var contexts = new ArrayList<WeakReference<ConfigurableApplicationContext>>();
        for (int i = 1; i <= lives; i++) {
            contexts.add(new WeakReference<>(cycle(directory, i)));
            if (i == WAYS || i == lives) {
                settled(directory).forEach(line -> System.out.println("CENSUS " + line));
                System.out.println("CENSUS-END");
            }
        }
        System.gc();
        System.out.println("CONTEXTS "
                + contexts.stream().filter(context -> context.get() != null).count());
    }

    private static ConfigurableApplicationContext cycle(Path directory, int number) throws InterruptedException {
        return switch (number % WAYS) {
            case 0 -> live(directory);
            case 1, 2 -> endEarly(directory, "coord.world.enabled=false");
            default -> endEarly(directory, "coord.world.enabled=true");
        };
    }

    private static ConfigurableApplicationContext start(String... properties) {
        return new SpringApplicationBuilder(Application.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .properties(properties)
                .properties("coord.groups.reports.enabled=true")
                .run();
    }

    /** Before it knows what it is, or just when it does. */
    private static ConfigurableApplicationContext endEarly(Path directory, String world) {
        ConfigurableApplicationContext context = start(Patience.properties(directory, world));
        SpringApplication.exit(context);
        return context;
    }

    /** Everything that an application may do with coord, once. */
    private static ConfigurableApplicationContext live(Path directory) throws InterruptedException {
        ConfigurableApplicationContext context = start(
                Patience.properties(directory, "coord.mesh.health.enabled=true", "coord.mesh.reflection.enabled=true"));
        Coordinator coordinator = context.getBean(Coordinator.class);
        if (coordinator.awaitRole(LIMIT) != Role.LEADER) {
            throw new IllegalStateException("not the leader: " + coordinator.status());
        }
        context.getBean(WorldTemplate.class).submit("note", "hello");
        Roles roles = context.getBean(Roles.class);
        if (!roles.awaitLed()) {
            throw new IllegalStateException("nobody told of a role: " + coordinator.status());
        }
        roles.guarded();
        GreeterGrpc.newBlockingStub(coordinator.mesh().channel("coord:///leader"))
                .withWaitForReady()
                .withDeadlineAfter(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .greet(greeting("hello"));
        context.getBean(MeterRegistry.class).counter("lives").increment();
        SpringApplication.exit(context);
        return context;
    }

    /** Threads may take a moment to end, those that gRPC shares a second. */
    private static List<String> settled(Path directory) throws Exception {
        List<String> before = List.of();
        List<String> now = Census.take(directory);
        for (long end = System.nanoTime() + LIMIT.toNanos(); System.nanoTime() - end < 0 && !now.equals(before); ) {
            TimeUnit.MILLISECONDS.sleep(1500);
            before = now;
            now = Census.take(directory);
        }
        return now;
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({AsyncGreeter.class, Notes.class, Roles.class})
    static class Application {}

    static class Roles {
        private final CountDownLatch led = new CountDownLatch(2);

        boolean awaitLed() throws InterruptedException {
            return led.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }

        @OnLeader
        void lead(Leadership leadership) throws InterruptedException {
            led.countDown();
            leadership.awaitLost();
        }

        @OnLeader(group = "reports")
        void report(Leadership leadership) throws InterruptedException {
            led.countDown();
            leadership.awaitLost();
        }

        @LeaderOnly
        void guarded() {
            CurrentLeadership.get();
        }
    }

    static final class Notes {
        @WorldOp("note")
        void note(WorldState world, String text) {
            world.object("note")
                    .orElseGet(() -> world.createObject("note", ObjectRef.EMPTY))
                    .setContent(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
