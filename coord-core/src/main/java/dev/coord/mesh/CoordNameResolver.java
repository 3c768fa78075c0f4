package dev.coord.mesh;

import dev.coord.Registration;
import dev.coord.transport.Transport;
import io.grpc.NameResolver;
import io.grpc.StatusOr;
import io.grpc.SynchronizationContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Follows one target: whenever the addresses it means change, the channel learns it at once. Between two leaders it says "no
 * address" first, so that the channel forgets how long it wanted to wait before dialling the dead one again.
 */
final class CoordNameResolver extends NameResolver {
    private static final Registration NONE = () -> {};

    private final MeshTarget target;
    private final MeshDirectory directory;
    private final Transport transport;
    private final SynchronizationContext context;
    private Registration registration = NONE;
    private @Nullable Listener2 listener;
    private @Nullable List<MeshTarget.Endpoint> published;

    CoordNameResolver(MeshTarget target, MeshDirectory directory, Transport transport, SynchronizationContext context) {
        this.target = target;
        this.directory = directory;
        this.transport = transport;
        this.context = context;
    }

    @Override
    public String getServiceAuthority() {
        return Transport.AUTHORITY;
    }

    @Override
    public void start(Listener2 told) {
        listener = told;
        registration = directory.onChange(() -> context.execute(this::publishIfChanged));
        publishIfChanged();
    }

    @Override
    public void refresh() {
        // A connection broke; the address may be right all the same.
        published = null;
        publishIfChanged();
    }

    private void publishIfChanged() {
        List<MeshTarget.Endpoint> now = target.endpoints(directory);
        List<MeshTarget.Endpoint> before = published;
        if (listener == null || now.equals(before)) {
            return;
        }
        if (target.kind() == MeshTarget.Kind.LEADER && before != null && !before.isEmpty() && !now.isEmpty()) {
            publish(List.of());
        }
        publish(now);
    }

    private void publish(List<MeshTarget.Endpoint> endpoints) {
        Listener2 told = listener;
        if (told == null) {
            return;
        }
        published = endpoints;
        var result = ResolutionResult.newBuilder();
        result.setAddressesOrError(StatusOr.fromValue(endpoints.stream()
                .map(endpoint -> transport.resolved(endpoint.address(), endpoint.participant()))
                .toList()));
        // Its status asks for a retry with backoff; we are told of changes, and need none.
        told.onResult2(result.build());
    }

    @Override
    public void shutdown() {
        registration.close();
        listener = null;
    }
}
