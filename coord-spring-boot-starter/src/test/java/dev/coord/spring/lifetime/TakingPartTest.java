package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.lifetime.Applications.application;
import static dev.coord.spring.lifetime.Applications.awaitRole;
import static dev.coord.spring.lifetime.Applications.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coord.PeerUnreachableException;
import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.docs.snippets.Pages;
import dev.coord.spring.OnLeader;
import dev.coord.spring.ParticipantAttributes;
import dev.coord.spring.ParticipantsChangedEvent;
import dev.coord.store.Participant;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import dev.coord.world.WorldView;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;

/** An application takes part when all else has started, and one that fails to start never did. */
class TakingPartTest {
    @TempDir
    private Path temp;

    @Test
    void runnersComeFirstAndSeeTheOthers() throws Exception {
        try (ConfigurableApplicationContext first = start(WebApplicationType.NONE, Plain.class)) {
            Coordinator leader = awaitRole(first, Role.LEADER);
            first.getBean(World.class).state().createObject("there", ObjectRef.EMPTY);

            try (ConfigurableApplicationContext second = start(WebApplicationType.SERVLET, Runs.class)) {
                assertThat(second.getBean(Runs.class).seen)
                        .containsExactly("runner 1 FOLLOWER there listening", "ready event 1");
                await().atMost(LIMIT).until(() -> leader.countParticipants() == 2);
            }
        }
    }

    @Test
    void aStartThatFailsWasNeverSeen() throws Exception {
        try (ConfigurableApplicationContext first = start(WebApplicationType.NONE, Plain.class, Witness.class)) {
            awaitRole(first, Role.LEADER);

            assertThatThrownBy(() -> start(WebApplicationType.NONE, Plain.class, Fails.class))
                    .hasStackTraceContaining("on purpose");

            // Whoever came after it is heard of.
            try (ConfigurableApplicationContext third = start(WebApplicationType.NONE, Plain.class)) {
                awaitRole(third, Role.FOLLOWER);
                List<String> joined = first.getBean(Witness.class).joined;
                await().atMost(LIMIT).until(() -> joined.size() >= 2);
                assertThat(joined)
                        .containsExactly(
                                first.getBean(Coordinator.class).id().value(),
                                third.getBean(Coordinator.class).id().value());
            }
        }
    }

    @Test
    void aRunnerOfALoneApplicationWritesBeforeTheWorkBegins() throws Exception {
        try (ConfigurableApplicationContext lone = start(WebApplicationType.NONE, Writes.class)) {
            Coordinator coordinator = awaitRole(lone, Role.LEADER);
            Writes writes = lone.getBean(Writes.class);

            await().atMost(LIMIT).until(() -> writes.done.size() == 3);
            assertThat(writes.done).containsExactly("wrote", "runner returns", "leads");
            assertThat(coordinator.roleChanges()).as("one leadership").hasSize(1);
            assertThat(lone.getBean(World.class).read(WorldView::countObjects)).isEqualTo(1);
        }
    }

    @Test
    void whatIsWrittenWhenALoneApplicationEndsIsWritten() {
        ConfigurableApplicationContext lone = start(WebApplicationType.NONE, LateWriter.class);
        LateWriter writer = lone.getBean(LateWriter.class);

        lone.close();

        assertThat(writer.counted).isEqualTo(1);
    }

    @Test
    void tellsTheOthersWhereItsWebServerListens() throws Exception {
        try (ConfigurableApplicationContext first = start(WebApplicationType.NONE, Plain.class)) {
            Coordinator leader = awaitRole(first, Role.LEADER);

            try (ConfigurableApplicationContext second = application(
                            WebApplicationType.SERVLET, Plain.class, Pages.class)
                    .properties(properties(
                            temp.resolve("shared"), "coord.attributes.zone=b", "coord.groups.mail.enabled=true"))
                    .run()) {
                Coordinator page = second.getBean(Coordinator.class);
                Coordinator mail = second.getBean("coordCoordinator-mail", Coordinator.class);
                String url = "http://localhost:" + second.getEnvironment().getProperty("local.server.port");
                // The leader is without a page.
                await().atMost(LIMIT)
                        .untilAsserted(
                                () -> assertThat(Pages.pages(leader)).hasSize(2).contains("", url));
                Map<String, String> all = Map.of("url", url, "zone", "b", "coord.protocol", "1");
                await().atMost(LIMIT)
                        .ignoreExceptionsInstanceOf(PeerUnreachableException.class)
                        .untilAsserted(() -> assertThat(
                                        leader.mesh().client(page.id()).info().attributes())
                                .isEqualTo(all));
                await().atMost(LIMIT)
                        .untilAsserted(() -> assertThat(mail.watcher().participants())
                                .extracting(Participant::attributes)
                                .containsExactly(new TreeMap<>(all)));
            }
        }
    }

    @Test
    void whatThePropertiesSayOfItselfCounts() {
        try (ConfigurableApplicationContext behindAProxy = application(
                        WebApplicationType.SERVLET, Plain.class, Pages.class)
                .properties(properties(temp.resolve("shared"), "coord.attributes.url=https://flags.example.org"))
                .run()) {
            assertThat(Pages.pages(behindAProxy.getBean(Coordinator.class)))
                    .containsExactly("https://flags.example.org");
        }
    }

    @Test
    void attributesThatAreRefusedEndTheStart() {
        assertThatThrownBy(() -> start(WebApplicationType.NONE, Plain.class, TooLong.class))
                .hasStackTraceContaining("'url' has at most 500 bytes, not 501");
    }

    private ConfigurableApplicationContext start(WebApplicationType web, Class<?>... sources) {
        return application(web, sources)
                .properties(properties(temp.resolve("shared")))
                .run();
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Plain {}

    @Configuration(proxyBeanMethods = false)
    static class TooLong {
        @Bean
        ParticipantAttributes tooLong() {
            return group -> Map.of("url", "u".repeat(501));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Runs {
        private final List<String> seen = new CopyOnWriteArrayList<>();

        @Bean
        ApplicationRunner runner(Coordinator coordinator, World world, Environment environment) {
            return arguments -> seen.add("runner "
                    + coordinator.watcher().participants().size() + " "
                    + coordinator.awaitRole(LIMIT) + " "
                    + world.read(state -> state.object("there").orElseThrow().key())
                    + (environment.containsProperty("local.server.port") ? " listening" : ""));
        }

        @EventListener
        void ready(ApplicationReadyEvent event) {
            seen.add("ready event "
                    + event.getApplicationContext()
                            .getBean(Coordinator.class)
                            .watcher()
                            .participants()
                            .size());
        }
    }

    static class Witness {
        private final List<String> joined = new CopyOnWriteArrayList<>();

        @EventListener
        void on(ParticipantsChangedEvent event) {
            event.getJoined().forEach(participant -> joined.add(participant.id().value()));
        }
    }

    static class Fails implements ApplicationRunner {
        @Override
        public void run(ApplicationArguments arguments) {
            throw new IllegalStateException("on purpose");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Writes {
        private final List<String> done = new CopyOnWriteArrayList<>();

        @Bean
        ApplicationRunner runner(World world) {
            return arguments -> {
                world.state().createObject("early", ObjectRef.EMPTY);
                done.add("wrote");
                done.add("runner returns");
            };
        }

        @OnLeader
        void lead() {
            done.add("leads");
        }
    }

    /** Ends with the web server, when this application has handed over. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class LateWriter implements SmartLifecycle {
        private final World world;
        private volatile boolean running;
        private volatile int counted;

        LateWriter(World world) {
            this.world = world;
        }

        @Override
        public void start() {
            running = true;
        }

        @Override
        public void stop() {
            running = false;
            world.state().createObject("late", ObjectRef.EMPTY);
            counted = world.read(WorldView::countObjects);
        }

        @Override
        public boolean isRunning() {
            return running;
        }
    }
}
