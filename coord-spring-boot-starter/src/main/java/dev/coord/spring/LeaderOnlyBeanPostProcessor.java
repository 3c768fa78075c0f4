package dev.coord.spring;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.aop.framework.AopInfrastructureBean;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.MethodIntrospector;

/**
 * Guards {@link LeaderOnly} methods, by a proxy around their beans: outside of transactions, so that the leader commits before
 * it gives its lease up, and inside of {@code @Async}, so that it is the work that is guarded. What cannot be guarded ends the
 * start of the application.
 */
public final class LeaderOnlyBeanPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor
        implements SmartInitializingSingleton {
    private static final long serialVersionUID = 1L;

    private final transient LeaderOnlyPointcut pointcut = new LeaderOnlyPointcut();
    private final transient Map<Class<?>, Boolean> guardedTypes = new ConcurrentHashMap<>();
    private final transient Map<String, String> groups = new ConcurrentHashMap<>();
    private final transient Set<String> guardedBeans = ConcurrentHashMap.newKeySet();
    private volatile boolean ready;

    public LeaderOnlyBeanPostProcessor() {
        setBeforeExistingAdvisors(true);
        // One before that of @Async, which puts its own advice before those that are there.
        setOrder(LOWEST_PRECEDENCE - 1);
        this.advisor = new DefaultPointcutAdvisor(pointcut, new LeaderOnlyInterceptor(pointcut, this::find));
    }

    /** Before the singletons are there nobody leads, and no coordinator is to be made because of a call. */
    private Optional<GroupRoles> find(String group, String user) {
        return ready ? roles().map(all -> all.get(group, user)) : Optional.empty();
    }

    private Optional<AnnotatedRoles> roles() {
        return Optional.ofNullable(
                factory().getBeanProvider(AnnotatedRoles.class).getIfAvailable());
    }

    private ConfigurableListableBeanFactory factory() {
        ConfigurableListableBeanFactory factory = this.beanFactory;
        if (factory == null) {
            throw new IllegalStateException("There is no bean factory");
        }
        return factory;
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof AopInfrastructureBean) {
            return bean;
        }
        Class<?> type = AopUtils.getTargetClass(bean);
        if (!isGuarded(type)) {
            return bean;
        }
        Map<Method, LeaderOnly> methods = methodsOf(type);
        methods.forEach((method, spec) -> check(beanName, type, method, spec));
        if (Modifier.isFinal(type.getModifiers()) && wouldBeSubclassed(bean, beanName, type)) {
            throw new FailureAnalyzedException(
                    "The bean '" + beanName + "' has @LeaderOnly, but its " + type + " is final, so that no proxy can"
                            + " extend it.",
                    "Make the class not final, or let it implement an interface that has its @LeaderOnly methods and set"
                            + " spring.aop.proxy-target-class=false.");
        }
        Object proxy = super.postProcessAfterInitialization(bean, beanName);
        if (Proxy.isProxyClass(proxy.getClass())) {
            methods.keySet().forEach(method -> checkReachable(beanName, method, proxy));
        }
        guardedBeans.add(beanName);
        return proxy;
    }

    private boolean wouldBeSubclassed(Object bean, String beanName, Class<?> type) {
        return bean.getClass() == type
                && (isProxyTargetClass()
                        || AutoProxyUtils.shouldProxyTargetClass(factory(), beanName)
                        || type.getInterfaces().length == 0);
    }

    private boolean isGuarded(Class<?> type) {
        return guardedTypes.computeIfAbsent(type, guarded -> AopUtils.canApply(pointcut, guarded));
    }

    private Map<Method, LeaderOnly> methodsOf(Class<?> type) {
        return MethodIntrospector.selectMethods(type, (MethodIntrospector.MetadataLookup<LeaderOnly>)
                method -> pointcut.find(method, type).orElse(null));
    }

    private void check(String beanName, Class<?> type, Method method, LeaderOnly spec) {
        String name = nameOf(beanName, method);
        int modifiers = method.getModifiers();
        String unseen = Modifier.isStatic(modifiers)
                ? "static"
                : Modifier.isPrivate(modifiers)
                        ? "private"
                        : Modifier.isFinal(modifiers) && !Modifier.isFinal(type.getModifiers()) ? "final" : "";
        if (!unseen.isEmpty()) {
            throw new FailureAnalyzedException(
                    name + " is " + unseen
                            + ": a proxy does not see calls of it, so that every participant would run it.",
                    unseen.equals("private")
                            ? "Make it package-private, or more visible than that, and call it from another bean."
                            : "Make it not " + unseen + ".");
        }
        Class<?> returned = method.getReturnType();
        if (spec.otherwise() == LeaderOnly.Otherwise.SKIP && returned != void.class && returned != Void.class) {
            throw new FailureAnalyzedException(
                    name + " returns a " + returned.getSimpleName() + ": a call that is skipped has none to return.",
                    "Let it return void; or let the call throw a NotLeaderException on a follower, by"
                            + " @LeaderOnly(otherwise = LeaderOnly.Otherwise.THROW).");
        }
        groups.putIfAbsent(spec.group(), name);
        if (ready) {
            // A bean that is made late.
            roles().ifPresent(all -> all.get(spec.group(), name));
        }
    }

    private static void checkReachable(String beanName, Method method, Object proxy) {
        try {
            var unused = AopUtils.selectInvocableMethod(method, proxy.getClass());
        } catch (IllegalStateException e) {
            throw new FailureAnalyzedException(
                    nameOf(beanName, method)
                            + " is in none of the interfaces of the bean's proxy, so that nobody can call it"
                            + " there.",
                    "Declare it in an interface of the bean, or let the proxy have the bean's class"
                            + " (spring.aop.proxy-target-class=true).",
                    e);
        }
    }

    private static String nameOf(String beanName, Method method) {
        return "@LeaderOnly " + method.getDeclaringClass().getSimpleName() + "." + method.getName() + "() of bean '"
                + beanName + "'";
    }

    /** All groups are there, and no bean was made before this could guard it. */
    @Override
    public void afterSingletonsInstantiated() {
        ready = true;
        roles().ifPresent(all -> groups.forEach(all::get));
        for (String name : factory().getBeanDefinitionNames()) {
            if (!guardedBeans.contains(name) && factory().containsSingleton(name) && !isReplacedByTest(name)) {
                checkUnguarded(name);
            }
        }
    }

    private void checkUnguarded(String name) {
        // The product of a factory is guarded when it is asked for.
        Class<?> type = factory().isFactoryBean(name)
                ? factory().getType(BeanFactory.FACTORY_BEAN_PREFIX + name)
                : AutoProxyUtils.determineTargetClass(factory(), name);
        if (type != null && isGuarded(type)) {
            throw new FailureAnalyzedException(
                    "The bean '" + name + "' of " + type
                            + " has @LeaderOnly, but was made too early to be guarded, so that"
                            + " every participant would run its methods: a BeanPostProcessor needs it.",
                    "Put its @LeaderOnly methods into a bean of their own; or let the BeanPostProcessor take an"
                            + " ObjectProvider, and its @Bean method be static.");
        }
    }

    /** Spring's tests register their mocks under a definition that nothing is made from. */
    private boolean isReplacedByTest(String name) {
        BeanDefinition definition = factory().getBeanDefinition(name);
        return definition instanceof RootBeanDefinition root && root.getQualifiedElement() != null;
    }
}
