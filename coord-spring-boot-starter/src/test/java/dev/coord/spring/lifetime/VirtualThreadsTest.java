package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.lifetime.Applications.application;
import static dev.coord.spring.lifetime.Applications.awaitRole;
import static dev.coord.spring.lifetime.Applications.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import dev.coord.world.WorldState;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.Async;
import org.springframework.scheduling.annotation.EnableAsync;

/** An application on virtual threads. */
@EnabledForJreRange(min = JRE.JAVA_21)
class VirtualThreadsTest {
    private static final int OPERATIONS = 50;

    @TempDir
    private Path temp;

    @Test
    void listenersAndOperationsRunOnThem() throws Exception {
        String[] properties = properties(temp.resolve("shared"), "spring.threads.virtual.enabled=true");
        try (ConfigurableApplicationContext first = application(WebApplicationType.NONE, Application.class)
                        .properties(properties)
                        .run();
                ConfigurableApplicationContext second = application(WebApplicationType.NONE, Application.class)
                        .properties(properties)
                        .run()) {
            awaitRole(first, Role.LEADER);
            Coordinator follower = awaitRole(second, Role.FOLLOWER);
            var submitted = new CopyOnWriteArrayList<Thread>();
            for (int i = 0; i < OPERATIONS; i++) {
                submitted.add(Threads.startVirtual(
                        () -> second.getBean(WorldTemplate.class).submit("count", null)));
            }
            for (Thread thread : submitted) {
                thread.join(LIMIT.toMillis());
            }
            World world = second.getBean(World.class);
            long count = world.read(view -> view.object("count").orElseThrow().rev());
            assertThat(count).isEqualTo(OPERATIONS);

            SpringApplication.exit(first);
            await().atMost(LIMIT).until(() -> follower.role() == Role.LEADER);
            List<String> heard = second.getBean(Recorder.class).heard();
            await().atMost(LIMIT).until(() -> !heard.isEmpty());
            assertThat(heard).containsExactly("2 true");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @EnableAsync
    @Import({Recorder.class, Counter.class})
    static class Application {}

    static class Recorder {
        private final List<String> heard = new CopyOnWriteArrayList<>();

        public List<String> heard() {
            return heard;
        }

        @Async
        @EventListener
        public void on(BecameLeaderEvent event) {
            heard.add(event.getLeadership().term() + " " + Threads.isVirtual(Thread.currentThread()));
        }
    }

    static final class Counter {
        @WorldOp("count")
        void count(WorldState world) {
            world.object("count")
                    .ifPresentOrElse(count -> count.incrementRev(), () -> world.createObject("count", ObjectRef.EMPTY));
        }
    }

    /** What Java 17 does not know. */
    private static final class Threads {
        static boolean isVirtual(Thread thread) {
            return (boolean) call(thread, "isVirtual");
        }

        static Thread startVirtual(Runnable work) {
            return (Thread) call(null, "startVirtualThread", work);
        }

        private static Object call(Object thread, String method, Runnable... arguments) {
            try {
                Class<?>[] types = new Class<?>[arguments.length];
                Arrays.fill(types, Runnable.class);
                return Thread.class.getMethod(method, types).invoke(thread, (Object[]) arguments);
            } catch (ReflectiveOperationException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
