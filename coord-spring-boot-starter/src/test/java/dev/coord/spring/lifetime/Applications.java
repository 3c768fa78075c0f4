package dev.coord.spring.lifetime;

import static dev.coord.spring.Patience.LIMIT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coord.Role;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.Patience;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContext;

/** Whole applications, started as users do. */
final class Applications {

    private Applications() {}

    static SpringApplicationBuilder application(WebApplicationType web, Class<?>... sources) {
        return new SpringApplicationBuilder(sources).web(web).bannerMode(Banner.Mode.OFF);
    }

    /** Properties of an application on {@code directory}. */
    static String[] properties(Path directory, String... more) {
        return Stream.concat(
                        Stream.of(Patience.properties(directory)),
                        Stream.concat(Stream.of("server.port=0"), Stream.of(more)))
                .toArray(String[]::new);
    }

    static Coordinator awaitRole(ApplicationContext context, Role role) throws InterruptedException {
        Coordinator coordinator = context.getBean(Coordinator.class);
        assertThat(coordinator.awaitRole(LIMIT)).isEqualTo(role);
        return coordinator;
    }
}
