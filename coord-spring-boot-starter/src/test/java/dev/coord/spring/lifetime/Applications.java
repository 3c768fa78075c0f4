package dev.coord.spring.lifetime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;

/** Whole applications, started as users do. */
final class Applications {
    static final Duration LIMIT = Duration.ofSeconds(20);

    private Applications() {}

    static SpringApplicationBuilder application(WebApplicationType web, Class<?>... sources) {
        return new SpringApplicationBuilder(sources).web(web).bannerMode(Banner.Mode.OFF);
    }

    /** Properties of an application on {@code directory}, which loses no lease however busy the machine is. */
    static String[] properties(Path directory, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "coord.dir=" + directory,
                "server.port=0",
                "coord.lease.renew-deadline=8s",
                "coord.lease.stale-threshold=10s"));
        all.addAll(Arrays.asList(more));
        return all.toArray(String[]::new);
    }

    static Coordinator awaitRole(ApplicationContext context, Role role) throws InterruptedException {
        Coordinator coordinator = context.getBean(Coordinator.class);
        assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(role);
        return coordinator;
    }
}
