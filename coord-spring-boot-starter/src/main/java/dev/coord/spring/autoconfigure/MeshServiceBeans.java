package dev.coord.spring.autoconfigure;

import dev.coord.spring.MeshService;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.support.AopUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/** The beans that are {@link MeshService}s, and what gRPC knows of them. */
final class MeshServiceBeans {
    private MeshServiceBeans() {}

    static List<String> names(ListableBeanFactory beans) {
        return List.of(beans.getBeanNamesForAnnotation(MeshService.class));
    }

    /** Those that Spring Boot would take for services of the application's own server, by identity. */
    static Set<BindableService> bindable(ListableBeanFactory beans) {
        Set<BindableService> found = Collections.newSetFromMap(new IdentityHashMap<>());
        for (String name : names(beans)) {
            if (beans.isTypeMatch(name, BindableService.class)) {
                found.add(beans.getBean(name, BindableService.class));
            }
        }
        return found;
    }

    /**
     * The services that {@code bean} implements: one, or, of generated {@code AsyncService} interfaces, several.
     *
     * @throws FailureAnalyzedException if it implements none
     */
    static List<ServerServiceDefinition> definitions(String name, Object bean) {
        if (bean instanceof BindableService bindable) {
            return List.of(bindable.bindService());
        }
        Class<?> type = AopUtils.getTargetClass(bean);
        List<ServerServiceDefinition> found = new ArrayList<>();
        for (Class<?> service : ClassUtils.getAllInterfacesForClass(type)) {
            Method bind = binder(service);
            if (bind != null && service.isInstance(bean)) {
                found.add((ServerServiceDefinition) ReflectionUtils.invokeMethod(bind, null, bean));
            }
        }
        if (found.isEmpty()) {
            throw new FailureAnalyzedException(
                    "The bean '" + name + "' of " + type + " is a @MeshService, but no gRPC service.",
                    "Let it implement the interface AsyncService that was generated for its service, or extend the"
                            + " generated ImplBase. If it is wrapped in a JDK proxy, let the proxy have its class"
                            + " (spring.aop.proxy-target-class=true).");
        }
        return found;
    }

    /** The generated {@code XGrpc.bindService(XGrpc.AsyncService)}; null if {@code service} is no generated interface. */
    private static @Nullable Method binder(Class<?> service) {
        Class<?> generated = service.getDeclaringClass();
        Method bind = generated == null ? null : ClassUtils.getMethodIfAvailable(generated, "bindService", service);
        return bind != null && bind.getReturnType() == ServerServiceDefinition.class ? bind : null;
    }
}
