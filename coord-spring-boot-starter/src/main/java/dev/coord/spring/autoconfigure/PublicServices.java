package dev.coord.spring.autoconfigure;

import io.grpc.BindableService;
import java.util.List;
import java.util.Set;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.grpc.server.service.GrpcServiceDiscoverer;
import org.springframework.grpc.server.service.GrpcServiceSpec;

/** Lets whoever discovers services for the application's own gRPC server overlook those of the mesh. */
final class PublicServices implements BeanPostProcessor {
    private final ListableBeanFactory beans;

    PublicServices(ListableBeanFactory beans) {
        this.beans = beans;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof GrpcServiceDiscoverer discoverer ? new Discoverer(discoverer, beans) : bean;
    }

    private record Discoverer(GrpcServiceDiscoverer all, ListableBeanFactory beans) implements GrpcServiceDiscoverer {
        @Override
        public List<GrpcServiceSpec> findServices() {
            Set<BindableService> mesh = MeshServiceBeans.bindable(beans);
            return all.findServices().stream()
                    .filter(spec -> !mesh.contains(spec.service()))
                    .toList();
        }

        @Override
        public List<String> listServiceNames() {
            return findServices().stream()
                    .map(spec ->
                            spec.service().bindService().getServiceDescriptor().getName())
                    .toList();
        }
    }
}
