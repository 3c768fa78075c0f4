package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.actuate.CoordHealthIndicator;
import dev.coord.spring.actuate.CoordReadiness;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.CompositeHealthContributor;
import org.springframework.boot.health.contributor.HealthContributor;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Shows the coordinator as {@code coord} in the application's health; several of them as {@code coord/<group>}. With
 * {@code coord.health.readiness.enabled} it is part of the readiness group.
 */
@AutoConfiguration(
        after = CoordAutoConfiguration.class,
        // What makes the readiness group has the last place in order, too.
        afterName =
                "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration")
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(Coordinator.class)
@ConditionalOnEnabledHealthIndicator("coord")
@EnableConfigurationProperties(CoordHealthProperties.class)
public final class CoordHealthContributorAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = {"coordHealthIndicator", "coordHealthContributor"})
    HealthContributor coordHealthContributor(ListableBeanFactory beans, CoordHealthProperties properties) {
        Map<String, Coordinator> coordinators = CoordinatorBeans.byGroup(beans);
        if (coordinators.size() == 1) {
            return indicator(coordinators.values().iterator().next(), beans, properties);
        }
        var names = new LinkedHashMap<String, Coordinator>();
        // A slash would be another level of the health's path, which is refused.
        coordinators.forEach((group, coordinator) -> names.put(group.replace('/', '-'), coordinator));
        return CompositeHealthContributor.fromMap(names, coordinator -> indicator(coordinator, beans, properties));
    }

    private static CoordHealthIndicator indicator(
            Coordinator coordinator, ListableBeanFactory beans, CoordHealthProperties properties) {
        return new CoordHealthIndicator(
                coordinator::status,
                properties.checkedNoLeaderGrace(),
                () -> CoordinatorBeans.world(coordinator.group(), beans),
                properties.checkedWorldLagGrace(),
                coordinator::database);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(HealthEndpointGroupsPostProcessor.class)
    @ConditionalOnBooleanProperty("coord.health.readiness.enabled")
    static class Readiness {
        @Bean
        @ConditionalOnMissingBean
        static CoordReadiness coordReadiness() {
            return new CoordReadiness();
        }
    }
}
