package dev.coord.sample.testing;

import static org.awaitility.Awaitility.await;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.sample.SampleApplication;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/** The application in this JVM, the only participant of its group. */
public final class App implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private App(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /** Starts it, and waits until it leads. */
    public static App start(Path dir, String... properties) {
        var arguments = new ArrayList<>(List.of(
                "--server.port=0",
                "--coord.dir=" + dir,
                // However busy the machine is, it does not lose the lease for that.
                "--coord.lease.renew-deadline=4s",
                "--coord.lease.stale-threshold=5s"));
        arguments.addAll(List.of(properties));
        var app = new App(new SpringApplicationBuilder(SampleApplication.class).run(arguments.toArray(String[]::new)));
        app.awaitLeader();
        return app;
    }

    public void awaitLeader() {
        await().atMost(Duration.ofMinutes(2)).until(() -> coordinator().role() == Role.LEADER);
    }

    public Api api() {
        return new Api(((WebServerApplicationContext) context).getWebServer().getPort());
    }

    public Coordinator coordinator() {
        return bean(Coordinator.class);
    }

    public <T> T bean(Class<T> type) {
        return context.getBean(type);
    }

    @Override
    public void close() {
        context.close();
    }
}
