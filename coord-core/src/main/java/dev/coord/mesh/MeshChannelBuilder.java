package dev.coord.mesh;

import io.grpc.ClientInterceptor;
import io.grpc.ForwardingChannelBuilder2;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Builds a channel of a mesh, which closes it. An interceptor that the mesh puts on all of its channels is not put on this one a
 * second time.
 */
public final class MeshChannelBuilder extends ForwardingChannelBuilder2<MeshChannelBuilder> {
    private final ManagedChannelBuilder<?> builder;
    private final List<ClientInterceptor> present;
    private final UnaryOperator<ManagedChannel> keep;

    /**
     * @param present the interceptors that {@code builder} has already
     * @param keep told of the channel that is built
     */
    MeshChannelBuilder(
            ManagedChannelBuilder<?> builder, List<ClientInterceptor> present, UnaryOperator<ManagedChannel> keep) {
        this.builder = builder;
        this.present = present;
        this.keep = keep;
    }

    @Override
    protected ManagedChannelBuilder<?> delegate() {
        return builder;
    }

    @Override
    public MeshChannelBuilder intercept(List<ClientInterceptor> interceptors) {
        builder.intercept(interceptors.stream()
                .filter(interceptor -> !present.contains(interceptor))
                .toList());
        return this;
    }

    @Override
    public MeshChannelBuilder intercept(ClientInterceptor... interceptors) {
        return intercept(Arrays.asList(interceptors));
    }

    /** Changes nothing: the authority of a call on the mesh is the participant that it is for. */
    @Override
    public MeshChannelBuilder overrideAuthority(String authority) {
        return this;
    }

    @Override
    public ManagedChannel build() {
        return keep.apply(builder.build());
    }
}
