package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.lifetime.Applications.application;
import static dev.coord.spring.lifetime.Applications.awaitRole;
import static dev.coord.spring.lifetime.Applications.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.world.ObjectRef;
import dev.coord.world.World;
import dev.coord.world.WorldView;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A leader with a web server hands over before it waits for its last requests, which can still read and write. */
class GracefulShutdownTest {
    @TempDir
    private Path temp;

    @Test
    void anotherOneLeadsWhileTheLastRequestIsAnswered() throws Exception {
        String[] properties = properties(temp.resolve("shared"), "server.shutdown=graceful");
        try (ConfigurableApplicationContext first = application(WebApplicationType.SERVLET, Web.class)
                        .properties(properties)
                        .run();
                ConfigurableApplicationContext second = application(WebApplicationType.NONE, Plain.class)
                        .properties(properties)
                        .run()) {
            Coordinator leader = awaitRole(first, Role.LEADER);
            Coordinator follower = awaitRole(second, Role.FOLLOWER);
            Slow slow = first.getBean(Slow.class);
            CompletableFuture<HttpResponse<String>> answer =
                    get(first.getEnvironment().getRequiredProperty("local.server.port"));
            assertThat(slow.asked.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();

            CompletableFuture<Void> closing = CompletableFuture.runAsync(first::close);
            await().atMost(LIMIT).until(() -> follower.role() == Role.LEADER);

            await().atMost(LIMIT).until(() -> leader.role() == Role.FOLLOWER);
            assertThat(closing).isNotDone();
            assertThat(answer).isNotDone();
            slow.mayAnswer.countDown();
            assertThat(answer.get(LIMIT.toSeconds(), TimeUnit.SECONDS).body()).isEqualTo("answered");
            closing.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(second.getBean(World.class).read(WorldView::countObjects))
                    .isEqualTo(1);
        }
    }

    private static CompletableFuture<HttpResponse<String>> get(String port) {
        return HttpClient.newHttpClient()
                .sendAsync(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/slow"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    static class Plain {}

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(Slow.class)
    static class Web {}

    @RestController
    static class Slow {
        private final World world;
        private final CountDownLatch asked = new CountDownLatch(1);
        private final CountDownLatch mayAnswer = new CountDownLatch(1);

        Slow(World world) {
            this.world = world;
        }

        @GetMapping("/slow")
        String slow() throws InterruptedException {
            asked.countDown();
            assertThat(mayAnswer.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            world.state().createObject("late", ObjectRef.EMPTY);
            return "answered";
        }
    }
}
