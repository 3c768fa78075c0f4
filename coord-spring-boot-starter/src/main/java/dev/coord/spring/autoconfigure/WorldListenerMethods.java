package dev.coord.spring.autoconfigure;

import dev.coord.spring.CoordinatorLifecycle;
import dev.coord.spring.RoleThreads;
import dev.coord.spring.WorldListener;
import dev.coord.world.World;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.NoSuchBeanDefinitionException;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;
import org.springframework.core.env.Environment;

/**
 * Finds the methods with {@link WorldListener} when all singletons are there, and has them hear as long as the context runs. What they are
 * to hear is kept from before any coordinator opens, so that the first that they hear is all that is there.
 */
final class WorldListenerMethods implements SmartInitializingSingleton, SmartLifecycle {
    private final ConfigurableListableBeanFactory beans;
    private final Environment environment;
    private final List<WorldListenerThread> threads = new ArrayList<>();
    private volatile boolean running;

    WorldListenerMethods(ConfigurableListableBeanFactory beans, Environment environment) {
        this.beans = beans;
        this.environment = environment;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (String name : beans.getBeanNamesForType(Object.class, false, false)) {
            Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
            if (type != null && AnnotationUtils.isCandidateClass(type, WorldListener.class)) {
                collect(name, type);
            }
        }
    }

    private void collect(String name, Class<?> type) {
        Map<Method, WorldListener> annotated =
                MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<WorldListener>)
                        method -> AnnotatedElementUtils.findMergedAnnotation(method, WorldListener.class));
        annotated.forEach((method, annotation) -> {
            WorldListenerMethod listener = WorldListenerMethod.of(annotation, name, beans.getBean(name), method);
            threads.add(new WorldListenerThread(listener, world(listener), RoleThreads.factory(environment)));
        });
    }

    @Override
    public void start() {
        running = true;
        threads.forEach(WorldListenerThread::start);
    }

    private World world(WorldListenerMethod method) {
        try {
            return method.group().isEmpty()
                    ? beans.getBean(World.class)
                    : BeanFactoryAnnotationUtils.qualifiedBeanOfType(beans, World.class, method.group());
        } catch (NoSuchBeanDefinitionException e) {
            throw new InvalidWorldMethodException(
                    method.name() + " listens to the world of "
                            + (method.group().isEmpty() ? "the main group" : "group '" + method.group() + "'")
                            + ", and there is no such World: " + e.getMessage() + ".",
                    method.group().isEmpty()
                            ? "Name a group that has a world, or set coord.world.enabled=true."
                            : "Set coord.groups." + method.group() + ".world.enabled=true.");
        }
    }

    @Override
    public void stop() {
        running = false;
        threads.forEach(WorldListenerThread::close);
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    /** Used once, as the coordinator is. */
    @Override
    public boolean isPauseable() {
        return false;
    }

    /** Ends before this process leaves. */
    @Override
    public int getPhase() {
        return CoordinatorLifecycle.PHASE + 1;
    }
}
