package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.metrics.CoordinatorMetrics;
import dev.coord.spring.metrics.WorldMetrics;
import dev.coord.world.WorldRoleHandler;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * Meters of the coordinators and their worlds, {@code coord.*}, where there is a {@link MeterRegistry}. A bean of the name
 * {@code coordCoordinatorMetrics} or {@code coordWorldMetrics} takes the place of the one made here, and Spring Boot's property
 * {@code management.metrics.enable.coord=false} removes all of them.
 */
@AutoConfiguration(
        after = {CoordAutoConfiguration.class, CoordWorldAutoConfiguration.class},
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({MeterRegistry.class, Coordinator.class})
public final class CoordMetricsAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "coordCoordinatorMetrics")
    MeterBinder coordCoordinatorMetrics(ListableBeanFactory beans) {
        return registry -> CoordinatorBeans.byGroup(beans)
                .values()
                .forEach(coordinator -> new CoordinatorMetrics(coordinator).bindTo(registry));
    }

    @Bean
    @ConditionalOnBean(WorldRoleHandler.class)
    @ConditionalOnMissingBean(name = "coordWorldMetrics")
    MeterBinder coordWorldMetrics(ListableBeanFactory beans) {
        return registry -> CoordinatorBeans.worlds(beans).forEach(world -> new WorldMetrics(world).bindTo(registry));
    }
}
