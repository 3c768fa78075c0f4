package dev.coord.spring.autoconfigure;

import dev.coord.spring.WorldBodies;
import dev.coord.spring.WorldOp;
import dev.coord.world.ObjectOperation;
import dev.coord.world.OperationLookup;
import dev.coord.world.WorldOperation;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the operations of an application: its own {@link OperationLookup} beans, and the methods with {@link WorldOp}, which are
 * known when all singletons are there, before anything starts.
 */
final class WorldOpMethods implements OperationLookup, SmartInitializingSingleton {
    private final ConfigurableListableBeanFactory beans;
    private final ObjectProvider<OperationLookup> lookups;
    private final WorldBodies bodies;
    private final Map<String, WorldOpMethod> methods = new HashMap<>();
    private List<OperationLookup> others = List.of();

    WorldOpMethods(ConfigurableListableBeanFactory beans, ObjectProvider<OperationLookup> lookups, WorldBodies bodies) {
        this.beans = beans;
        this.lookups = lookups;
        this.bodies = bodies;
    }

    @Override
    public void afterSingletonsInstantiated() {
        others = lookups.orderedStream().filter(lookup -> lookup != this).toList();
        for (String name : beans.getBeanNamesForType(Object.class, false, false)) {
            Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
            if (type != null && AnnotationUtils.isCandidateClass(type, WorldOp.class)) {
                collect(name, type);
            }
        }
    }

    private void collect(String name, Class<?> type) {
        Map<Method, WorldOp> annotated =
                MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<WorldOp>)
                        method -> AnnotatedElementUtils.findMergedAnnotation(method, WorldOp.class));
        annotated.forEach((method, annotation) ->
                add(WorldOpMethod.of(annotation, name, beans.getBean(name), type, method, bodies)));
    }

    private void add(WorldOpMethod method) {
        WorldOpMethod other = methods.putIfAbsent(method.type(), method);
        if (other != null) {
            throw new InvalidWorldMethodException(
                    "There are two operations of type '" + method.type() + "': " + other.name() + " and "
                            + method.name() + ".",
                    "Give one of them another type.");
        }
    }

    /** What the method takes that is the operation {@code type}; empty if there is none, or it takes no body. */
    Optional<Type> bodyType(String type) {
        return Optional.ofNullable(methods.get(type)).flatMap(WorldOpMethod::bodyType);
    }

    @Override
    public Optional<WorldOperation> worldOperation(String type, byte[] body) {
        WorldOpMethod method = methods.get(type);
        if (method != null) {
            return Optional.of(method.operation(body));
        }
        return others.stream()
                .flatMap(lookup -> lookup.worldOperation(type, body).stream())
                .findFirst();
    }

    @Override
    public Optional<ObjectOperation> objectOperation(String type, byte[] body) {
        return others.stream()
                .flatMap(lookup -> lookup.objectOperation(type, body).stream())
                .findFirst();
    }

    @Override
    public Set<String> types() {
        var all = new HashSet<>(methods.keySet());
        others.forEach(lookup -> all.addAll(lookup.types()));
        return all;
    }
}
