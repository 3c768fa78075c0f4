package dev.coord.spring.autoconfigure;

import dev.coord.mesh.Mesh;
import dev.coord.proto.ParticipantServiceGrpc;
import io.grpc.ServerServiceDefinition;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/** Puts the {@link dev.coord.spring.MeshService} beans on the mesh of each group, when all beans are there and before anything starts. */
final class MeshServiceRegistrar implements SmartInitializingSingleton {
    private final ListableBeanFactory beans;
    private final Mesh mesh;
    private final ObjectProvider<MeshHealth> health;
    private final Set<Mesh> meshes = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, String> beanOfService = new HashMap<>();

    MeshServiceRegistrar(ListableBeanFactory beans, Mesh mesh, ObjectProvider<MeshHealth> health) {
        this.beans = beans;
        this.mesh = mesh;
        this.health = health;
        beanOfService.put(ParticipantServiceGrpc.SERVICE_NAME, "the mesh itself");
    }

    @Override
    public void afterSingletonsInstantiated() {
        meshes.add(mesh);
        meshes.addAll(BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, Mesh.class)
                .values());
        health.ifAvailable(service -> meshes.forEach(service::serveOn));
        for (String name : MeshServiceBeans.names(beans)) {
            MeshServiceBeans.definitions(name, beans.getBean(name)).forEach(service -> add(name, service));
        }
    }

    private void add(String bean, ServerServiceDefinition service) {
        String name = service.getServiceDescriptor().getName();
        String other = beanOfService.putIfAbsent(name, "the bean '" + bean + "'");
        if (other != null) {
            throw new FailureAnalyzedException(
                    "The bean '" + bean + "' is a @MeshService for " + name + ", which " + other + " serves already.",
                    "Keep one of them, or give the service of the other one another name or package.");
        }
        meshes.forEach(mesh -> mesh.services().add(service));
        health.ifAvailable(manager -> manager.serves(name));
    }
}
