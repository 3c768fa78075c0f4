package dev.coord.spring;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.aop.framework.AopProxyUtils;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Bean;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.core.annotation.AnnotationUtils;

/**
 * Finds the {@link OnLeader} and {@link OnFollower} methods and beans of an application context, when all singletons are there and
 * nothing has started. What cannot work ends the start of the application.
 */
public final class RoleBeanDetector implements SmartInitializingSingleton {
    private static final Logger LOG = LoggerFactory.getLogger(RoleBeanDetector.class);

    private final ConfigurableListableBeanFactory beans;
    private final ObjectProvider<AnnotatedRoles> roles;
    private final List<RoleMethod> methods = new ArrayList<>();
    private final List<RoleLifecycle> lifecycles = new ArrayList<>();

    /** @param roles whom to tell */
    public RoleBeanDetector(ConfigurableListableBeanFactory beans, ObjectProvider<AnnotatedRoles> roles) {
        this.beans = beans;
        this.roles = roles;
    }

    @Override
    public void afterSingletonsInstantiated() {
        for (String name : beans.getBeanNamesForType(Object.class, true, false)) {
            inspect(name);
            if (!name.startsWith(BeanFactory.FACTORY_BEAN_PREFIX) && beans.isFactoryBean(name)) {
                inspect(BeanFactory.FACTORY_BEAN_PREFIX + name);
            }
        }
        lifecycles.forEach(this::checkStarter);
        roles.getObject().setMembers(beans, methods, lifecycles);
    }

    private void inspect(String name) {
        int methodsBefore = methods.size();
        int lifecyclesBefore = lifecycles.size();
        // Of a factory and its product, the bean is the product.
        if (!name.startsWith(BeanFactory.FACTORY_BEAN_PREFIX)) {
            inspectBean(name, OnLeader.class, RoleSpec::of);
            inspectBean(name, OnFollower.class, RoleSpec::of);
        }
        Class<?> type = typeOf(name);
        if (type != null && !isOfSpringsOwn(type)) {
            inspectMethods(name, type, OnLeader.class, RoleSpec::of);
            inspectMethods(name, type, OnFollower.class, RoleSpec::of);
        }
        List<RoleMethod> itsMethods = methods.subList(methodsBefore, methods.size());
        List<RoleLifecycle> itself = lifecycles.subList(lifecyclesBefore, lifecycles.size());
        if (itsMethods.isEmpty() && itself.isEmpty()) {
            return;
        }
        checkScope(name);
        if (!isLazy(name)) {
            itsMethods.forEach(RoleMethod::resolve);
            itself.forEach(RoleLifecycle::resolve);
        }
    }

    private @Nullable Class<?> typeOf(String name) {
        try {
            Class<?> type = AutoProxyUtils.determineTargetClass(beans, name);
            // A proxy that the application made by itself hides what is not in its interfaces.
            return type != null && Proxy.isProxyClass(type) && beans.containsSingleton(name)
                    ? AopProxyUtils.ultimateTargetClass(beans.getBean(name))
                    : type;
        } catch (RuntimeException | LinkageError e) {
            // A lazy bean whose class cannot be loaded, for instance, which is not for us to complain of.
            LOG.debug("Cannot tell the class of bean '{}'", name, e);
            return null;
        }
    }

    private static boolean isOfSpringsOwn(Class<?> type) {
        return type.getName().startsWith("org.springframework.");
    }

    private <A extends Annotation> void inspectBean(String name, Class<A> annotation, Function<A, RoleSpec> spec) {
        A found = beans.findAnnotationOnBean(name, annotation, false);
        if (found != null) {
            lifecycles.add(new RoleLifecycle(spec.apply(found), beans, name));
        }
    }

    private <A extends Annotation> void inspectMethods(
            String name, Class<?> type, Class<A> annotation, Function<A, RoleSpec> spec) {
        if (!AnnotationUtils.isCandidateClass(type, annotation)) {
            return;
        }
        Map<Method, A> found = MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<A>) method ->
                // On a @Bean method it is about the bean that it makes.
                AnnotatedElementUtils.hasAnnotation(method, Bean.class)
                        ? null
                        : AnnotatedElementUtils.findMergedAnnotation(method, annotation));
        found.forEach((method, declared) -> methods.add(RoleMethod.of(spec.apply(declared), beans, name, method)));
    }

    private void checkScope(String name) {
        boolean scopedTarget = ScopedProxyUtils.isScopedTarget(name);
        if (scopedTarget || !beans.isSingleton(name)) {
            String named = scopedTarget ? ScopedProxyUtils.getOriginalBeanName(name) : name;
            throw new FailureAnalyzedException(
                    "The bean '" + named + "' has @OnLeader or @OnFollower, but is no singleton"
                            + (beans.containsBeanDefinition(name)
                                    ? " (scope '"
                                            + beans.getMergedBeanDefinition(name)
                                                    .getScope() + "')"
                                    : "")
                            + ": which of its instances is meant cannot be known.",
                    "Make it a singleton, or put the annotation on a singleton that uses it.");
        }
    }

    /** Spring starts what a bean that starts needs, too, unless that is a SmartLifecycle. */
    private void checkStarter(RoleLifecycle lifecycle) {
        String name = lifecycle.beanName();
        if (!beans.containsSingleton(name) || lifecycle.resolve() instanceof SmartLifecycle) {
            return;
        }
        String starter = starterOf(name, new HashSet<>());
        if (starter != null) {
            throw new FailureAnalyzedException(
                    "The bean '" + name + "' has " + lifecycle.spec().annotation() + ", but would start with the bean '"
                            + starter
                            + "', which needs it and starts with the application context, whatever the role is.",
                    "Let it implement SmartLifecycle, whose isAutoStartup() returns false, instead of Lifecycle; or let '"
                            + starter + "' take it as an ObjectProvider.");
        }
    }

    private @Nullable String starterOf(String name, Set<String> seen) {
        for (String dependent : beans.getDependentBeans(name)) {
            if (seen.add(dependent) && beans.getSingleton(dependent) instanceof Lifecycle lifecycle) {
                String starter = lifecycle instanceof SmartLifecycle smart && smart.isAutoStartup()
                        ? dependent
                        : starterOf(dependent, seen);
                if (starter != null) {
                    return starter;
                }
            }
        }
        return null;
    }

    private boolean isLazy(String name) {
        return !beans.containsSingleton(name)
                && beans.containsBeanDefinition(name)
                && beans.getMergedBeanDefinition(name).isLazyInit();
    }
}
