package dev.coord.docs.snippets;

import dev.coord.spring.CoordinatorBuilderCustomizer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
class Zones {
    @Bean
    CoordinatorBuilderCustomizer inZone(@Value("${zone:}") String zone) {
        return builder -> {
            if (builder.group().equals("reports") && !zone.isEmpty()) {
                builder.capabilities("zone-" + zone);
            }
        };
    }
}
