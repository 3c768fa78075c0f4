package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.actuate.CoordHealthIndicator;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Shows the coordinator as {@code coord} in the application's health. */
@AutoConfiguration(after = CoordAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnSingleCandidate(Coordinator.class)
@ConditionalOnEnabledHealthIndicator("coord")
public final class CoordHealthContributorAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = {"coordHealthIndicator", "coordHealthContributor"})
    CoordHealthIndicator coordHealthContributor(Coordinator coordinator) {
        return new CoordHealthIndicator(coordinator::status);
    }
}
