package dev.coord.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Named.named;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.coord.Leadership;
import dev.coord.cluster.Coordinator;
import dev.coord.spring.autoconfigure.CoordAutoConfiguration;
import dev.coord.spring.autoconfigure.CoordLeaderOnlyAutoConfiguration;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.Lifecycle;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.core.PriorityOrdered;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;

/** What cannot work ends the start, and the message names the bean and the fix. */
class RoleMisuseTest {
    @TempDir
    private Path temp;

    private ApplicationContextRunner runner;

    @BeforeEach
    void baseline() {
        runner = new ApplicationContextRunner()
                .withConfiguration(
                        AutoConfigurations.of(CoordAutoConfiguration.class, CoordLeaderOnlyAutoConfiguration.class))
                .withPropertyValues(Patience.properties(temp.resolve("shared")));
    }

    static Stream<Arguments> misuses() {
        return Stream.of(
                misuse(StaticMethod.class, "@OnLeader StaticMethod.lead() of bean 'bad' is static", "instance method"),
                misuse(Returning.class, "@OnLeader Returning.lead() of bean 'bad' returns a CompletableFuture", "void"),
                misuse(
                        WrongParameter.class,
                        "@OnFollower WrongParameter.follow() of bean 'bad' takes a Leadership",
                        "LeaderInfo, BecameFollowerEvent"),
                misuse(
                        PrivateOfProxied.class,
                        "@OnLeader PrivateOfProxied.lead() of bean 'bad' cannot be called on the bean's proxy",
                        "package-private"),
                misuse(
                        FinalOfProxied.class,
                        "@OnLeader FinalOfProxied.lead() of bean 'bad' is final, and its bean is proxied",
                        "not final"),
                misuse(NoLifecycle.class, "'bad'", "has @OnLeader, but is no Lifecycle", "implement", "Lifecycle"),
                misuse(
                        AutoStarting.class,
                        "'bad'",
                        "has @OnFollower, but is a SmartLifecycle that starts with the application context",
                        "isAutoStartup() return false"),
                misuse(UnknownGroup.class, "names the group 'reports'", "Its groups are: 'default'", "coord.group"),
                misuse(UnknownGroupOfCall.class, "@LeaderOnly", "names the group 'reports'", "'default'"),
                misuse(ValueOfSkipped.class, "'bad' returns a int", "Otherwise.THROW"),
                misuse(ValueInClass.class, "ValueInClass.value() of bean 'bad' returns a String", "Otherwise.THROW"),
                misuse(PrivateCall.class, "PrivateCall.run() of bean 'bad' is private", "package-private"),
                misuse(StaticCall.class, "StaticCall.run() of bean 'bad' is static", "not static"),
                misuse(FinalCall.class, "FinalCall.run() of bean 'bad' is final", "not final"),
                misuse(FinalClass.class, "'bad' has @LeaderOnly, but its class", "is final", "not final"));
    }

    private static Arguments misuse(Class<?> bean, String... said) {
        return arguments(named(bean.getSimpleName(), bean), said);
    }

    @ParameterizedTest
    @MethodSource("misuses")
    void isRefused(Class<?> bean, String[] said) {
        assertRefused(runner.withBean("bad", bean), said);
    }

    @Test
    void aBeanThatIsNoSingletonIsRefused() {
        assertRefused(
                runner.withUserConfiguration(Prototype.class),
                "The bean 'several'",
                "is no singleton (scope 'prototype')",
                "Make it a singleton");
        assertRefused(runner.withUserConfiguration(ScopedProxy.class), "The bean 'scoped'", "is no singleton");
    }

    @Test
    void aBeanOfSpringsOwnThatStartsByItselfIsRefused() {
        assertRefused(
                runner.withUserConfiguration(OfSpringsOwn.class),
                "The bean 'scheduler'",
                "is a SmartLifecycle that starts with the application context");
    }

    @Test
    void aLifecycleThatSpringWouldStartForAnotherBeanIsRefused() {
        assertRefused(
                runner.withUserConfiguration(NeededByStarter.class),
                "The bean 'needed' has @OnLeader, but would start with the bean 'starter'",
                "SmartLifecycle, whose isAutoStartup() returns false");
    }

    @Test
    void aMethodThatAnInterfaceProxyHidesIsRefused() {
        assertRefused(
                runner.withUserConfiguration(Hidden.class),
                "@OnLeader Hiding.lead() of bean 'hidden' cannot be called on the bean's proxy",
                "spring.aop.proxy-target-class=true");
        assertRefused(
                runner.withUserConfiguration(HiddenCall.class),
                "@LeaderOnly HidingCall.work() of bean 'hidden' is in none of the interfaces",
                "spring.aop.proxy-target-class=true");
    }

    @Test
    void aBeanThatWasMadeTooEarlyToBeGuardedIsRefused() {
        assertRefused(
                runner.withUserConfiguration(TooEarly.class),
                "The bean 'early'",
                "made too early to be guarded",
                "ObjectProvider");
    }

    @Test
    void aCoordinatorOfTheApplicationsOwnThatCannotTellThemIsRefused() {
        assertRefused(
                runner.withUserConfiguration(SilentCoordinator.class).withBean("bad", UnknownGroup.class),
                "@OnLeader UnknownGroup.lead() of bean 'bad' would never hear of its role",
                "group 'reports'",
                "handler(annotatedRoles.handler(\"reports\"))");
    }

    @Test
    void severalCoordinatorsAndNoGroupIsRefused() {
        assertRefused(
                runner.withUserConfiguration(SilentCoordinator.class, AnotherCoordinator.class)
                        .withBean("bad", NoGroup.class),
                "names no group",
                "Its groups are: 'another', 'reports'",
                "primary");
    }

    @Test
    void aBeanOfAChildContextIsRefused() {
        runner.run(parent -> {
            try (var child = new AnnotationConfigApplicationContext()) {
                child.setParent(parent.getSourceApplicationContext());
                child.registerBean("bad", NoGroup.class);
                child.registerBean(CoordAutoConfiguration.class);
                FailureAnalysis analysis = analysisOf(catchThrowable(child::refresh));
                assertThat(analysis.getDescription())
                        .contains("@OnLeader NoGroup.lead() of bean 'bad'")
                        .contains("parent context");
            }
        });
    }

    @Test
    void theHandlerOfAGroupIsHandedOutOnce() {
        runner.withUserConfiguration(TwoOfOneGroup.class)
                .run(context -> assertThat(context)
                        .getFailure()
                        .hasRootCauseInstanceOf(IllegalStateException.class)
                        .rootCause()
                        .hasMessageContaining("The role handler of group 'one' is in use"));
    }

    private static void assertRefused(ApplicationContextRunner application, String... said) {
        application.run(context -> {
            assertThat(context).hasFailed();
            FailureAnalysis analysis = analysisOf(context.getStartupFailure());
            assertThat(analysis.getDescription() + "\n" + analysis.getAction()).contains(said);
        });
    }

    private static FailureAnalysis analysisOf(Throwable failure) {
        Throwable cause = failure;
        while (cause != null && !(cause instanceof FailureAnalyzedException)) {
            cause = cause.getCause();
        }
        assertThat(cause).as("a failure with an analysis, in %s", failure).isNotNull();
        return ((FailureAnalyzedException) cause).analysis();
    }

    static class StaticMethod {
        @OnLeader
        static void lead() {}
    }

    static class Returning {
        @OnLeader
        CompletableFuture<Void> lead() {
            return CompletableFuture.completedFuture(null);
        }
    }

    static class WrongParameter {
        @OnFollower
        void follow(Leadership leadership) {}
    }

    @SuppressWarnings("UnusedMethod")
    static class PrivateOfProxied {
        @OnLeader
        private void lead() {}

        @LeaderOnly
        void proxied() {}
    }

    static class FinalOfProxied {
        @OnLeader
        final void lead() {}

        @LeaderOnly
        void proxied() {}
    }

    @OnLeader
    static class NoLifecycle {}

    @OnFollower
    static class AutoStarting implements SmartLifecycle {
        @Override
        public void start() {
            throw new IllegalStateException("is not to be started");
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class NeededByStarter {
        @Bean
        @OnLeader
        Lifecycle needed() {
            return new Endless();
        }

        @Bean
        Lifecycle between(@Qualifier("needed") Lifecycle needed) {
            assertThat(needed).isNotNull();
            return new Endless();
        }

        @Bean
        SmartLifecycle starter(@Qualifier("between") Lifecycle between) {
            assertThat(between).isNotNull();
            return new Starting();
        }
    }

    static class Endless implements Lifecycle {
        @Override
        public void start() {
            throw new IllegalStateException("is not to be started");
        }

        @Override
        public void stop() {}

        @Override
        public boolean isRunning() {
            return false;
        }
    }

    static class Starting extends Endless implements SmartLifecycle {}

    static class NoGroup {
        @OnLeader
        void lead() {}
    }

    static class UnknownGroup {
        @OnLeader(group = "reports")
        void lead() {}
    }

    static class UnknownGroupOfCall {
        @LeaderOnly(group = "reports")
        void run() {}
    }

    static class ValueOfSkipped {
        @LeaderOnly
        int value() {
            return 1;
        }
    }

    @LeaderOnly
    static class ValueInClass {
        public void run() {}

        public String value() {
            return "";
        }
    }

    @SuppressWarnings("UnusedMethod")
    static class PrivateCall {
        @LeaderOnly
        private void run() {}
    }

    static class StaticCall {
        @LeaderOnly
        static void run() {}
    }

    static class FinalCall {
        @LeaderOnly
        final void run() {}
    }

    static final class FinalClass {
        @LeaderOnly
        void run() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Prototype {
        @Bean
        @Scope("prototype")
        NoGroup several() {
            return new NoGroup();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class ScopedProxy {
        @Bean
        @Scope(scopeName = "prototype", proxyMode = ScopedProxyMode.TARGET_CLASS)
        NoGroup scoped() {
            return new NoGroup();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OfSpringsOwn {
        @Bean
        @OnLeader
        ThreadPoolTaskScheduler scheduler() {
            return new ThreadPoolTaskScheduler();
        }
    }

    static class Hiding implements Runnable {
        @Override
        public void run() {}

        @OnLeader
        public void lead() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class Hidden {
        @Bean
        Object hidden() {
            return new ProxyFactory(new Hiding()).getProxy();
        }
    }

    static class HidingCall implements Runnable {
        @Override
        public void run() {}

        @LeaderOnly
        public void work() {}
    }

    @Configuration(proxyBeanMethods = false)
    static class HiddenCall {
        @Bean
        Runnable hidden() {
            return new HidingCall();
        }
    }

    static class EarlyJob {
        @LeaderOnly
        void run() {}
    }

    record Needy(EarlyJob job) implements BeanPostProcessor, PriorityOrdered {
        @Override
        public int getOrder() {
            return 0;
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TooEarly {
        @Bean
        static EarlyJob early() {
            return new EarlyJob();
        }

        @Bean
        static Needy needy(EarlyJob early) {
            return new Needy(early);
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class SilentCoordinator {
        @Bean
        Coordinator silent() {
            return Coordinator.builder()
                    .directory(Path.of("/never/started"))
                    .group("reports")
                    .shutdownHook(false)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class AnotherCoordinator {
        @Bean
        Coordinator another() {
            return Coordinator.builder()
                    .directory(Path.of("/never/started"))
                    .group("another")
                    .shutdownHook(false)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class TwoOfOneGroup {
        @Bean
        Coordinator first(AnnotatedRoles roles) {
            return one(roles);
        }

        @Bean
        Coordinator second(AnnotatedRoles roles) {
            return one(roles);
        }

        private static Coordinator one(AnnotatedRoles roles) {
            return Coordinator.builder()
                    .directory(Path.of("/never/started"))
                    .group("one")
                    .handler(roles.handler("one"))
                    .shutdownHook(false)
                    .build();
        }
    }
}
