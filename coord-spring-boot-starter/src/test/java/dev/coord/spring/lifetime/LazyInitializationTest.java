package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static dev.coord.spring.lifetime.Applications.application;
import static dev.coord.spring.lifetime.Applications.properties;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coord.LeaderInfo;
import dev.coord.Leadership;
import dev.coord.cluster.RoleChangeHandler;
import dev.coord.spring.WorldOp;
import dev.coord.spring.WorldTemplate;
import dev.coord.world.WorldState;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/** An application whose beans are made when they are first needed takes part all the same. */
class LazyInitializationTest {
    @TempDir
    private Path temp;

    @Test
    void theApplicationTakesPartThoughNobodyAsksForTheCoordinator() {
        Handler.TERM.set(0);
        try (ConfigurableApplicationContext context = application(WebApplicationType.NONE, Application.class)
                .lazyInitialization(true)
                .properties(properties(temp.resolve("shared")))
                .run()) {
            await().atMost(LIMIT).until(() -> Handler.TERM.get() == 1);
            WorldTemplate template = context.getBean(WorldTemplate.class);
            assertThat(template.result(template.submit("echo", "hello"), String.class))
                    .isEqualTo("hello");
        }
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import({Handler.class, Echo.class})
    static class Application {}

    static final class Handler implements RoleChangeHandler {
        private static final AtomicLong TERM = new AtomicLong();

        @Override
        public void onBecomeLeader(Leadership leadership) {
            TERM.set(leadership.term().value());
        }

        @Override
        public void onBecomeFollower(LeaderInfo leader) {}
    }

    static final class Echo {
        @WorldOp("echo")
        String echo(WorldState world, String body) {
            return body;
        }
    }
}
