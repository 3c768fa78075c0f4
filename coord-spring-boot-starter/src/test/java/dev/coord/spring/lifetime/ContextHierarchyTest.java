package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.greeting.Greetings.greeting;
import static dev.coord.spring.lifetime.Applications.application;
import static dev.coord.spring.lifetime.Applications.awaitRole;
import static dev.coord.spring.lifetime.Applications.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.BecameLeaderEvent;
import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.LeadershipLostEvent;
import dev.coord.spring.RoleEvent;
import dev.coord.spring.greeting.GreeterGrpc;
import dev.coord.spring.greeting.Greetings.BindableGreeter;
import dev.coord.world.World;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;

/** Where one context is the parent of another, the application still takes part once. */
class ContextHierarchyTest {
    @TempDir
    private Path temp;

    @Test
    void theCoordinatorOfTheParentIsThatOfTheChild() throws Exception {
        String[] properties = properties(temp.resolve("shared"));
        try (ConfigurableApplicationContext parent = application(WebApplicationType.NONE, Parent.class)
                .properties(properties)
                .run()) {
            Coordinator coordinator = awaitRole(parent, Role.LEADER);
            try (ConfigurableApplicationContext child = application(WebApplicationType.SERVLET, Child.class)
                    .parent(parent)
                    .properties(properties)
                    .run()) {
                for (Class<?> type : List.of(Coordinator.class, CoordinatorLifecycle.class, World.class)) {
                    assertThat(child.getBeanNamesForType(type))
                            .as("in the child")
                            .isEmpty();
                    assertThat(child.getBean(type)).isSameAs(parent.getBean(type));
                }
                assertThat(GreeterGrpc.newBlockingStub(coordinator.mesh().channel("coord:///leader"))
                                .withWaitForReady()
                                .greet(greeting("hello"))
                                .getText())
                        .as("a service of the child")
                        .isEqualTo("hello, says bindable");
            }
            assertThat(coordinator.role()).as("after the end of the child").isEqualTo(Role.LEADER);
            assertThat(coordinator.countParticipants()).isEqualTo(1);
            coordinator.stepDown(Duration.ofMillis(1));
            Recorder recorder = parent.getBean(Recorder.class);
            await().atMost(LIMIT).until(() -> recorder.heard.size() == 3);
            assertThat(recorder.heard)
                    .hasExactlyElementsOfTypes(
                            BecameLeaderEvent.class, LeadershipLostEvent.class, BecameLeaderEvent.class);
        }
    }

    @Test
    void aParentHearsOnceOfTheCoordinatorOfTheChild() throws Exception {
        try (ConfigurableApplicationContext parent =
                        application(WebApplicationType.NONE, Listening.class).run();
                ConfigurableApplicationContext child = application(WebApplicationType.NONE, Parent.class)
                        .parent(parent)
                        .properties(properties(temp.resolve("shared")))
                        .run()) {
            awaitRole(child, Role.LEADER);
            for (ConfigurableApplicationContext context : List.of(parent, child)) {
                Recorder recorder = context.getBean(Recorder.class);
                await().atMost(LIMIT).until(() -> !recorder.heard.isEmpty());
            }
            SpringApplication.exit(child);
            assertThat(parent.getBean(Recorder.class).heard)
                    .hasExactlyElementsOfTypes(BecameLeaderEvent.class, LeadershipLostEvent.class);
        }
    }

    @Test
    void aManagementContextOfItsOwnShowsTheCoordinatorOfTheApplication() throws Exception {
        try (ConfigurableApplicationContext context = application(WebApplicationType.SERVLET, Parent.class)
                .properties(properties(
                        temp.resolve("shared"),
                        "management.server.port=0",
                        "management.endpoint.health.show-details=always"))
                .run()) {
            Coordinator coordinator = awaitRole(context, Role.LEADER);
            String port = context.getEnvironment().getRequiredProperty("local.management.port");
            assertThat(port).isNotEqualTo(context.getEnvironment().getRequiredProperty("local.server.port"));
            String health = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/actuator/health"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(health).contains("\"coord\":", coordinator.id().value());
            assertThat(coordinator.countParticipants()).isEqualTo(1);
            Recorder recorder = context.getBean(Recorder.class);
            await().atMost(LIMIT).until(() -> !recorder.heard.isEmpty());
            assertThat(recorder.heard).hasExactlyElementsOfTypes(BecameLeaderEvent.class);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Recorder.class)
    static class Parent {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(BindableGreeter.class)
    static class Child {}

    @Configuration(proxyBeanMethods = false)
    @Import(Recorder.class)
    static class Listening {}

    static final class Recorder {
        private final List<RoleEvent> heard = new CopyOnWriteArrayList<>();

        @EventListener
        void on(RoleEvent event) {
            heard.add(event);
        }
    }
}
