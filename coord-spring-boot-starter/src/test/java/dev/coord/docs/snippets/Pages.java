package dev.coord.docs.snippets;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.ParticipantAttributes;
import dev.coord.store.Participant;
import java.util.List;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

@Configuration(proxyBeanMethods = false)
public class Pages {
    @Bean
    ParticipantAttributes page(Environment environment) {
        return group -> Map.of("url", "http://localhost:" + environment.getProperty("local.server.port"));
    }

    public static List<String> pages(Coordinator coordinator) {
        List<Participant> all = coordinator.watcher().participants();
        return all.stream().map(one -> one.attributes().getOrDefault("url", "")).toList();
    }
}
