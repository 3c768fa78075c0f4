package dev.coord.spring.autoconfigure;

import dev.coord.mesh.Mesh;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnSingleCandidate;
import org.springframework.boot.grpc.client.autoconfigure.CompositeChannelFactoryAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcChannelFactoryCustomizer;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientAutoConfiguration;
import org.springframework.boot.grpc.client.autoconfigure.GrpcClientProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.grpc.client.ClientInterceptorsConfigurer;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.GrpcChannelFactory;

/**
 * Lets Spring's gRPC clients have {@code coord:} targets: {@code @ImportGrpcClients(target = "coord:///leader")}, or a channel of
 * the {@link GrpcChannelFactory}; {@code coord://reports/leader} is the leader of the group {@code reports}. All other targets go to the factories that would be asked without this.
 */
@AutoConfiguration(
        after = {CoordMeshAutoConfiguration.class, GrpcClientAutoConfiguration.class},
        before = CompositeChannelFactoryAutoConfiguration.class)
@ConditionalOnClass({GrpcChannelFactory.class, GrpcClientAutoConfiguration.class})
@ConditionalOnSingleCandidate(Mesh.class)
@ConditionalOnBooleanProperty(name = "spring.grpc.client.enabled", matchIfMissing = true)
public final class CoordMeshClientAutoConfiguration {
    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE)
    MeshChannelFactory coordMeshChannelFactory(
            Mesh mesh,
            ListableBeanFactory beans,
            GrpcClientProperties properties,
            Environment environment,
            ClientInterceptorsConfigurer interceptors,
            ObjectProvider<GrpcChannelBuilderCustomizer<?>> customizers,
            ObjectProvider<GrpcChannelFactoryCustomizer> factoryCustomizers) {
        var factory = new MeshChannelFactory(
                new GroupMeshes(mesh, beans),
                name -> target(name, properties, environment),
                customizers.orderedStream().toList(),
                interceptors);
        factoryCustomizers.orderedStream().forEach(customizer -> customizer.customize(factory));
        return factory;
    }

    /** The target of the channel that the properties call {@code name}, or itself. */
    private static String target(String name, GrpcClientProperties properties, Environment environment) {
        var channel = properties.getChannel().get(name);
        return environment.resolvePlaceholders(channel == null ? name : channel.getTarget());
    }
}
