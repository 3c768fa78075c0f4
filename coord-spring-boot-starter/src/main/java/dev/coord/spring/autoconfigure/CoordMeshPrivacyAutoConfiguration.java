package dev.coord.spring.autoconfigure;

import dev.coord.spring.MeshService;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigureOrder;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;

/**
 * Keeps {@link MeshService}s from the application's own gRPC server: it neither starts because of them, nor shows them, also when
 * this application does not take part.
 *
 * <p>It comes before all others, whose conditions do not see the services. A service that is defined by an auto-configuration
 * comes too late for that, and should implement the generated {@code AsyncService} interface, which the server does not know.
 */
@AutoConfiguration
@AutoConfigureOrder(Ordered.HIGHEST_PRECEDENCE)
@ConditionalOnClass(GrpcServiceDiscoverer.class)
@Import(HiddenMeshServices.class)
public final class CoordMeshPrivacyAutoConfiguration {
    @Bean
    static HiddenMeshServices.Revealer coordMeshServiceRevealer() {
        return new HiddenMeshServices.Revealer();
    }

    @Bean
    static PublicServices coordPublicServices(ListableBeanFactory beans) {
        return new PublicServices(beans);
    }
}
