package dev.coord.sample.cluster;

import dev.coord.spring.ParticipantAttributes;
import dev.coord.store.Participant;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * Where an instance's page is: an attribute of its participant, which the others find in the registry. {@code coord.attributes.url}
 * says it where the page is known by another address than its web server has.
 */
@Configuration(proxyBeanMethods = false)
class PageAddress {
    private static final String URL = "url";

    @Bean
    ParticipantAttributes ownPage(Environment environment) {
        return group -> Map.of(
                URL,
                "http://" + environment.getProperty("server.address", "127.0.0.1") + ":"
                        + environment.getProperty("local.server.port"));
    }

    /** Empty if it has none. */
    static String of(Participant participant) {
        return participant.attributes().getOrDefault(URL, "");
    }
}
