package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.spring.actuate.CoordBackupEndpoint;
import dev.coord.spring.actuate.CoordEndpoint;
import dev.coord.spring.actuate.CoordEndpointWebExtension;
import dev.coord.spring.actuate.CoordInfoContributor;
import java.time.InstantSource;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.autoconfigure.endpoint.expose.EndpointExposure;
import org.springframework.boot.actuate.autoconfigure.info.ConditionalOnEnabledInfoContributor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** The Actuator endpoints {@code coord} and {@code coordbackup}, and {@code coord} in the application's info. */
@AutoConfiguration(after = CoordAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnBean(Coordinator.class)
public final class CoordEndpointAutoConfiguration {
    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    CoordEndpoint coordEndpoint(ListableBeanFactory beans) {
        return new CoordEndpoint(
                CoordinatorBeans.byGroup(beans), group -> CoordinatorBeans.world(group, beans), InstantSource.system());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnBean(CoordEndpoint.class)
    @ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
    CoordEndpointWebExtension coordEndpointWebExtension(CoordEndpoint endpoint) {
        return new CoordEndpointWebExtension(endpoint);
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint(exposure = EndpointExposure.WEB)
    CoordBackupEndpoint coordBackupEndpoint(ListableBeanFactory beans) {
        // All coordinators of an application share one store.
        return new CoordBackupEndpoint(
                CoordinatorBeans.byGroup(beans).values().iterator().next());
    }

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnEnabledInfoContributor("coord")
    CoordInfoContributor coordInfoContributor(ListableBeanFactory beans) {
        return new CoordInfoContributor(CoordinatorBeans.byGroup(beans));
    }
}
