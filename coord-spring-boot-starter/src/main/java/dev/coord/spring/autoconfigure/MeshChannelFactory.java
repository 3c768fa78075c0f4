package dev.coord.spring.autoconfigure;

import dev.coord.mesh.MeshChannelBuilder;
import io.grpc.ChannelCredentials;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.util.LambdaSafe;
import org.springframework.grpc.client.ClientInterceptorsConfigurer;
import org.springframework.grpc.client.DefaultGrpcChannelFactory;
import org.springframework.grpc.client.GrpcChannelBuilderCustomizer;
import org.springframework.grpc.client.VirtualTargets;

/**
 * Makes channels for {@code coord:} targets, and for names that stand for one, on the mesh of their group. The application's interceptors and
 * customizers apply, but for customizers that want the builder of another transport. Limits and deadlines are those of the mesh.
 * Channels are closed with it.
 */
final class MeshChannelFactory extends DefaultGrpcChannelFactory<MeshChannelBuilder> {
    private static final String SCHEME = "coord:";

    private final GroupMeshes meshes;
    private final VirtualTargets names;

    MeshChannelFactory(
            GroupMeshes meshes,
            VirtualTargets names,
            List<GrpcChannelBuilderCustomizer<?>> customizers,
            ClientInterceptorsConfigurer interceptors) {
        super(List.of((target, builder) -> customize(customizers, target, builder)), interceptors);
        this.meshes = meshes;
        this.names = names;
        setVirtualTargets(names);
    }

    @SuppressWarnings("unchecked")
    private static void customize(
            List<GrpcChannelBuilderCustomizer<?>> customizers, String target, MeshChannelBuilder builder) {
        LambdaSafe.callbacks(GrpcChannelBuilderCustomizer.class, customizers, builder)
                .invoke(customizer -> customizer.customize(target, builder));
    }

    @Override
    public boolean supports(String target) {
        return names.getTarget(target).startsWith(SCHEME);
    }

    @Override
    protected MeshChannelBuilder newChannelBuilder(String target, @Nullable ChannelCredentials credentials) {
        GroupMeshes.Target found = meshes.resolve(target);
        return found.mesh().channelBuilder(found.target());
    }
}
