package dev.coord.spring.autoconfigure;

import dev.coord.mesh.Mesh;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.springframework.beans.factory.DisposableBean;

/**
 * The gRPC health service of the mesh. It keeps its {@link HealthStatusManager} to itself: a bean of that type would be taken for
 * the one of the application's own server.
 */
final class MeshHealth implements DisposableBean {
    private final HealthStatusManager manager = new HealthStatusManager();
    private final Set<Mesh> meshes = Collections.newSetFromMap(new IdentityHashMap<>());

    /** Also if a child context asks once more. */
    void serveOn(Mesh mesh) {
        if (meshes.add(mesh)) {
            mesh.services().add(manager.getHealthService());
        }
    }

    void serves(String service) {
        manager.setStatus(service, ServingStatus.SERVING);
    }

    @Override
    public void destroy() {
        manager.enterTerminalState();
    }
}
