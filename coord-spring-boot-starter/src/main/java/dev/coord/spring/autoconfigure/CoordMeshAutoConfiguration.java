package dev.coord.spring.autoconfigure;

import dev.coord.cluster.Coordinator;
import dev.coord.mesh.Mesh;
import dev.coord.spring.MeshCustomizer;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.micrometer.core.instrument.binder.grpc.GrpcServerObservationConvention;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcClientInterceptor;
import io.micrometer.core.instrument.binder.grpc.ObservationGrpcServerInterceptor;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The {@link Mesh} of the coordinator as a bean, with the application's {@link dev.coord.spring.MeshService}s on it, observed as
 * Spring Boot observes other gRPC services and clients. Health and reflection are served there if a property says so. All this goes for
 * the meshes of named groups too.
 */
@AutoConfiguration(
        after = {CoordAutoConfiguration.class, CoordGroupsAutoConfiguration.class},
        afterName = {
            "org.springframework.boot.grpc.client.autoconfigure.GrpcClientObservationAutoConfiguration",
            "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
            "org.springframework.boot.grpc.server.autoconfigure.GrpcServerObservationAutoConfiguration"
        })
@ConditionalOnSingleCandidate(Coordinator.class)
public final class CoordMeshAutoConfiguration {
    private static final String HEALTH = "coord.mesh.health.enabled";
    private static final String REFLECTION = "coord.mesh.reflection.enabled";

    // The coordinator closes it.
    @Bean(destroyMethod = "")
    @ConditionalOnMissingBean
    Mesh coordMesh(Coordinator coordinator, ObjectProvider<MeshCustomizer> customizers) {
        Mesh mesh = coordinator.mesh();
        customizers.orderedStream().forEach(customizer -> customizer.customize(mesh));
        return mesh;
    }

    @Bean
    MeshServiceRegistrar coordMeshServiceRegistrar(
            ListableBeanFactory beans, Mesh mesh, ObjectProvider<MeshHealth> health) {
        return new MeshServiceRegistrar(beans, mesh, health);
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass({ObservationRegistry.class, ObservationGrpcServerInterceptor.class})
    @ConditionalOnBean(ObservationRegistry.class)
    static class Observations {
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnBooleanProperty(name = "spring.grpc.server.observation.enabled", matchIfMissing = true)
        MeshCustomizer coordMeshServerObservations(
                ObservationRegistry registry,
                ObjectProvider<ObservationGrpcServerInterceptor> present,
                ObjectProvider<GrpcServerObservationConvention> convention) {
            return mesh -> mesh.services().intercept(present.getIfAvailable(() -> {
                var interceptor = new ObservationGrpcServerInterceptor(registry);
                convention.ifAvailable(interceptor::setCustomConvention);
                return interceptor;
            }));
        }

        /** The one that Spring Boot makes, if its property lets it. */
        @Bean
        @Order(Ordered.HIGHEST_PRECEDENCE)
        @ConditionalOnBean(ObservationGrpcClientInterceptor.class)
        MeshCustomizer coordMeshClientObservations(ObservationGrpcClientInterceptor interceptor) {
            return mesh -> mesh.intercept(interceptor);
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ProtoReflectionServiceV1.class)
    static class Services {
        @Bean
        @ConditionalOnBooleanProperty(HEALTH)
        MeshHealth coordMeshHealth() {
            return new MeshHealth();
        }

        @Bean
        @ConditionalOnBooleanProperty(REFLECTION)
        MeshCustomizer coordMeshReflection() {
            return mesh -> mesh.services().add(ProtoReflectionServiceV1.newInstance());
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnMissingClass("io.grpc.protobuf.services.ProtoReflectionServiceV1")
    static class MissingServices {
        @Bean
        @ConditionalOnBooleanProperty(HEALTH)
        MeshCustomizer coordMeshHealth() {
            throw missing(HEALTH);
        }

        @Bean
        @ConditionalOnBooleanProperty(REFLECTION)
        MeshCustomizer coordMeshReflection() {
            throw missing(REFLECTION);
        }

        private static FailureAnalyzedException missing(String property) {
            return new FailureAnalyzedException(
                    "The property '" + property + "' is true, but the library for it is missing.",
                    "Add the dependency io.grpc:grpc-services, or remove the property '" + property + "'.");
        }
    }
}
